"""`pacsimile advice`: of a running mock and of a stored journal, and what it refuses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mock.tests.helpers.served import Served, serving
from pacsimile.main import main
from pacsimile_spec.control_client import ControlClient, ControlRefused

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
    assert "  seen: 1 call was refused for wrong parameters; call 2\n" in told.output
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


def entry(number: int = 1, *, observed: dict[str, Any] | None = None, **members: Any) -> str:
    """A line of a journal: a call that was refused for its parameters."""
    seen = {
        "real_at": number, "operation": "getStatus", "values": {}, "token": None, "lifetime": None, "retry_after": None,
        "connection": None, "secret_in_url": False, "with_body": False, "reports": [], "order_ids": [],
        "order_status": None, "has_more": False, "damaged": False,
    }  # fmt: skip
    line = {
        "number": number, "at": number, "method": "GET", "client_id": "lab", "status": 400, "requirement": "STATUS-3",
        "delivered": True, "observed": {**seen, **(observed or {})},
    }  # fmt: skip
    return json.dumps({**line, **members}) + "\n"


def stored(path: Path, *lines: str) -> str:
    file = path / "journal.jsonl"
    file.write_text("".join(lines))
    return str(file)


@pytest.mark.parametrize("numbers", [(2, 3), (1, 3)], ids=["from the second call on", "with a gap"])
def test_missing_calls_are_noticed(run: Run, tmp_path: Path, numbers: tuple[int, ...]) -> None:
    told = run("--json", "--from", stored(tmp_path, *map(entry, numbers)))
    assert told.exit_code == 1
    assert json.loads(told.stdout)["complete"] is False
    assert told.stderr.startswith("Earlier calls are missing") and told.stderr.count("\n") == 1


def test_calls_before_a_reset_are_not_judged(run: Run, tmp_path: Path) -> None:
    """Where the journal has calls that say that they are of before, none of those after it is missing."""
    after = entry(8, observed={"resets": 1})
    earlier = {
        entry(7, observed={"resets": 0}): True,
        entry(7, observed={"resets": None}): False,
        entry(7): False,
        "": False,
    }
    for before, complete in earlier.items():
        judged = json.loads(run("--json", "--from", stored(tmp_path, before, after)).stdout)
        assert (judged["calls"], judged["complete"]) == (1, complete)


def test_a_journal_that_is_given_twice_counts_once(run: Run, tmp_path: Path) -> None:
    judged = json.loads(run("--json", "--from", stored(tmp_path, *[entry(1), entry(2)] * 2)).output)
    assert (judged["calls"], judged["complete"]) == (2, True)
    assert judged["advice"][0]["occurrences"][0]["calls"] == [1, 2]


def test_two_journals_in_one_file_are_refused(run: Run, tmp_path: Path) -> None:
    told = run("--from", stored(tmp_path, entry(1), entry(1, at=5)))
    assert told.exit_code == 2
    assert (
        ": two calls have the number 1: give the journal of one world" in told.output and told.output.count("\n") == 1
    )


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"client_id": ["lab"]}, "client_id is a list, not text or null"),
    ({"client_id": {}}, "client_id is an object"),
    ({"number": float("inf")}, "number is a number that is not whole, not a whole number"),
    ({"status": "400"}, "status is text, not a whole number"),
    ({"status": True}, "status is true or false, not a whole number"),
    ({"at": 10**400}, "at is too large a number"),
    ({"requirement": []}, "requirement is a list"),
    *[
        ({"observed": {name: value}}, f"observed.{name} is a")
        for name in ("token", "connection", "operation", "order_status")
        for value in ([], {})
    ],
    ({"observed": {"lifetime": "3600"}}, "observed.lifetime is text, not a whole number or null"),
    ({"observed": {"lifetime": float("nan")}}, "observed.lifetime is a number that is not whole"),
    ({"observed": {"resets": "1"}}, "observed.resets is text, not a whole number"),
    ({"observed": {"retry_after": 5}}, "observed.retry_after is a whole number, not text or null"),
    ({"observed": {"values": {"order_id": []}}}, "observed.values.order_id is a list, not text"),
    ({"observed": {"reports": [17]}}, "an item of observed.reports is a whole number, not a list"),
    ({"observed": {"reports": [["r1"]]}}, "an item of observed.reports has 1 items, not 4"),
    ({"observed": {"reports": [["r1", "o1", {}, None]]}}, "an item of observed.reports is an object, not text"),
    ({"observed": {"order_ids": [None]}}, "an item of observed.order_ids is null, not text"),
]


@pytest.mark.parametrize(("members", "words"), WRONG)
def test_a_wrong_type_is_named_on_one_line(run: Run, tmp_path: Path, members: dict[str, Any], words: str) -> None:
    line = entry(**members)
    told = run("--from", stored(tmp_path, entry(1), line))
    assert told.exit_code == 2
    assert f"{tmp_path / 'journal.jsonl'}:2: " in told.output and words in told.output
    assert told.output.count("\n") == 1 and "Error" not in told.output and "Traceback" not in told.output


def test_a_byte_order_mark_is_accepted(run: Run, tmp_path: Path) -> None:
    assert run("--from", stored(tmp_path, "\ufeff", entry())).exit_code == 1


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_that_is_no_text(run: Run, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_bytes("é not UTF-8".encode(encoding))
    told = run("--from", str(file))
    assert told.exit_code == 2
    assert told.output.startswith(f"pacsimile: {file} is no UTF-8 text: ") and told.output.count("\n") == 1


@pytest.mark.parametrize("option", ["--world", "--url", "--control-token"])
def test_a_file_and_a_running_mock_do_not_go_together(run: Run, tmp_path: Path, option: str) -> None:
    told = run("--from", stored(tmp_path, entry()), option, "http://127.0.0.1:1")
    assert told.exit_code == 2
    assert told.output == f"pacsimile: --from judges a file, and {option} is for a running mock: give one of them\n"


def test_a_url_in_the_environment_counts_for_nothing_beside_a_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACSIMILE_URL", "http://127.0.0.1:1")
    assert run("--from", stored(tmp_path, entry())).exit_code == 1


def test_a_mock_without_a_control_api_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers as the API itself does at a path that it does not have."""

    def refuse(*_: object) -> None:
        raise ControlRefused(404, "There is nothing at this path. The operations are described in openapi.yaml.")

    monkeypatch.setattr(ControlClient, "call", refuse)
    told = run()
    assert told.exit_code == 2
    assert "has no control API: start it without --no-control" in told.output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty: give what"),
        (b"\n\n", "has blank lines only: give what"),
        (gzip.compress(b"{}"), "is compressed: unpack it first, with gunzip"),
        (b'{"log": {"entries": []}}', "has no entries: record a client while it works"),
        (b'{"log": {"version": "1.2"}}', "has no log.entries: give an HTTP archive"),
        (b'{"log": {"entries": [', "is no whole JSON"),
        (b'{"log": {"entries": [{}, 5, {"request": {"url": "http://x/y", "method": "GET"}}]}}', "has no call of the"),
        (b"x" * 10_000_000, ":1: 'xxx"),
        (b'{"number": 1, "x": "' + b"y" * 10_000_000 + b'"}', ":1: not an entry"),
    ],
    ids=["empty", "blank", "gz", "no entries", "no log", "cut", "of something else", "a long line", "a long entry"],
)
def test_a_file_that_cannot_be_judged_says_what_to_do(run: Run, tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_bytes(content)
    told = run("--from", str(file))
    assert told.exit_code == 2
    assert told.output.startswith(f"pacsimile: {file}") and words in told.output
    assert told.output.count("\n") == 1 and len(told.output) < 500


def test_an_archive_may_begin_in_the_middle(run: Run, tmp_path: Path) -> None:
    """Its entries are named by their place in it."""
    entries = [
        {
            "startedDateTime": f"2027-01-01T00:00:0{second}Z",
            "request": {"method": "GET", "url": "http://x/results?order_id=o1&report_type=json", "headers": []},
            "response": {"status": 200, "headers": [{"name": "X-Report-Id", "value": "r1"}]},
        }
        for second in (1, 2)
    ]
    file = tmp_path / "traffic.har"
    file.write_text(json.dumps({"log": {"entries": [{}, *entries]}}, indent=2))
    told, whole = run("--from", str(file)), run("--complete", "--from", str(file))
    assert told.stdout.startswith("ADVICE-FETCHED-TWICE: ") and "; calls 2, 3" in told.stdout
    assert told.stderr.startswith("Earlier calls may be missing") and "--complete" in told.stderr
    assert (whole.exit_code, whole.stdout, whole.stderr) == (1, told.stdout, "")
    file.write_text(json.dumps({"$schema": "har-1.2", "log": {"entries": [{}, *entries]}}))
    assert run("--from", str(file)).stdout == told.stdout


def test_a_folder_is_no_file(run: Run, tmp_path: Path) -> None:
    told = run("--from", str(tmp_path))
    assert told.exit_code == 2 and "is a directory" in told.output and "Traceback" not in told.output


def test_complete_is_about_an_archive(run: Run, tmp_path: Path) -> None:
    assert run("--complete").output == "pacsimile: --complete is about an HTTP archive: give it with --from\n"
    told = run("--complete", "--from", stored(tmp_path, entry()))
    assert told.exit_code == 2 and told.output.count("\n") == 1 and "is a journal: leave it out" in told.output


def test_an_unknown_world(run: Run) -> None:
    told = run("--world", "nowhere")
    assert told.exit_code == 2
    assert told.output.count("\n") == 1 and "nowhere" in told.output
