"""`pacsimile check-client`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from mock.tests.helpers import ctrl_c
from mock.tests.helpers.served import PATIENCE
from pacsimile.client_check.service import OwnService
from pacsimile.main import main

PROGRAM = (sys.executable, str(Path(__file__).with_name("program.py")))
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def service() -> Iterator[OwnService]:
    with OwnService() as own:
        yield own


@pytest.fixture
def run(service: OwnService) -> Run:
    """Run the command with a mock that runs."""
    mock = ("--url", service.url, "--control-token", service.client.token)
    return lambda *words: CliRunner().invoke(main, ["check-client", *mock, *words])


def told_once(told: Result, status: int) -> str:
    """Return the one line that a refusal is."""
    assert told.exit_code == status, told.output
    assert told.stderr.startswith("pacsimile: ") and told.stderr.count("\n") == 1
    return told.stderr


def test_a_program_that_loses_reports(run: Run, tmp_path: Path) -> None:
    """On the terminal, as JSON, JUnit and a page; the journal can be judged again; what was there before is gone."""
    folder = tmp_path / "report"
    (folder / "output").mkdir(parents=True)
    (folder / "output" / "backlog.txt").write_text("of another check")
    told = run("--condition", "calm,half*", "--report", str(folder), "--seed", "3", "--", *PROGRAM, "half", "loud")
    assert told.exit_code == 1
    assert "\nclean     calm                  delivered 3 of 3 " in told.output
    assert "\nfailed    half-a-report         delivered 2 of 3, lost 1 " in told.output
    assert "\nhalf-a-report: lost 1 report\n  condition: half a report comes" in told.output
    assert "\nADVICE-BROKEN-BODY: not noticing a broken report\n" in told.output
    assert told.output.endswith(f"; 1 report lost\nreport: {folder}\n")
    document = json.loads((folder / "report.json").read_text())
    assert [(one["name"], one["verdict"], one["lost"]) for one in document["conditions"]] == [
        ("calm", "clean", 0),
        ("half-a-report", "failed", 1),
    ]
    assert (document["seed"], document["exit_status"], document["interrupted"]) == (3, 1, False)
    suite = Xml.parse(folder / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    page = (folder / "report.html").read_text()
    assert "1 of 2 conditions failed; 1 report lost." in page and 'id="ADVICE-BROKEN-BODY"' in page
    assert {path.name for path in (folder / "output").iterdir()} == {"calm.txt", "half-a-report.txt"}
    assert (folder / "output" / "calm.txt").read_text().startswith("[hidden] [hidden] [hidden]\n")
    again = CliRunner().invoke(main, ["advice", "--from", str(folder / "journal" / "half-a-report.jsonl")])
    assert again.output.startswith("ADVICE-BROKEN-BODY")


def test_an_option_behind_the_program_is_not_taken_for_the_programs(run: Run) -> None:
    """Unless `--` says where the program begins."""
    for option in ("--condition", "--condition=calm", "--json", "--help"):
        assert f"{option} comes after your program" in run(*PROGRAM, option, "calm").stderr
    for words in (("--condition", "calm", "--"), ("--condition", "calm")):
        told = run(*words, *PROGRAM, *(["--json"] if "--" in words else []))
        assert (told.exit_code, "calm    " in told.stdout) == (0, True), told.output


def test_a_shell_can_complete_a_program_with_an_option_of_its_own() -> None:
    """An option after the program is refused only when the command runs."""
    complete = ShellComplete(main, {}, "pacsimile", "_PACSIMILE_COMPLETE")
    assert complete.get_completions(["check-client", *PROGRAM, "--json"], "x") == []


def test_a_variable_that_chose_the_mock_is_named(service: OwnService) -> None:
    """Nobody sees it in the command."""
    variables = {"PACSIMILE_URL": service.url, "PACSIMILE_CONTROL_TOKEN": service.client.token}
    words = ["check-client", "--condition", "calm", "--", *PROGRAM]
    told = CliRunner().invoke(main, words, env=variables)
    assert told.stdout.splitlines()[0].endswith(f" at {service.url}, as PACSIMILE_URL says")


def test_json_is_all_of_standard_output(run: Run) -> None:
    told = run("--condition", "calm", "--json", "--", *PROGRAM)
    assert told.exit_code == 0
    assert json.loads(told.stdout)["conditions"][0]["verdict"] == "clean"
    assert "no report was lost" in told.stderr


def test_a_program_that_ignores_the_variables(run: Run) -> None:
    renamed = ("--rename", "API_URL=BASE", "--rename", "CLIENT_SECRET=PASSWORD")
    script = (
        "import os; print(*sorted({'API_URL', 'BASE', 'CLIENT_SECRET', 'PASSWORD', 'TOKEN_URL'} & set(os.environ)))"
    )
    told = run("--condition", "calm", *renamed, "--", sys.executable, "-c", script)
    assert told.exit_code == 1
    assert "\ncalm: your program made no call\n  it finds the service in API_URL and TOKEN_URL" in told.output
    assert "\n  | BASE PASSWORD TOKEN_URL\n" in told.output


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--", "no-such-program"), "'no-such-program' cannot be started: there is no such program"),
        (("--", str(Path(__file__))), "make it executable, or give its interpreter"),
        (("--", str(Path(__file__).parent)), "cannot be started: it is a folder"),
        (
            ("--condition", "reset-listin", "--", "x"),
            "'reset-listin' is no condition: --list shows them; did you mean 'reset-listing'?",
        ),
        (("--rename", "APIURL=X", "--", "x"), "'APIURL' is no variable of these"),
        (("--rename", "API_URL=1 2", "--", "x"), "write API_URL=MY_API_URL"),
        (("--rename", "API_URL=CLIENT_ID", "--", "x"), "two variables would be called CLIENT_ID"),
        (("--rename", "API_URL=X", "--rename", "TOKEN_URL=X", "--", "x"), "two variables would be called X"),
        (("--timeout", "0", "--", "x"), "a program needs time"),
        (("--scenario", "nowhere", "--", *PROGRAM), "the mock refuses to make a world"),
        (("--report", "/dev/null/x", "--", *PROGRAM), "cannot be written"),
        (("--control-token", "wrong", "--", *PROGRAM), "refuses this control token"),
        (("--url", "http://127.0.0.1:1", "--", *PROGRAM), "no mock answers at http://127.0.0.1:1 ("),
    ],
)
def test_what_cannot_be_used_is_told_on_one_line(run: Run, words: tuple[str, ...], reason: str) -> None:
    assert reason in told_once(run(*words), 2)


def test_a_program_that_ends_its_world(run: Run, tmp_path: Path) -> None:
    """Without a verdict, that of a former check does not stay in the folder."""
    for name in ("junit.xml", "report.json"):
        (tmp_path / name).write_text('{"command": ["of another check"]}')
    words = ("--condition", "calm", "--report", str(tmp_path), "--", sys.executable, "-c", ENDS_ITS_WORLD)
    told = told_once(run(*words), 4)
    assert told.startswith("pacsimile: your program changed its world under calm: there is no world ")
    assert {path.name for path in tmp_path.iterdir()} == {"output", "journal"}


ENDS_ITS_WORLD = """
import os, urllib.request
url, token, world = (os.environ[f"PACSIMILE_{name}"] for name in ("URL", "CONTROL_TOKEN", "WORLD"))
headers = {"Authorization": f"Bearer {token}"}
urllib.request.urlopen(urllib.request.Request(f"{url}/_mock/worlds/{world}", headers=headers, method="DELETE"))
"""


def test_without_a_program(run: Run) -> None:
    told = run()
    assert told.exit_code == 2
    assert "give your program behind --, such as: pacsimile check-client -- python my_client.py" in told.output


def test_conditions_are_listed(run: Run) -> None:
    told = run("--list", "--condition", "reset-*")
    assert told.exit_code == 0
    assert [line.split()[0] for line in told.output.splitlines()] == [
        "reset-before",
        "reset-listing",
        "reset-acknowledgement",
    ]
    assert len(run("--list").output.splitlines()) >= 15
    (calm,) = json.loads(run("--list", "--json", "--condition", "calm").stdout)
    assert (calm["name"], calm["summary"]) == ("calm", "nothing goes wrong")


def test_a_report_that_cannot_be_written_takes_no_verdict_away(run: Run, tmp_path: Path) -> None:
    script = (
        "import pathlib, subprocess, sys; pathlib.Path(sys.argv[1]).mkdir(exist_ok=True); subprocess.run(sys.argv[2:])"
    )
    words = (sys.executable, "-c", script, str(tmp_path / "report.html"), *PROGRAM)
    told = run("--condition", "calm", "--report", str(tmp_path), "--", *words)
    assert told.exit_code == 2
    assert "1 condition in " in told.stdout and "report:" not in told.stdout
    assert told.stderr.count("\n") == 1 and "report.html: cannot be written" in told.stderr


@pytest.fixture
def in_the_background() -> Iterator[None]:
    """Let the test run as a shell starts a job in the background: deaf to Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_background")
def test_ctrl_c_ends_it_with_what_was_judged(service: OwnService, tmp_path: Path) -> None:
    """The program that runs at that time ends too."""
    mock = ("--url", service.url, "--control-token", service.client.token)
    chosen = ("--condition", "calm,half*", "--report", str(tmp_path), "--jobs", "1")
    words = (
        "check-client",
        *mock,
        *chosen,
        "--",
        sys.executable,
        "-c",
        SLEEPS_LATER,
        str(tmp_path / "begun"),
        *PROGRAM,
    )
    command = [sys.executable, "-m", "pacsimile", *words]
    with ctrl_c.heard():
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with process:
        assert process.stdout is not None
        line = ""
        while "calm" not in line:
            line = process.stdout.readline()
            assert line, "it ended by itself"
        while not (tmp_path / "begun").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, rest
    assert "1 condition not run: the check was interrupted" in rest
    assert json.loads((tmp_path / "report.json").read_text())["interrupted"] is True
    pid = int((tmp_path / "begun").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


SLEEPS_LATER = """
import os, pathlib, subprocess, sys, time
mark = pathlib.Path(sys.argv[1])
first = mark.with_name("first")
if not first.exists():
    first.touch()
    sys.exit(subprocess.run(sys.argv[2:]).returncode)
mark.with_name("new").write_text(str(os.getpid()))
mark.with_name("new").rename(mark)
time.sleep(600)
"""
"""A program that works at first, and later writes its number and does nothing."""


def test_it_needs_no_extra() -> None:
    script = (
        "import sys, pacsimile.check_client; "
        "print({'hypothesis', 'jsonschema', 'jsonschema_rs', 'pypdf', 'pytest', 'schemathesis'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
