"""Operations that a service does not have: N/A for that reason, with all that hangs on them; the rest is judged."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.tests.helpers.judged_run import judgement, parts
from contract_tests.tests.helpers.varied_server import Answering, Request, Response, varied
from pacsimile_contract.errors import TargetFileError
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.dry_run import rehearse
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.session.absence import AbsentAnswer
from pacsimile_contract.target.model import Client, States, Target
from pacsimile_contract.target.reading import load_target
from pacsimile_spec import operations

BROKEN = (Verdict.FAIL, Verdict.ERROR, Verdict.NOT_EXERCISED)
SOME = (
    "ORDERID-1",
    "ORDERID-3",
    "GROUP-1",
    "GROUP-4",
    "STATUS-4",
    "BATCH-1",
    "BATCH-8",
    "BATCH-13",
    "AUTH-9",
    "SEC-3",
    "PROTO-2",
)
"""Requirements of each operation, and of several."""


def without(*absent: str) -> Answering:
    """Answer as a service that does not have these operations: 404 where nothing is left, else 405."""

    def answering(request: Request, answer: Callable[[Request], Response]) -> Response:
        here = [name for name, one in operations().items() if one.path == request.path and "oauth2" not in one.path]
        left = [operations()[name].method for name in here if name not in absent]
        if len(left) == len(here):
            return answer(request)
        if not left:
            return refusal(404, "not-found")
        usual = answer(request) if request.method in left else refusal(405, "method-not-allowed")
        return replace(usual, headers={**usual.headers, "Allow": ", ".join(left)}) if usual.status == 405 else usual

    return answering


def refusal(status: int, reason: str) -> Response:
    """Return a problem."""
    said = {"type": f"urn:pacsimile:problem:{reason}", "title": reason, "status": status}
    return Response(json.dumps(said).encode(), "application/problem+json", status)


def judged(*absent: str, requirements: tuple[str, ...] = SOME, folder: Path | None = None) -> RunFinished:
    """Judge a service that does not have these operations, as its target file says."""
    with varied(answering=without(*absent)) as line:
        client = Client("primary", line["client"].client_id, line["client"].client_secret, "small-hospital")
        target = Target(
            line["url"], line["oauth2_endpoint"], {"primary": client}, "strict", absent=frozenset(absent),
            states=States(line["states_url"], line["states_token"]),
        )  # fmt: skip
        listeners = [] if folder is None else [ReportFolder(folder)]
        return run(target, Options(requirements=requirements), listeners)


@pytest.mark.parametrize(
    ("absent", "away"),
    [
        (("getOrderIds",), {"ORDERID-1", "ORDERID-3"}),
        (("getGroupReport",), {"GROUP-1", "GROUP-4"}),
        (("getResult", "getGroupReport"), {"GROUP-1", "GROUP-4"}),
        (("acknowledgeReports",), {"BATCH-8"}),
        (("listReports", "acknowledgeReports"), {"BATCH-1", "BATCH-8", "BATCH-13"}),
    ],
)
def test_what_hangs_on_an_operation_is_not_applicable(absent: tuple[str, ...], away: set[str]) -> None:
    """With the line of the target file; nothing goes there, nothing else is left out, and the run passes."""
    done = judged(*absent)
    assert {one.requirement.id for one in done.judgements if one.verdict is Verdict.NOT_APPLICABLE} & set(SOME) >= away
    assert not [one for one in done.judgements if one.requirement.id in SOME and one.verdict in BROKEN]
    for name in away:
        assert judgement(done, name).summary.startswith("the target file says `operations: {")
    each = parts(done, "AUTH-9")
    assert {name for name, one in each.items() if one.verdict is Verdict.NOT_APPLICABLE} == set(absent)
    assert {one.verdict for name, one in each.items() if name not in absent} == {Verdict.PASS}
    assert not [one for one in done.exchanges if one.operation in absent]
    assert judgement(done, "STATUS-4").verdict is Verdict.PASS
    assert done.exit_status == 0


def test_what_orders_offer_is_listed_where_no_report_can_be_fetched() -> None:
    """The scenario of orders that offer some types each ends without a fault of ours, and its listing is judged."""
    done = judged("getResult", requirements=("CONS-2",))
    stopped = [story.stopped.text for story, _ in done.stories if story.stopped is not None]
    assert not [text for text in stopped if " failed: " in text]
    assert parts(done, "CONS-2")["some-types-listed"].verdict is Verdict.PASS


def test_declaring_everything_away_shows_nothing(tmp_path: Path) -> None:
    """A run of which nothing is left does not pass, and a replay of it neither."""
    done = judged("getOrderIds", requirements=("ORDERID-1", "ORDERID-2"), folder=tmp_path)
    assert done.exit_status == 3
    assert any("nothing was judged" in note for note in done.notes)
    again = replay(load_run(tmp_path))
    assert again.exit_status == 3
    assert judgement(again, "ORDERID-1").verdict is Verdict.NOT_APPLICABLE


def test_what_is_not_declared_is_missed() -> None:
    """404 where the target file says nothing is a fault."""
    with varied(answering=without("getOrderIds")) as line:
        client = Client("primary", line["client"].client_id, line["client"].client_secret, "small-hospital")
        states = States(line["states_url"], line["states_token"])
        target = Target(line["url"], line["oauth2_endpoint"], {"primary": client}, "strict", states=states)
        assert run(target, Options(requirements=("ORDERID-1",))).exit_status == 1
        plan, planned = (
            Options(requirements=SOME),
            rehearse(replace(target, absent=frozenset({"getOrderIds"})), Options()),
        )
        assert planned.calls["getOrderIds"] == 0
        assert rehearse(target, plan).calls["getOrderIds"] > 0


def test_an_answer_that_never_came_cannot_be_looked_at() -> None:
    """Whoever looks ends, N/A; whoever hands it on does not."""
    from pacsimile_contract.errors import Absent

    answer: Exchange = AbsentAnswer("there is none")
    assert isinstance(answer, Exchange)
    with pytest.raises(Absent, match="there is none"):
        _ = answer.status


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{getOrderId: false}", "unknown key; expected one of getStatus, getOrderIds"),
        ("{getOrderId: false}", "did you mean 'getOrderIds'?"),
        ("{getOrderIds: no}", "expected true or false"),
        (
            "{" + ", ".join(f"{one}: false" for one in list(operations())[2:]) + "}",
            "leaves none; expected one operation",
        ),
    ],
)
def test_operations_are_checked_as_the_file_is_read(tmp_path: Path, written: str, words: str) -> None:
    """Names as the description has them, and never all of them."""
    file = tmp_path / "staging.yaml"
    head = "base_url: http://127.0.0.1:1\noauth2_endpoint: http://127.0.0.1:1/oauth2\n"
    file.write_text(f"{head}clients: {{primary: {{id: ID, secret: SECRET}}}}\noperations: {written}\n", "utf-8")
    with pytest.raises(TargetFileError) as caught:
        load_target(file, {"ID": "a", "SECRET": "b"})
    assert words in str(caught.value)
