"""What a person sees on starting: it is true, and the lines to paste work when pasted."""

import http.client
import json
import os
import pty
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mock.tests.helpers.fork_server import prepared
from mock.tests.helpers.served import LOOPBACKS, PATIENCE, environment
from pacsimile.paste_lines import PasteLines
from pacsimile_spec.dialects import load_dialect, parse_dialect

SPECIAL = 'p$HOME `w`\'d "x" \\ !1 & %41+'
"""A secret that shells would like to have a word about."""

SCENARIO = """\
organizations:
  - id: hospital
    clients:
      - {{id: viewer, secret: {secret}, scopes: [status.read, reports.read]}}
orders:
  - {{organization: hospital, status: COMPLETED, created: 1h}}
"""


@contextmanager
def greeted(folder: Path, *arguments: str) -> Iterator[list[str]]:
    """The lines that are printed on starting, while the server runs."""
    with subprocess.Popen(
        [*prepared(), "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(folder),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = []
        while not lines or " order new --moves 30s" not in lines[-1]:
            lines.append(process.stdout.readline().rstrip("\n"))
            assert process.poll() is None
        try:
            yield lines
        finally:
            process.terminate()
            said = process.stderr.read()
    assert process.returncode == 0
    assert said == ""


@pytest.fixture(scope="module")
def greeting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The same of one server for all who give it no options of their own."""
    with greeted(tmp_path_factory.mktemp("greeted")) as lines:
        yield lines


def pasted(lines: list[str]) -> str:
    """What bash prints when the lines to paste are pasted."""
    begin = lines.index("Paste these in a second terminal:") + 2
    ended = subprocess.run(
        ["bash"],
        input="\n".join(lines[begin : lines.index("", begin)]),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert ended.stderr == ""
    return ended.stdout


def test_the_lines_work_when_pasted(greeting: list[str]) -> None:
    """Into bash: a token, then a status, then a report that a person can read."""
    status, _, report = pasted(greeting).partition("\n")
    order_id = next(line.split()[1] for line in greeting if line.split()[:1] == ["COMPLETED"])
    assert json.loads(status)["status"] == "COMPLETED"
    assert json.loads(status)["order_id"] == order_id
    assert "SYNTHETIC DATA - NOT FOR CLINICAL USE" in report


def test_the_control_token_is_where_it_is_told_and_the_line_below_works(tmp_path: Path) -> None:
    """In any folder, and whether or not there is a file for commands to find it in."""
    for options in ((), ("--no-runtime-file",)):
        with greeted(tmp_path, *options) as lines:
            typed = subprocess.run(
                ["bash", "-c", lines[-1]],
                capture_output=True, text=True, timeout=PATIENCE, check=False, cwd="/", env=environment(tmp_path),
            )  # fmt: skip
            assert (typed.returncode, typed.stderr) == (0, "")
            assert typed.stdout.startswith("ORD-5QBC5V-")
            if not options:
                file = Path(lines[-3].partition("read the control token from ")[2].removesuffix(":"))
                assert json.loads(file.read_text())["control_token"]


def test_no_line_wraps_at_a_hundred_columns(greeting: list[str]) -> None:
    """Even behind a prompt; but for the last, which has a path."""
    assert max(map(len, greeting[:-3])) <= 92


def test_it_has_colours_on_a_terminal_alone(greeting: list[str], tmp_path: Path) -> None:
    """Nor there where NO_COLOR is set."""
    assert "\x1b" not in "".join(greeting)
    for more, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        assert ("\x1b[" in on_a_terminal(tmp_path, **more)) is coloured


def on_a_terminal(folder: Path, **more: str) -> str:
    """The greeting as a terminal gets it."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*prepared(), "serve", "--port", "0"],
        stdout=theirs,
        env={**environment(folder, **more), "TERM": "xterm-256color"},
    ) as process:
        os.close(theirs)
        shown = ""
        while " order new --moves 30s" not in shown:
            shown += os.read(ours, 65_536).decode()
        process.terminate()
    os.close(ours)
    return shown


@pytest.mark.parametrize("host", [LOOPBACKS[-1], "localhost"])
def test_the_lines_work_under_every_name(tmp_path: Path, host: str) -> None:
    """The address that is printed is one that was bound."""
    with greeted(tmp_path, "--host", host) as lines:
        assert '"status":"COMPLETED"' in pasted(lines)


def test_the_lines_work_with_a_secret_that_shells_would_change(tmp_path: Path) -> None:
    """A scenario's author may choose it as he likes."""
    scenario = tmp_path / "mine.yaml"
    scenario.write_text(SCENARIO.format(secret=json.dumps(SPECIAL)))
    with greeted(tmp_path, "--scenario", str(scenario)) as lines:
        assert '"status":"COMPLETED"' in pasted(lines)


def test_powershell_gets_its_own_quotes() -> None:
    """A word that it would change is put between single quotes; one that it would not stays as it is."""
    for secret, shown in (("plain-secret", " -u viewer:plain-secret "), ("a'b $c", " -u 'viewer:a''b $c' ")):
        lines = PasteLines(None, "http://localhost:1", "viewer", secret, "ORD-1").powershell("curl.exe -s")
        assert shown in lines[1]
        assert lines[1].endswith('"$URL/oauth2/token" | ConvertFrom-Json).access_token')
    camel = PasteLines(load_dialect("camel"), "http://localhost:1", "viewer", "s", "ORD-1").powershell("curl.exe -s")
    assert camel[2].endswith('"$URL/status?orderId=ORD-1"')
    nested = parse_dialect("name: vendor\nfields: {Token: {access_token: /data/my-token}}")
    assert ").data.'my-token'" in PasteLines(nested, "http://localhost:1", "viewer", "s", "ORD-1").powershell("curl")[1]


VENDOR = """\
name: vendor
paths: {{getToken: /auth, getStatus: "/v2/orders/{{order_id}}"}}
constants: {{api-version: "2025-06"}}
parameters: {{report_type: format, client_id: id, client_secret: X-Secret}}
fields: {{Token: {{access_token: /data/token}}, OrderStatus: {{status: /data/state}}}}
values: {{OrderStatus.status: {{COMPLETED: done}}}}
token: {{credentials: {by}}}
reports_carried: {carried}
"""


@pytest.mark.parametrize(("by", "carried"), [("basic", "redirect"), ("headers", "bytes"), ("query", "redirect")])
def test_the_lines_speak_the_dialect(tmp_path: Path, by: str, carried: str) -> None:
    """Wherever its paths, its token and the credentials stand, and however it carries reports."""
    vendor = tmp_path / "vendor.yaml"
    vendor.write_text(VENDOR.format(by=by, carried=carried), "utf-8")
    with greeted(tmp_path, "--dialect", str(vendor)) as lines:
        status, _, report = pasted(lines).partition("\n")
        assert json.loads(status)["data"] == {"state": "done"}
        assert "SYNTHETIC DATA - NOT FOR CLINICAL USE" in report
        assert "  It speaks the dialect vendor." in lines


def test_all_that_is_printed_is_true(greeting: list[str]) -> None:
    """Each client gets a token with its scopes, and each order that is named has its status, for good."""
    host, _, port = greeting[0].split("serves http://")[1].split()[0].rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)

    def ask(target: str, authorization: str) -> dict[str, str]:
        connection.request("GET", target, headers={"Authorization": authorization})
        answer: dict[str, str] = json.loads(connection.getresponse().read())
        return answer

    rows = [line.split() for line in greeting]
    orders = next(n for n, row in enumerate(rows) if row[:1] == ["RECEIVED"])
    kept = [row for row in rows[2:orders] if row and row[:2] != ["client_id", "client_secret"]]
    clients = [row for row in kept if row[0] != "organization"]
    assert [row[1] for row in kept if row[0] == "organization"] == ["demo-hospital", "demo-clinic"]
    assert len(clients) >= 4
    tokens = {}
    for client_id, secret, *scopes in clients:
        reply = ask("/oauth2/token", "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode())
        assert reply["scope"].split() == scopes
        tokens[client_id] = f"Bearer {reply['access_token']}"
    statuses = ("RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED")
    named = {row[0]: row[1] for row in rows if row and row[0] in statuses}
    assert tuple(named) == statuses
    for status, order_id in named.items():
        assert ask(f"/status?order_id={order_id}", tokens[clients[0][0]])["status"] == status
    connection.close()


def test_binding_another_address_says_what_that_opens(tmp_path: Path) -> None:
    """It is served to everyone who reaches the machine, which is said before anything else (and still on loopback)."""
    with greeted(tmp_path, "--host", "0.0.0.0") as lines:
        assert "--host 0.0.0.0: everyone who reaches this machine can call it" in lines[2]
        assert '"status":"COMPLETED"' in pasted(lines)


def test_binding_another_address_is_said_to_who_reads_json_too(tmp_path: Path) -> None:
    """On standard error, before the line of JSON; on loopback there is nothing to say."""
    for host, words in (("0.0.0.0", "pacsimile: --host 0.0.0.0: everyone who reaches this machine"), ("127.0.0.1", "")):
        with subprocess.Popen(
            [*prepared(), "serve", "--host", host, "--port", "0", "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(tmp_path),
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert "url" in json.loads(process.stdout.readline())
            process.terminate()
            _, told = process.communicate(timeout=PATIENCE)
        assert words in told and bool(words) == bool(told)
