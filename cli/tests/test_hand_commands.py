"""The commands that move a running mock by hand find it by its runtime file, and say what they did."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock.tests.helpers.fork_server import prepared
from pacsimile.main import main


@pytest.fixture(scope="module")
def runtime_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runtime")


@pytest.fixture(scope="module")
def mock_url(runtime_dir: Path) -> Iterator[str]:
    """A real server of the demo scenario whose orders move by hand only."""
    command = [*prepared(), "serve", "--port", "0", "--json", "--pace", "manual"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={"PACSIMILE_RUNTIME_DIR": str(runtime_dir), "PATH": ""}
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()
        assert process.wait(10) == 0


@pytest.fixture
def run(runtime_dir: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command as its user does."""
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(runtime_dir))

    def command(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    return command


def test_without_a_mock_they_say_how_to_start_one(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No runtime file: one line that names the command, exit 2."""
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(tmp_path))
    told = run("advance", "1h")
    assert told.exit_code == 2
    assert "pacsimile serve" in told.output


def test_an_order_is_submitted_and_moved(run, mock_url: str) -> None:
    """new, start, finish, amend: each prints the order, and its reports once there are some."""
    order_id = run("order", "new", "--study-uid", "1.2.3").output.split()[0]
    assert "PROCESSING" in run("order", "start", order_id).output
    assert "COMPLETED" in run("order", "finish", order_id).output
    assert run("order", "amend", order_id).output.count("REP-") == 2
    refused = run("order", "fail", order_id)
    assert refused.exit_code == 1
    assert "final" in refused.output
    assert order_id in run("order", "list", "--status", "COMPLETED").output


def test_the_clock_is_advanced(run, mock_url: str) -> None:
    """A duration in words moves the clock; what is none is refused."""
    before = run("advance", "0").output
    assert run("advance", "2d").output > before
    assert "'soon' is not a duration" in run("advance", "soon").output


def test_worlds_are_made_listed_and_ended(run, mock_url: str) -> None:
    """A new world's credentials are printed as JSON, and it can be ended."""
    made = json.loads(run("worlds", "new", "--scenario", "empty").output)
    assert made["world"] in run("worlds").output
    assert run("worlds", "delete", made["world"]).exit_code == 0
    assert made["world"] not in run("worlds", "list").output


def test_reset_begins_the_scenario_anew(run, mock_url: str) -> None:
    """What was submitted is gone."""
    order_id = run("order", "new").output.split()[0]
    assert run("reset").exit_code == 0
    assert order_id not in run("order", "list").output


def test_a_url_without_a_known_token_is_refused(
    run, mock_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mock of somebody else's needs its control token."""
    for token in ((), ("--control-token", "x")):
        assert "no mock answers" in run("reset", "--url", "http://127.0.0.1:9", *token).output
    told = run("reset", "--url", mock_url, "--control-token", "x")
    assert f"{mock_url} refuses this control token: leave --control-token out for a mock of yours" in told.output
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(tmp_path))
    told = run("reset", "--url", mock_url)
    assert f"the control token of {mock_url} is not known here: give --control-token" in told.output


def test_an_order_without_a_report_names_none(run, mock_url: str) -> None:
    """Where there is no report, the line ends with the status."""
    order_id = run("order", "new").output.split()[0]
    assert run("order", "cancel", order_id).output == f"{order_id}  CANCELLED\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("advanse", "1h"), "No such command 'advanse'; did you mean 'advance'?"),
        (("advance", "-5m"), "clocks only go forward: give a duration without a minus sign"),
        (("advance", "--", "-5m"), "clocks only go forward"),
        (("zzz",), "No such command 'zzz'."),
        (("help",), "No such command 'help'; did you mean '--help'?"),
        (("clock",), "No such command 'clock'; did you mean 'advance'?"),
        (("-v",), "No such option '-v'; did you mean '--version'?"),
        (("verify", "-z"), "No such option '-z'.\n"),
        (("health", "--ulr"), "No such option '--ulr'. Did you mean '--url'?\n"),
        (("advance", "--wrld"), "No such option '--wrld'. (Did you mean one of: '--url', '--world'?)\n"),
        (("serve", "8081"), "Got unexpected extra argument (8081): give a port as --port"),
        (("advance", "1", "h"), "Got unexpected extra argument (h): write the duration as one word, such as 1h"),
        (("learn", "vendor.openapi.yaml"), "(vendor.openapi.yaml): give a file as --openapi"),
        (("health", "x"), "Got unexpected extra argument (x)\n"),
        (("serve", "--port", "abc"), "Invalid value for '--port': 'abc' is not a whole number from 0 to 65535.\n"),
        (("worlds", "new", "--seed", "abc"), "'abc' is not a whole number of at least 0.\n"),
        (("fault", "503", "--nth", "x"), "'x' is not a whole number.\n"),
        (("fault", "503", "--probability", "x"), "'x' is not a number.\n"),
        (("order", "new", "--status", "completed"), "'CANCELLED'; did you mean 'COMPLETED'?"),
        (("order", "new", "--moves", "3polls"), "or so many status calls, such as '3 polls'"),
    ],
)
def test_a_word_that_is_wrong_is_answered_with_the_right_one(run, words: tuple[str, ...], said: str) -> None:
    """One sentence, with the word that was probably meant."""
    told = run(*words)
    assert told.exit_code == 2
    assert said in told.output


@pytest.mark.parametrize("words", [(), ("order",)])
def test_a_group_alone_prints_its_help_once(run, words: tuple[str, ...]) -> None:
    """As `--help` does, and not as an error; the exit status is that of a missing command."""
    told = run(*words)
    assert told.exit_code == 2
    assert told.output == run(*words, "--help").output


def test_a_world_is_made_in_a_dialect(run, mock_url: str, tmp_path: Path) -> None:
    """Of a file, which is read here, or a shipped one; what is wrong in it is one line."""
    file = tmp_path / "vendor.yaml"
    file.write_text("name: vendor\npaths: {getToken: /auth}\n", "utf-8")
    made = json.loads(run("worlds", "new", "--scenario", "empty", "--dialect", str(file)).output)
    assert (made["dialect"], made["token_endpoint"]) == ("vendor", f"{made['base_url']}/auth")
    assert run("worlds", "delete", made["world"]).exit_code == 0
    file.write_text("name: vendor\ntimes: never\n", "utf-8")
    for wrong, said in ((str(file), f"{file}:2: times: expected rfc3339"), ("camell", "did you mean 'camel'?")):
        refused = run("worlds", "new", "--dialect", wrong)
        assert refused.exit_code == 2
        assert said in refused.output
        assert len(refused.output.splitlines()) == 1 or refused.output.startswith("Usage: ")


@pytest.mark.parametrize("words", [("advance", "1h", "--world", "nope"), ("worlds", "delete", "nope")])
def test_an_unknown_world_is_answered_with_how_to_list_them(run, mock_url: str, words: tuple[str, ...]) -> None:
    """The refusal names the command that lists the worlds."""
    told = run(*words)
    assert told.exit_code == 2
    assert told.output == "pacsimile: there is no world 'nope': `pacsimile worlds` lists those that there are\n"


@pytest.mark.parametrize("name", ["list", "new", "delete"])
def test_commands_about_all_worlds_take_no_world(run, name: str) -> None:
    """--world is for commands that act in a world."""
    assert "--world" not in run("worlds", name, "--help").output
    assert "--world" in run("advance", "--help").output
