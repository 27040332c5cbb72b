"""`pacsimile advice`: of a running mock and of a stored journal, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock.tests.helpers.served import Served, serving
from pacsimile.main import main

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("advice-command")


@pytest.fixture(scope="module")
def running(place: Path) -> Iterator[Served]:
    """A mock whose client has made one mistake: a parameter that is none."""
    with serving(place, "--pace", "manual") as served:
        assert served.get("/status?orderId=ORD-1").status == 400
        yield served


@pytest.fixture
def run(place: Path, running: Served, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(place / "runtime"))
    return lambda *words: CliRunner().invoke(main, ["advice", *words])


def test_a_mistake_is_named_with_what_to_do(run: Run) -> None:
    told = run()
    assert told.exit_code == 1
    assert told.output.startswith("ADVICE-NOT-DESCRIBED: a call that the description does not allow (demo-hospital)\n")
    assert "  seen: 1 call was refused for its parameters; calls 2\n" in told.output
    assert "  do: " in told.output and "  why: " in told.output and "  source: STATUS-3" in told.output


def test_json_has_the_same(run: Run) -> None:
    judged = json.loads(run("--json").output)
    assert (judged["calls"], judged["complete"]) == (2, True)
    assert [advice["id"] for advice in judged["advice"]] == ["ADVICE-NOT-DESCRIBED"]


def test_a_stored_journal_gets_the_same(run: Run, running: Served, tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    guard = {"Authorization": f"Bearer {running.line['control_token']}"}
    file.write_bytes(running.call("GET", "/_mock/worlds/default/journal/lines", guard).body)
    assert run("--from", str(file)).output == run().output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not JSON\n", ":1: 'not JSON' is no JSON"),
        ('\n{"number": 1}\n', ":2: not an entry of a journal of this version"),
        ("[" * 100_000, ":1: '[[[[["),
        ('{"number": 1, "observed": null}', ":1: not an entry"),
        ("17", ":1: not an entry"),
    ],
    ids=["text", "another version", "deep", "without what advice needs", "a number"],
)
def test_a_file_that_is_no_journal(run: Run, tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text(content)
    told = run("--from", str(file))
    assert told.exit_code == 2
    assert told.output.startswith(f"pacsimile: {file}{words}")
    assert told.output.count("\n") == 1
    assert "GET .../journal/lines" in told.output


def test_an_empty_file_has_no_calls(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text("")
    told = run("--from", str(file))
    assert (told.exit_code, told.output) == (0, "no advice: there are no calls yet\n")


def test_an_unknown_world(run: Run) -> None:
    told = run("--world", "nowhere")
    assert told.exit_code == 2
    assert told.output.count("\n") == 1 and "nowhere" in told.output
