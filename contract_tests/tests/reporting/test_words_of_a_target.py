"""A target's words in every place that is written: none of them begins a line that a CI runner obeys."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from click.testing import CliRunner

from contract_tests.tests.helpers import real_service
from pacsimile.main import main
from pacsimile_contract.reporting.console import Console, Styled
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.terminal import Terminal
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Limits

Start = Callable[..., Any]
PLANTED = (
    "::error::owned\n::add-mask::owned\r::stop-commands::owned\u2028::error::owned \x1b[2K\r::error::owned "
    "##vso[task.complete result=Succeeded]owned ##[error]owned ##teamcity[buildStop]owned \u202eowned\u2066 "
    "\x1b]8;;https://owned.example\x1b\\owned\x1b]8;;\x07 \x9b2Jowned \x9d0;owned\x9c " + "::error::owned " * 40
)


def _obeyed(text: str) -> list[str]:
    """Return the lines that a runner would obey, and those with a control sign."""
    lines = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    return [
        line for line in lines
        if line.startswith(("::error", "::add-mask", "::stop-commands", "::set-output")) or "##vso[" in line
        or "##[" in line or "##teamcity[" in line or not line.isprintable()
    ]  # fmt: skip


NAMES = (
    "order_id", "study_uid", "status", "detail", "title", "type", "error", "reason", "report_id", "scope", "client_id",
)  # fmt: skip


HEADERS = (
    "X-Request-Id",
    "Content-Digest",
    "WWW-Authenticate",
    "Location",
    "Allow",
    "Retry-After",
    "X-Report-Id",
    "Via",
)
FOLDED_ASCII = "owned\r\n ::error::owned\r\n\t##vso[task.complete]owned \x1b[2Jowned"
FOLDED = f"{FOLDED_ASCII} \x1b]8;;https://owned.example\x07owned \x9b2J \u202eowned"
"""A header whose lines are continued (RFC 9112 section 5.2): whoever unfolds it gets lines."""


def _hostile(method: str, path: str, body: bytes) -> Any:
    """Answer with such words everywhere but in the token, which no header could carry."""
    reply = real_service.answer(method, path, body)
    if reply is None or "token" in path:
        return reply
    named = json.dumps({**dict.fromkeys(NAMES, PLANTED), "synthetic": True}).encode()  # else no word is written
    more = dict.fromkeys(HEADERS, FOLDED.encode("utf-8").decode("latin-1"))
    return reply[0], {**reply[1], **more, "Content-Type": f"application/problem+json; x={FOLDED_ASCII}"}, named


def test_no_line_of_a_report_is_a_command(serve: Start, tmp_path: Path) -> None:
    """On a terminal and without one, in summary and JUnit report, and judged again: in short and with `-v`."""
    outputs = {"terminal": io.StringIO(), "terminal -v": io.StringIO()}
    terminals = [
        Terminal(Console(out, colour=False), report=tmp_path, verbose=name.endswith("-v"))
        for name, out in outputs.items()
    ]
    wanted = ("STATUS-*", "AUTH-1", "AUTH-3", "PROTO-*", "BATCH-1")
    options = Options(requirements=wanted, share_identifiers=True)
    target = serve(_hostile).target(limits=Limits(timeout=5.0), listing_allowed=True)
    run(target, options, [*terminals, ReportFolder(tmp_path)])
    texts = {
        **{name: out.getvalue() for name, out in outputs.items()},
        "summary": (tmp_path / "summary.md").read_text("utf-8"),
        "junit": "\n".join(Xml.parse(tmp_path / "junit.xml").getroot().itertext()),
        "replay": CliRunner().invoke(main, ["replay", str(tmp_path)]).output,
        "replay -v": CliRunner().invoke(main, ["replay", str(tmp_path), "-v"]).output,
    }
    assert any("owned" in text for text in texts.values())
    assert {name: found for name, text in texts.items() if (found := _obeyed(text))} == {}


def test_a_line_of_pieces_is_no_command() -> None:
    """Neither where pieces make one together, nor where a long text is wrapped before it."""
    out = io.StringIO()
    console = Console(out, colour=False)
    console.line(":", ":error::owned")
    console.line("  ", Styled("::error::owned", "red"))
    console.paragraph("word " * 21 + "::error::owned " * 9)
    assert _obeyed(out.getvalue()) == []
    assert "owned" in out.getvalue()
