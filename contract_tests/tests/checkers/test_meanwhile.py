"""What others do meanwhile in a standing organization is no fault; where a state of the run owns what is asked, it is.

ORDERID-1, ORDERID-2, STATUS-2, RESULTS-2, RESULTS-3, RESULTS-4 and GROUP-1 on stories written by hand.
"""

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import groups, results, status, studies
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import Checker, scenarios
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import States

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED
KNOWN = {"study_uid": "1.2.3", "order_ids": ["old", "new"]}


def owned_or_not(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the run owns, twice, of which the second does not say so; and what it does not own."""
    return [{**values, "owned": True}, values, {**values, "owned": False}]


def ids(*listed: str) -> Exchange:
    """Return an answer of `/orderId`."""
    return exchange("getOrderIds", 200, {"study_uid": "1.2.3", "order_ids": list(listed)})


def state(order: str | None, word: str = "COMPLETED") -> Exchange:
    """Return an answer of `/status`."""
    return exchange("getStatus", 200, {"order_id": order, "status": word})


def report(order: str, version: str = "R-1") -> Exchange:
    """Return an order's report."""
    said = {"order_id": order, "report_id": version, "findings": ["Clear."], "impression": "Normal."}
    return exchange("getResult", 200, said, headers=(("X-Order-Id", order), ("X-Report-Id", version)))


def refusal(reason: str, code: int = 409) -> Exchange:
    """Return a refusal of a report."""
    waits = (("Retry-After", "5"),) if reason == "report-not-ready" else ()
    return exchange("getResult", code, problem(reason, code), headers=waits)


@pytest.mark.parametrize(
    ("answer", "ours", "others"),
    [
        (ids("newer", "new", "old"), FAIL, OPEN),
        (ids("newest", "newer", "new", "old"), FAIL, OPEN),
        (ids("new", "newer", "old"), FAIL, FAIL),
        (ids("new", "old", "older"), FAIL, FAIL),
        (ids("new", "old"), PASS, PASS),
    ],
)
def test_a_newer_order_may_have_been_submitted(answer: Exchange, ours: Verdict, others: Verdict) -> None:
    """ORDERID-1: no other order, but newer ones in a study to which others submit."""
    found = [
        verdicts(studies.lists_every_order, story(("asked/study", answer), study=one))["no-other"]
        for one in owned_or_not(KNOWN)
    ]
    assert found == [ours, ours, others]


@pytest.mark.parametrize(
    ("listed", "named", "ours", "others"),
    [
        (ids("newer", "new", "old"), "new", FAIL, OPEN),
        (ids("new", "old"), "newer", FAIL, OPEN),
        (ids("new", "old"), "old", FAIL, FAIL),
        (ids("new", "old"), None, FAIL, FAIL),
    ],
)
def test_list_and_status_are_of_two_instants(
    listed: Exchange, named: str | None, ours: Verdict, others: Verdict
) -> None:
    """ORDERID-2: an order may be submitted between the two."""
    steps = (("asked/study", listed), ("status/study", state(named)))
    found = [
        verdicts(studies.lists_newest_first, story(*steps, study=one))["first-is-the-most-recent"]
        for one in owned_or_not(KNOWN)
    ]
    assert found == [ours, ours, others]


@pytest.mark.parametrize(("named", "ours", "others"), [("newer", FAIL, OPEN), ("old", FAIL, FAIL), (None, FAIL, FAIL)])
def test_the_most_recent_order_may_be_another_by_now(named: str | None, ours: Verdict, others: Verdict) -> None:
    """STATUS-2: never an older one of those that were known."""
    for one, verdict in zip(owned_or_not(KNOWN), (ours, ours, others), strict=True):
        told = story(("asked/latest", state(named)), latest=one)
        assert verdicts(status.answers_the_most_recent, told)["latest"] is verdict


@pytest.mark.parametrize(
    ("answer", "after", "ours", "others"),
    [
        (report("newer"), None, FAIL, OPEN),
        (refusal("report-not-ready"), state("newer", "PROCESSING"), FAIL, OPEN),
        (refusal("report-not-ready"), state("new"), FAIL, FAIL),
        (refusal("report-not-ready"), None, FAIL, FAIL),
        (report("old"), state("new"), FAIL, FAIL),
    ],
)
@pytest.mark.parametrize(("step", "part"), [("study/plain", "most-recent"), ("in-type/plain/json", "every-type")])
def test_a_studys_report_may_be_a_newer_orders(
    answer: Exchange, after: Exchange | None, ours: Verdict, others: Verdict, step: str, part: str
) -> None:
    """RESULTS-2: as the report says, or the study's status right after."""
    steps = [(step, answer), *([(f"meanwhile/{step}", after)] if after else [])]
    for one, verdict in zip(owned_or_not(KNOWN), (ours, ours, others), strict=True):
        assert verdicts(studies.serves_the_most_recent, story(*steps, plain=one))[part] is verdict


def test_a_report_may_be_amended_between_two_calls() -> None:
    """RESULTS-2: by study and by order two versions, as their headers say; the same version is the same report."""
    for by_study, ours, others in ((report("new", "R-2"), FAIL, OPEN), (report("new"), PASS, PASS)):
        for one, verdict in zip(owned_or_not(KNOWN), (ours, ours, others), strict=True):
            told = story(("order/plain", report("new")), ("study/plain", by_study), plain=one)
            assert verdicts(studies.serves_the_most_recent, told)["as-by-order"] is verdict


@pytest.mark.parametrize(
    ("answer", "ours", "others"),
    [(report("newer"), FAIL, OPEN), (report("old"), FAIL, FAIL), (report("new"), PASS, PASS)],
)
def test_a_third_order_is_not_the_older_one(answer: Exchange, ours: Verdict, others: Verdict) -> None:
    """RESULTS-3: an order that was submitted and completed meanwhile has a report."""
    for one, verdict in zip(owned_or_not(KNOWN), (ours, ours, others), strict=True):
        told = story(("study/processing", answer), processing=one)
        assert verdicts(studies.the_most_recent_decides, told)["processing"] is verdict


@pytest.mark.parametrize(
    ("after", "ours", "others"),
    [
        (state("new", "FAILED"), FAIL, OPEN),
        (state("newer", "PROCESSING"), FAIL, OPEN),
        (state("new", "PROCESSING"), FAIL, FAIL),
        (state("new", "COMPLETED"), OPEN, OPEN),
        (exchange("getStatus", 500, {}), FAIL, FAIL),
        (None, FAIL, FAIL),
    ],
)
@pytest.mark.parametrize("way", ["by-order", "by-study"])
def test_an_order_may_end_meanwhile(way: str, after: Exchange | None, ours: Verdict, others: Verdict) -> None:
    """RESULTS-4: for the reason of another status, where that is the status right after."""
    steps = [
        (f"{way}/processing", refusal("order-failed")),
        *([(f"meanwhile/{way}/processing", after)] if after else []),
    ]
    known = {"order_id": "new"} if way == "by-order" else KNOWN
    part = "processing" if way == "by-order" else "by-study"
    for one, verdict in zip(owned_or_not(known), (ours, ours, others), strict=True):
        assert verdicts(results.refuses_without_report, story(*steps, processing=one))[part] is verdict


def test_an_order_under_way_may_join_a_group() -> None:
    """GROUP-1: the group waits for it, in one type or in all; a group of ours has no such order."""
    waits, missing = exchange("getGroupReport", 409, problem("report-not-ready", 409)), refusal("unknown", 404)
    group = {"study_group": "g", "order_ids": ["A"], "statuses": ["COMPLETED"]}
    for answer, ours, others in ((waits, FAIL, OPEN), (missing, FAIL, FAIL)):
        for one, verdict in zip(owned_or_not(group), (ours, ours, others), strict=True):
            found = verdicts(groups.serves_the_group, story(("asked/csv", answer), group=one))
            assert (found["csv"], found["one-at-least"]) == (verdict, verdict)


FIXTURES = {
    "order_in_status": {"status": "CANCELLED", "order_id": "new", "study_uid": "1.2.3"},
    "study_with_orders": [
        {"statuses": ["COMPLETED", word], "study_uid": "1.2.3", "order_ids": ["old", "new"]}
        for word in ("COMPLETED", "CANCELLED")
    ],
}


@pytest.mark.parametrize(
    ("scenario", "step", "checker", "part"),
    [
        ("studies.report_of_a_study", "study/plain", studies.serves_the_most_recent, "most-recent"),
        ("results.without_report", "by-order/cancelled", results.refuses_without_report, "cancelled"),
        ("results.without_report_of_the_newest", "by-study/cancelled", results.refuses_without_report, "by-study"),
    ],
)
@pytest.mark.parametrize(("newest", "verdict"), [("newer", OPEN), ("new", FAIL)])
def test_what_is_told_otherwise_than_was_known_is_looked_at_again(
    serve: Callable[..., Any], scenario: str, step: str, checker: Checker, part: str, newest: str, verdict: Verdict
) -> None:
    """What the operator knows may be of yesterday: the status right after an answer decides."""

    def say(method: str, path: str, body: bytes) -> Any:
        if path.startswith("/oauth2"):
            said = {"access_token": "t0ken-t0ken", "expires_in": 3600, "scope": "status.read reports.read reports.ack"}
            return real_service.document(200, said)
        if path.startswith("/results"):
            return real_service.problem(409, "order-failed")
        return real_service.document(200, {"order_id": newest, "status": "CANCELLED", "report_types": ["json"]})

    target = serve(say).target(states=States(fixtures=FIXTURES))
    run = Run(target, Options())
    session = Session(run, scenario)
    next(one for one in scenarios() if one.name == scenario).play(session)
    run.close()
    assert len(session.story.all(f"meanwhile/{step}")) == 1
    assert verdicts(checker, session.story)[part] is verdict
