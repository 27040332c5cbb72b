"""What earlier and later answers prove of a study group's report."""

import json
from typing import Any

import pytest

from contract_tests.tests.helpers.seen_run import ANNE, CLEO, DONE, ORDER, SeenRun
from pacsimile_contract.evidence.exchange import Exchange

ONE, TWO = ({**DONE, "order_id": f"A-{n}", "study_uid": f"1.2.{n}", "study_group": "g-1"} for n in (1, 2))
OPEN, FAILED = (
    {**ORDER, "order_id": f"A-{n}", "study_uid": f"1.2.{n}", "study_group": "g-1", "status": status}
    for n, status in ((3, "PROCESSING"), (4, "FAILED"))
)
QUIET = {"order_id": "A-1", "study_uid": "1.2.1", "status": "COMPLETED", "impression": "All is quiet."}
OTHER = {"order_id": "A-2", "study_uid": "1.2.2", "status": "COMPLETED", "impression": "Much ado."}


@pytest.fixture
def run() -> SeenRun:
    """Return a run without any call."""
    return SeenRun()


def serve(run: SeenRun, token: str, *orders: Any, group: str = "g-1", kind: str = "json") -> Exchange:
    """Let a group's report be served."""
    content = json.dumps({"study_group": group, "orders": orders}).encode()
    if kind == "txt":
        content = "\n".join(" ".join(order.values()) for order in orders).encode()
    return run.ask("getGroupReport", token, 200, content=content, study_group="g-1", report_type=kind)


def refuse(run: SeenRun, token: str, status: int, reason: str) -> Exchange:
    """Let a group's report be refused."""
    return run.refused("getGroupReport", token, status, reason, study_group="g-1", report_type="json")


def fetch(run: SeenRun, token: str, report: str, impression: str) -> Exchange:
    """Let the report of the first order be served."""
    content = json.dumps({"order_id": "A-1", "report_id": report, "impression": impression}).encode()
    headers = (("X-Order-Id", "A-1"), ("X-Report-Id", report))
    return run.ask("getResult", token, 200, headers=headers, content=content, order_id="A-1", report_type="json")


def test_a_group_as_it_must_be_contradicts_nothing(run: SeenRun) -> None:
    """It waits for an order that joined, tells of each order, and follows an amendment."""
    (anne,) = run.home(ANNE).values()
    run.status(ONE, anne)
    fetch(run, anne, "R-1", "All is quiet.")
    serve(run, anne, QUIET)
    fetch(run, anne, "R-1", "All is quiet.")
    run.status(OPEN, anne)
    refuse(run, anne, 409, "report-not-ready")
    run.status({**OPEN, "status": "FAILED"}, anne)
    fetch(run, anne, "R-2", "A shadow.")
    failed = {"order_id": "A-3", "status": "FAILED"}
    serve(run, anne, {**QUIET, "impression": "A shadow."}, failed)
    serve(run, anne, {**QUIET, "impression": "Changed since."}, failed)  # it may have been amended again
    seen = run.compare()
    assert seen.contradictions == []
    assert {"GROUP-2", "GROUP-3", "GROUP-5"} <= set(seen.compared)


@pytest.mark.parametrize("kind", ["json", "txt"])
def test_a_groups_report_has_each_of_its_orders(run: SeenRun, kind: str) -> None:
    """GROUP-2: by the status of each, and by an earlier report; GROUP-5 for one that joined since."""
    (anne,) = run.home(ANNE).values()
    run.status(ONE, anne)
    second = run.status(TWO, anne)
    short = serve(run, anne, QUIET, kind=kind)
    assert run.broken() == [("GROUP-2", [second.number, short.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    run.status(ONE, anne)
    serve(run, anne, QUIET)
    joined = run.status(TWO, anne)
    same = serve(run, anne, QUIET, kind=kind)
    assert run.broken() == [("GROUP-5", [joined.number, same.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    whole = serve(run, anne, QUIET, OTHER)
    short = serve(run, anne, OTHER)
    assert run.broken() == [("GROUP-2", [whole.number, short.number])]


def test_an_order_that_joins_meanwhile_may_be_missing(run: SeenRun) -> None:
    """It was seen in the group after the report, or while that was under way."""
    (anne,) = run.home(ANNE).values()
    run.status(ONE, anne)
    report = serve(run, anne, QUIET)
    run.status(TWO, anne)
    slow = serve(run, anne, QUIET)
    slow.started = report.started
    assert run.broken() == []


def test_a_groups_report_waits_for_each_order(run: SeenRun) -> None:
    """GROUP-3: an order of the group is unfinished before and after; GROUP-5 if it joined since."""
    (anne,) = run.home(ANNE).values()
    first = run.status(OPEN, anne)
    early = serve(run, anne, QUIET)
    after = run.status(OPEN, anne)
    assert run.broken() == [("GROUP-3", [first.number, early.number, after.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    run.status(ONE, anne)
    serve(run, anne, QUIET)
    joined = run.status(OPEN, anne)
    stale = serve(run, anne, QUIET)
    after = run.refused("getResult", anne, 409, "report-not-ready", order_id="A-3", report_type="json")
    assert run.broken() == [("GROUP-5", [joined.number, stale.number, after.number])]


def test_a_group_waits_for_nobody_else(run: SeenRun) -> None:
    """GROUP-3: a later report shows that each order was final before; one that joined meanwhile is waited for."""
    (anne,) = run.home(ANNE).values()
    first = run.status(ONE, anne)
    late = refuse(run, anne, 409, "report-not-ready")
    after = serve(run, anne, QUIET)
    assert run.broken() == [("GROUP-3", [first.number, late.number, after.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    run.status(ONE, anne)
    refuse(run, anne, 409, "report-not-ready")
    serve(run, anne, QUIET, OTHER)
    assert run.broken() == []


def test_a_group_does_not_wait_for_another_organization(run: SeenRun) -> None:
    """SEC-8: which has an unfinished order in a group of that name."""
    anne, cleo = run.home(ANNE, CLEO).values()
    run.status(OPEN, cleo)
    first = run.status(ONE, anne)
    late = refuse(run, anne, 409, "report-not-ready")
    after = serve(run, anne, QUIET)
    assert run.broken() == [("SEC-8", [first.number, late.number, after.number])]


def test_a_group_with_a_completed_order_has_a_report(run: SeenRun) -> None:
    """GROUP-3, GROUP-1: neither failed nor unknown."""
    (anne,) = run.home(ANNE).values()
    done = run.status(ONE, anne)
    failed, unknown = refuse(run, anne, 409, "order-failed"), refuse(run, anne, 404, "study-group-not-found")
    assert run.broken() == [("GROUP-3", [done.number, failed.number]), ("GROUP-1", [done.number, unknown.number])]


def test_a_failed_order_is_named_as_such(run: SeenRun) -> None:
    """GROUP-2: in the record of its order."""
    (anne,) = run.home(ANNE).values()
    failed = run.status(FAILED, anne)
    report = serve(run, anne, QUIET, {"order_id": "A-4", "status": "COMPLETED"})
    assert run.broken() == [("GROUP-2", [failed.number, report.number])]


@pytest.mark.parametrize("kind", ["json", "txt"])
def test_a_groups_report_has_each_newest_impression(run: SeenRun, kind: str) -> None:
    """GROUP-5: that of the version that was served before and after."""
    (anne,) = run.home(ANNE).values()
    joined = run.status(ONE, anne)
    fetch(run, anne, "R-1", "All is quiet.")
    before = fetch(run, anne, "R-2", "A shadow.")
    stale = serve(run, anne, QUIET, kind=kind)
    after = fetch(run, anne, "R-2", "A shadow.")
    assert run.broken() == [("GROUP-5", [joined.number, before.number, stale.number, after.number])]


def test_a_groups_report_has_no_other_orders(run: SeenRun) -> None:
    """GROUP-2, SEC-8: of another group, unknown to its own organization, or of another organization's group."""
    anne, cleo = run.home(ANNE, CLEO).values()
    other = run.status({**TWO, "study_group": "g-2"}, anne)
    report = serve(run, anne, QUIET, OTHER)
    assert run.broken() == [("GROUP-2", [other.number, report.number])]
    for foreign, requirement in ((False, "GROUP-2"), (True, "SEC-8")):
        run = SeenRun()
        anne, cleo = run.home(ANNE, CLEO).values()
        if foreign:
            run.status(TWO, cleo)
        report = serve(run, anne, QUIET, OTHER)
        unknown = run.refused("getStatus", anne, 404, "order-not-found", order_id="A-2")
        assert run.broken() == [(requirement, [report.number, unknown.number])]


def test_an_order_stands_beside_its_own_study(run: SeenRun) -> None:
    """GROUP-2, of one that failed: no report of its own states its study."""
    (anne,) = run.home(ANNE).values()
    known = run.status(FAILED, anne)
    serve(run, anne, {**QUIET}, {"order_id": "A-4", "study_uid": "1.2.4", "status": "FAILED"})
    assert run.broken() == []
    wrong = serve(run, anne, {**QUIET}, {"order_id": "A-4", "study_uid": "1.2.1", "status": "FAILED"})
    assert run.broken() == [("GROUP-2", [known.number, wrong.number])]


def test_the_report_is_that_of_the_group(run: SeenRun) -> None:
    """GROUP-1, SEC-8: the group that it names, and an organization's own."""
    anne, cleo = run.home(ANNE, CLEO).values()
    wrong = serve(run, anne, QUIET, group="g-2")
    foreign = serve(run, cleo, QUIET, group="g-2")
    assert run.broken() == [
        ("SEC-8", [wrong.number, foreign.number]), ("GROUP-1", [wrong.number]), ("GROUP-1", [foreign.number])
    ]  # fmt: skip


def test_a_report_of_another_type_is_not_searched(run: SeenRun) -> None:
    """GROUP-1 judges bytes of another type: what they lack is no fault of its own."""
    (anne,) = run.home(ANNE).values()
    run.status(ONE, anne)
    run.ask("getGroupReport", anne, 200, content=b"All is quiet.", study_group="g-1", report_type="csv")
    assert run.broken() == []
