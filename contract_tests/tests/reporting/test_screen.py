"""The end of a run on a terminal of 100 columns: a screen, the most harmful failures first, the way on."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers.small_run import CALLS, URL, call, finished
from pacsimile_contract.evidence.exchange import Exchange, Respelled
from pacsimile_contract.findings.part import Part, fact, form, not_exercised, not_exercised_while_broken, part
from pacsimile_contract.findings.reasons import MISTAKE
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.bench import NOT_RUN, Bench
from pacsimile_contract.judging.judgement import Judgement, judge
from pacsimile_contract.reporting import console as console_module
from pacsimile_contract.reporting.console import Console, console_on
from pacsimile_contract.reporting.prerequisites import open_reasons
from pacsimile_contract.reporting.rationale import Rationale
from pacsimile_contract.reporting.terminal import Terminal
from pacsimile_contract.run.events import Diagnosed, RunFinished
from pacsimile_contract.target.model import Client, GivenDialect, Target
from pacsimile_spec import requirements
from pacsimile_spec.dialects import load_dialect

COLUMNS = 100


def shown(done: RunFinished, *, verbose: bool = False, report: Path | None = None) -> list[str]:
    """Return the lines that a run ends with, without colours."""
    out = io.StringIO()
    Terminal(Console(out, colour=False, interactive=True), verbose=verbose, report=report)(done)
    return re.sub(r"\r\x1b\[2K", "", out.getvalue()).rstrip("\n").split("\n")


@pytest.fixture(autouse=True)
def _columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(COLUMNS))


def judged(said: dict[str, Sequence[Part]]) -> list[Judgement]:
    """Return a judgement of each row of the contract; those that nothing was said of were not selected."""
    made = {
        name: judge(requirements()[name], list(dict.fromkeys(one.name for one in parts)), parts, "strict", NOT_RUN)
        for name, parts in said.items()
    }
    return [made.get(one.requirement.id, one) for one in Bench("strict").judgements([])]


def broken(names: Sequence[str], **more: Any) -> RunFinished:
    """Return a run in which these requirements FAIL."""
    long = "a word " * 60
    said = {name: [part("it", fact(False, f"right {long}", f"wrong {long}"), on=CALLS[1])] for name in names}
    return finished(judged(said), **more)


@pytest.mark.parametrize("count", [1, 3, 6, 10, 40, 73])
def test_the_end_is_a_screen_however_much_is_broken(count: int) -> None:
    """At most 40 lines with the three before the run, none but the call to paste wider than the terminal."""
    names = [row.id for row in requirements().values() if row.level == "MUST" and not row.not_tested_because][:count]
    lines = shown(broken(names, notes=["a note " * 30] * 9, diagnosis="what is wrong " * 40))
    assert len(lines) + 3 <= 40
    assert all(len(line) <= COLUMNS for line in lines if "curl" not in line)
    assert lines[-1] == "exit status 1: a MUST failed"
    told = " ".join(lines)
    left = re.search(r"… and (\d+) more with -v", told)
    named = [line for line in lines if re.match(r"FAIL [A-Z]+-\d+ ", line)]
    assert len(named) + (int(left[1]) if left else 0) == count


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("notes", range(0, 40, 3))
def test_more_are_said_only_where_there_are_more(count: int, notes: int) -> None:
    """However little room is left."""
    names = ["AUTH-4", "AUTH-9", "SEC-1"][:count]
    told = " ".join(shown(broken(names, target=in_a_dialect(0)[0], notes=in_a_dialect(notes)[1])))
    assert "… and 0 more" not in told
    assert "and -" not in told


def in_a_dialect(count: int) -> tuple[Target, list[str]]:
    """Return a target with a dialect, and notes of wrong lines of it."""
    given = GivenDialect(load_dialect("legacy"), "name: legacy\n", "wrong.yaml")
    target = Target(URL, URL + "/oauth2", {"primary": Client("primary", "", "")}, dialect=given)
    return target, [f"wrong.yaml:{line}: times: x: it is wrong" for line in range(1, count + 1)]


def test_all_wrong_lines_of_a_dialect_are_shown() -> None:
    """Up to 20, beside four other notes."""
    target, lines = in_a_dialect(21)
    told = shown(finished([], target=target, notes=[*lines[:20], "one", "two"]))
    assert [line for line in told if line in lines] == lines[:20]
    assert "one" in told
    assert not any("more note" in line for line in told)
    assert "… and 1 more note (-v shows them)" in shown(finished([], target=target, notes=lines))


def test_the_most_harmful_come_first() -> None:
    """Harm before none, substance before shape, the public description before what only the contract says."""
    said = {
        "PROTO-1": [part("as-described", form(False, "a header", "none"), on=CALLS[1])],
        "STATUS-4": [part("order", fact(False, "404", "200"), on=CALLS[1])],
        "ORDERID-1": [part("all", fact(False, "all", "one"), on=CALLS[1])],
        "BATCH-3": [part("unchanged", fact(False, "it listed", "nothing"), on=CALLS[1])],
        "SEC-2": [part("get", fact(False, "403", "200"), on=CALLS[1])],
    }  # fmt: skip
    lines = shown(finished(judged(said)))
    order = [line.split()[1] for line in lines if re.match(r"FAIL [A-Z]+-\d+ ", line)]
    assert order == ["SEC-2", "BATCH-3", "ORDERID-1", "STATUS-4", "PROTO-1"]


def test_a_failure_says_who_asked_for_whose_order_and_why() -> None:
    """The call and its client, that the order is another organization's, and what was known of it before."""
    told = Story("isolation.foreign", [])
    values = {"order_id": "ORD-OLD", "organization_id": "org-b"}
    request = replace(CALLS[1].request, given={"order_id": "ORD-OLD"})
    asked = Exchange(2, request, CALLS[1].answer)
    said = judged({"SEC-1": [part("status", fact(False, "a refusal", "200"), on=asked)]})
    for source, why in (
        ("the listing", "the order is COMPLETED, according to the listing"),
        ("the state URL", "the order is COMPLETED, according to the state URL"),
        ("a fixture of the target file", "the order is COMPLETED, according to a fixture of the target file"),
    ):
        told.values["origin/order"] = {**values, "source": source, "asked_as": {"status": "COMPLETED"}}
        done = finished(said, stories=[(told, ())])
        lines = " ".join(line.strip() for line in shown(done))
        assert re.search(r"asked +GET /status\?order_id=\S+ by primary of org-a, order of org-b", lines)
        assert re.search(rf"expected +a refusal: {why}", lines)
        assert "got       200 (part status)" in lines
        assert "ORD-OLD" not in lines


def test_what_was_not_exercised_is_said_once_by_what_to_supply() -> None:
    """Ids by reason; the states that are missing together, with both ways to supply them."""
    need = "needs the state {}: supply it by `states: url` or under `states: fixtures`"
    said = {
        "STATUS-5": [not_exercised("lives", need.format("order_in_status"))],
        "GROUP-1": [not_exercised("json", need.format("study_group"))],
        "GROUP-2": [not_exercised("failed", need.format("study_group"))],
        "BATCH-2": [not_exercised_while_broken("unready", "BATCH-1")],
    }
    found = judged({name: list(parts) for name, parts in said.items()})
    assert open_reasons(one for one in found if one.requirement.id in said) == [
        "missing states order_in_status, study_group: set `states: url` or `states: fixtures`: "
        "STATUS-5, GROUP-1, GROUP-2",
        "BATCH-1 the listing names every report not yet acknowledged must pass first: "
        "BATCH-2 the listing names nothing else",
    ]
    lines = shown(finished(found, exit_status=3))
    assert sum("NOT-EXERCISED 4" in line for line in lines) == 2  # once with what to supply, once among the counts
    assert sum("study_group" in line for line in lines) == 1
    assert lines[-2].startswith("next: supply what is missing")
    assert lines[-1] == "exit status 3: a MUST was not exercised"


@pytest.mark.parametrize("status", [2, 4])
def test_a_run_that_was_kept_from_judging_says_what_to_put_right(status: int) -> None:
    """A mistake of the target file is no lack of states, and is written once, whole."""
    wrong = "organization_id: GET /reports answers 403 to the primary client: give the organization of that client"
    found = judged({"STATUS-5": [not_exercised("lives", "not reached: a mistake in the target file ended the run")]})
    lines = shown(finished(found, exit_status=status, diagnosis=wrong, notes=[wrong, "a note"]))
    assert lines[-2] == "next: fix what the line with !! says, then run this again"
    assert sum("GET /reports answers 403" in line for line in lines) == 1
    assert "a note" in lines


def test_what_to_supply_is_never_what_is_cut() -> None:
    """Where many requirements lack the same, it is their ids that end in an ellipsis."""
    names = [row.id for row in requirements().values() if row.level == "MUST" and not row.not_tested_because]
    need = "needs the state order_in_status: supply it by `states: url` or under `states: fixtures`"
    found = judged({name: [not_exercised("it", need)] for name in names[::2]})
    lines = shown(finished(found, exit_status=3))
    assert "  missing state order_in_status: set `states: url` or `states: fixtures`: " in " ".join(lines)
    assert len(lines) + 3 <= 40


def test_an_outdated_baseline_is_no_failure_of_the_service() -> None:
    """Exit status 1 where nothing FAILs: the first line does not say that something does."""
    held = judged({"STATUS-2": [part("latest", fact(True, "it", "it"), on=CALLS[1])]})
    lines = shown(finished(held, exit_status=1))
    assert lines[1] == "OUT OF DATE  https://api.example"
    assert lines[-1] == "exit status 1: the failures that you accept are out of date"


def test_the_way_on_names_the_call_the_report_and_the_options(tmp_path: Path) -> None:
    """What to do next stands at the end."""
    done = broken(["STATUS-2"])
    told = "\n".join(shown(done))
    for piece in ("next: curl -i ", "-v shows every finding; --requirement STATUS-2 judges it alone", "--report DIR"):
        assert piece in told
    assert f"report: {tmp_path / 'report.html'}" in "\n".join(shown(done, report=tmp_path))


def test_the_name_of_a_request_is_shown_whole() -> None:
    """A service's log is searched for it: the answer's own words are cut before it is."""
    name = "Root=1-67891233-abcdef012345678912345678/" + "7" * 60
    call = replace(CALLS[1], answer=replace(CALLS[1].answer, headers=(("X-Request-Id", name),)))  # type: ignore[type-var]
    done = finished(judged({"STATUS-2": [part("it", fact(False, "right", "wrong"), on=call)]}))
    assert any(line.endswith(f"X-Request-Id: {name})") for line in shown(done))


def test_all_of_it_is_shown_on_demand() -> None:
    """`-v`: each part with its evidence, what its words mean, then the same screen."""
    lines = shown(finished(), verbose=True)
    told = "\n".join(lines)
    assert "(fact): the content was wrong; (form): only the format was wrong" in told
    assert "  FAIL STATUS-2/latest (fact)" in lines
    assert lines[-1] == shown(finished())[-1]


@pytest.mark.parametrize(
    ("variables", "colour", "interactive"),
    [
        ({}, True, True),
        ({"NO_COLOR": "1"}, False, True),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    variables: dict[str, str], colour: bool, interactive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_COLOR takes the colour away and leaves the moving line; a file gets neither."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    out = io.StringIO()
    monkeypatch.setattr(out, "isatty", lambda: True, raising=False)
    console = console_on(out)
    assert (console.colour, console.interactive) == (colour, interactive)
    plain = console_on(io.StringIO())
    assert (plain.colour, plain.interactive) == (False, False)
    console.line(console_module.Styled("red", "bold red"))
    assert ("\x1b[31m" in out.getvalue()) is colour


def test_a_mistake_is_shown_once_and_nothing_is_asked_for() -> None:
    """After a mistake nothing was judged: its line, where the report is, and what to do next."""
    wrong, out = "oauth2_endpoint: https://a.example/token answers 404", io.StringIO()
    found = [
        replace(one, summary=MISTAKE.text, unjudged=MISTAKE) if one.verdict is Verdict.NOT_EXERCISED else one
        for one in Bench("strict").judgements([])
    ]
    terminal = Terminal(Console(out, colour=False), report=Path("report"))
    terminal(Diagnosed(wrong))
    terminal(finished(found, exit_status=2, diagnosis=wrong, notes=[wrong]))
    told = out.getvalue()
    assert told.count(wrong) == 1
    assert "NOT-EXERCISED" not in told and "supply" not in told
    assert told.index("next: fix what") < told.index(f"report: {Path('report') / 'report.html'}")
    assert len(told.splitlines()) < 10
    assert open_reasons(found) == []


def test_nothing_is_cut_where_there_is_no_terminal() -> None:
    """A log keeps every id of what was left out, and every note in full."""
    note, got = "a note " * 40 + "its end", "wrong " * 90 + "the very end"
    names = [row.id for row in requirements().values() if row.level == "MUST" and not row.not_tested_because]
    said = {name: [part("it", fact(False, "right", got), on=CALLS[1])] for name in names}
    out = io.StringIO()
    Terminal(Console(out, colour=False))(finished(judged(said), notes=[note]))
    assert "its end" in out.getvalue() and "the very end" in out.getvalue()
    assert "…" not in out.getvalue().replace("… and ", "")


def test_a_call_that_a_dialect_respelled_is_shown_as_it_was_sent_too() -> None:
    """The service's log has it so; what the contract calls it is what a requirement speaks of."""
    asked = call(6, "getStatus", "/status?order_id=A", 404, {})
    rationale = Rationale(finished())
    assert rationale.request(asked).startswith("GET /status?order_id=A by primary")
    sent = replace(asked.request, url=f"{URL}/v1/order/status?order=A")
    asked.respelled = Respelled(load_dialect("legacy"), sent, asked.answer)
    assert rationale.request(asked).startswith(
        "GET /status?order_id=A (sent as GET /v1/order/status?order=A) by primary"
    )
