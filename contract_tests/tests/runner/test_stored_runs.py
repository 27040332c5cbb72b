"""A damaged stored run or report: one line with its file and line, before any verdict, and exit status 2."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contract_tests.tests.helpers import real_service
from pacsimile.main import main
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner import stored_run
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.dialects import stored_dialect
from pacsimile_contract.target.model import Limits

Start = Callable[..., Any]


@pytest.fixture
def stored(serve: Start, tmp_path: Path) -> Path:
    """Return the report folder of a small run."""
    target = serve(real_service.answer).target(limits=Limits(timeout=5.0))
    run(target, Options(requirements=("AUTH-9",)), [ReportFolder(tmp_path / "report")])
    return tmp_path / "report"


def _lines(folder: Path) -> list[bytes]:
    return (folder / "history.jsonl").read_bytes().splitlines(keepends=True)


def _changed(line: bytes, **members: Any) -> bytes:
    return json.dumps({**json.loads(line), **members}).encode() + b"\n"


def _damages(lines: list[bytes]) -> Iterator[tuple[str, list[bytes], str]]:
    head, *rest = lines
    at = next(place for place, line in enumerate(lines) if b'"record": "exchange"' in line)
    yield "cut line", [*lines[:-1], lines[-1][:-20]], f":{len(lines)}: is cut"
    yield "cut at a line's end", lines[:-1], "ends too early"
    yield "no exchanges", [head], ":1: ends too early"
    yield "wrong JSON", [head, b"{'a': 1}\n", *rest], ":2: is no JSON"
    yield "deep JSON", [head, b"[" * 200_000 + b"\n"], ":2: is no JSON"
    yield "a list", [head, b"[]\n"], ":2: is no record"
    yield "another kind", [head, b'{"record": "other"}\n'], ":2: is no record"
    yield "Latin-1", [head, b'{"record": "\xe9"}\n'], ":2: is not UTF-8"
    yield "UTF-16", ["".join(line.decode() for line in lines).encode("utf-16")], ":1: "
    yield "empty", [], ":1: holds no run"
    yield "no head", rest, ":1: stands before the record of the run"
    yield "two heads", [head, head, *rest], ":2: holds a second run"
    yield "twice", [*lines[: at + 1], lines[at]], f":{at + 2}: holds exchange 1 a second time"
    yield (
        "a requirement of another version",
        [_changed(head, requirements=["X-99"]), *rest],
        ":1: was written by another",
    )
    yield "a level of another version", [_changed(head, level="deep"), *rest], ":1: was written by another"
    wrong_heads: dict[str, Any] = {
        "seconds": "1", "requests": None, "seed": True, "inventory": [1], "target": 7, "clients": [1],
        "world_of_its_own": 1, "diagnosis": 1,
    }  # fmt: skip
    for name, wrong in wrong_heads.items():
        yield f"head: {name}", [_changed(head, **{name: wrong}), *rest], ":1: is no record"
    for name, wrong in (("status", "200"), ("headers", [["a"]]), ("sent", [[1, 2]]), ("body", "x"), ("started", "x")):
        yield f"exchange: {name}", [*lines[:at], _changed(lines[at], **{name: wrong})], f":{at + 1}: is no record"
    yield "story: steps", [*lines[:-1], _changed(lines[-1], steps=[["a", 99_999]])], f":{len(lines)}: is no record"


def _refused(*words: str) -> str:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2, (words, done.output)
    assert done.stdout == "", done.stdout
    (line,) = done.stderr.splitlines()
    return line


def test_a_stored_run_is_judged_again(stored: Path) -> None:
    """As it was written, by folder or by file."""
    for given in (stored, stored / "history.jsonl"):
        done = CliRunner().invoke(main, ["replay", str(given)])
        assert done.exit_code in (0, 1, 3), done.output


def test_a_stored_run_names_the_wrong_lines_of_its_dialect(serve: Start, tmp_path: Path) -> None:
    """By the calls that it holds."""
    text = "name: vendor\nheaders:\n  X-Request-Id: X-Call\n"
    target = replace(
        serve(real_service.answer).target(limits=Limits(timeout=5.0)), dialect=stored_dialect(text, "v.yaml")
    )
    run(target, Options(requirements=("AUTH-9",)), [ReportFolder(tmp_path / "report")])
    done = CliRunner().invoke(main, ["replay", str(tmp_path / "report")])
    assert "vendor:3: headers.X-Request-Id: X-Call: no answer has it" in done.output


def test_a_damaged_stored_run_is_told_by_its_line(stored: Path) -> None:
    """Nothing is printed of it before."""
    lines, file = _lines(stored), stored / "history.jsonl"
    for case, damaged, words in _damages(lines):
        file.write_bytes(b"".join(damaged))
        line = _refused("replay", str(stored))
        assert f"{file}:" in line and words in line, (case, line)


def test_a_line_without_end_is_not_read_to_its_end(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound holds for each line."""
    monkeypatch.setattr(stored_run, "MOST_OF_A_LINE", stored_run.MIB)
    (stored / "history.jsonl").write_bytes(b"x" * 3 * stored_run.MIB)
    assert "history.jsonl:1: is longer than 1 MiB" in _refused("replay", str(stored))


@pytest.mark.parametrize("command", ["replay", "diff"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, command: str) -> None:
    """Nothing there, a folder without one, a folder in its place, a pipe that nobody writes to."""
    name = {"replay": "history.jsonl", "diff": "report.json"}[command]
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder" / name).mkdir(parents=True)
    os.mkfifo(tmp_path / "pipe")
    for place, why in (
        ("none", "No such file"),
        ("empty", "No such file"),
        ("folder", "directory"),
        ("pipe", "a pipe"),
    ):
        given = [str(tmp_path / place)] * (2 if command == "diff" else 1)
        assert why in _refused(command, *given)


def test_a_damaged_report_is_not_compared(stored: Path) -> None:
    """Cut, not UTF-8, nested without end, a number of too many digits."""
    file = stored / "report.json"
    whole = file.read_bytes()
    for content in (whole[:-50], b"\xff\xfe", b"[" * 200_000, b"1" * 5_000, b"", b"[]"):
        file.write_bytes(content)
        assert str(file) in _refused("diff", str(stored), str(stored))


@pytest.mark.parametrize("option", ["--target", "--baseline"])
def test_a_pipe_is_no_file_to_judge_by(tmp_path: Path, option: str) -> None:
    """It is refused at once."""
    os.mkfifo(tmp_path / "pipe.yaml")
    target = tmp_path / "target.yaml"
    target.write_text("base_url: http://127.0.0.1:9\n", "utf-8")
    given = ["--target", str(tmp_path / "pipe.yaml")] if option == "--target" else ["--target", str(target)]
    words = [*given, "--baseline", str(tmp_path / "pipe.yaml")] if option == "--baseline" else given
    assert "is a pipe" in _refused("verify", *words)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("organization:ff21e889359e", "organization-ff21e889359e"),
        ("look-alike:ff21e889359e5", "look-alike-ff21e889359e5"),
        ("study:00000000001f", "2.25.31"),
        ("no kind:ff21e889359e", "no kind:ff21e889359e"),
    ],
)
def test_a_hash_of_an_identifier_is_read_in_the_form_of_its_kind(written: str, read: str) -> None:
    """A schema would refuse the colon, and that the answer of a service which never had one."""
    assert stored_run._IDENTIFIER_HASH.sub(stored_run._in_its_form, written) == read
