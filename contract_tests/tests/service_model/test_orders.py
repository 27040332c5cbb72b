"""What earlier answers prove of orders and studies."""

from typing import Any

import pytest

from contract_tests.tests.helpers.seen_run import ANNE, BEN, DONE, ENTRY, ORDER, SeenRun
from pacsimile_contract.evidence.exchange import Exchange, Respelled
from pacsimile_spec.dialects import load_dialect

LATER = {**ORDER, "order_id": "A-2", "created_at": "2026-03-01T11:00:00Z"}


@pytest.fixture
def run() -> SeenRun:
    """Return a run without any call."""
    return SeenRun()


def report(run: SeenRun, token: str, order: str = "A-1", **asked: str) -> Exchange:
    """Let an order's report be served."""
    chosen = asked or {"order_id": order}
    return run.ask("getResult", token, 200, {}, headers=(("X-Order-Id", order),), report_type="json", **chosen)


def test_an_orders_life_contradicts_nothing(run: SeenRun) -> None:
    """An order that moves along its path, is listed and served, by two clients and by study, agrees with itself."""
    anne, ben = run.home(ANNE, BEN).values()
    run.status({**ORDER, "status": "RECEIVED"}, anne)
    run.status(ORDER, ben, study_uid="1.2.3")
    run.refused("getResult", ben, 409, "report-not-ready", order_id="A-1", report_type="json")
    run.status(DONE, anne)
    run.listing([ENTRY], ben)
    report(run, ben)
    run.status(LATER, anne, study_uid="1.2.3")
    run.ask("getOrderIds", ben, 200, {"study_uid": "1.2.3", "order_ids": ["A-2", "A-1"]}, study_uid="1.2.3")
    seen = run.compare()
    assert seen.contradictions == []
    assert {"STATUS-5", "STATUS-7", "CONS-2", "ORDERID-1", "ORDERID-2", "STATUS-2"} <= set(seen.compared)


@pytest.mark.parametrize(
    ("changed", "requirement"),
    [
        ({"created_at": "2026-03-01T10:00:01Z"}, "STATUS-7"),
        ({"study_uid": "1.2.4"}, "STATUS-7"),
        ({"completed_at": "2026-03-01T10:09:01Z"}, "STATUS-7"),
        ({"status": "PROCESSING", "report_types": []}, "STATUS-5"),
        ({"status": "FAILED", "report_types": []}, "STATUS-5"),
        ({"order_id": "A-2"}, "STATUS-1"),
    ],
)
def test_what_lasts_never_changes_for_another_client(run: SeenRun, changed: dict[str, Any], requirement: str) -> None:
    """STATUS-1, 5, 7: what one client was told of an order holds for the others of its organization."""
    anne, ben = run.home(ANNE, BEN).values()
    first = run.status(DONE, anne)
    second = run.status({**DONE, **changed}, ben, order_id="A-1")
    proof = [second.number] if requirement == "STATUS-1" else [first.number, second.number]
    assert run.broken() == [(requirement, proof)]


def test_a_listing_agrees_with_the_status(run: SeenRun) -> None:
    """CONS-2: a completion that the listing has otherwise; it may write the instant in another offset."""
    (anne,) = run.home(ANNE).values()
    status = run.status({**DONE, "completed_at": "2026-03-01T10:09:00.7Z"}, anne)
    run.listing([{**ENTRY, "completed_at": "2026-03-01T11:09:00.700+01:00"}], anne)
    assert run.broken() == []
    wrong = run.listing([ENTRY], anne)
    assert ("CONS-2", [status.number, wrong.number]) in run.broken()
    for exchange in run.exchanges:
        exchange.respelled = Respelled(load_dialect("camel"), exchange.request, exchange.answer)
    assert run.broken() == []


@pytest.mark.parametrize(
    ("amended", "completed", "holds"),
    [
        ("10:09:00.8Z", "10:09:00.7Z", True), ("10:09:00.7Z", "10:09:00.7Z", False), ("10:08:59Z", "10:09:00Z", False),
        ("10:09:00Z", "10:09:00Z", True), ("10:09:00Z", "10:09:00.7Z", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("listed_first", [False, True])
def test_an_amended_version_is_completed_later(
    run: SeenRun, amended: str, completed: str, holds: bool, listed_first: bool
) -> None:
    """CONS-2: than its order was; times may be known to a second only."""
    (anne,) = run.home(ANNE).values()
    version = {**ENTRY, "report_id": "R-2", "supersedes": "R-1", "report_status": "amended"}
    asks = [
        lambda: run.listing([{**version, "completed_at": f"2026-03-01T{amended}"}], anne),
        lambda: run.status({**DONE, "completed_at": f"2026-03-01T{completed}"}, anne),
    ]
    numbers = [ask().number for ask in (asks if listed_first else asks[::-1])]
    assert run.broken() == ([] if holds else [("CONS-2", numbers)])


def test_a_listing_that_came_first_agrees_with_the_status(run: SeenRun) -> None:
    """CONS-2: `completed_at`; an order that is listed too early is told as that."""
    (anne,) = run.home(ANNE).values()
    listed = run.listing([ENTRY], anne)
    late = run.status({**DONE, "completed_at": "2026-03-01T10:09:03Z"}, anne)
    assert run.broken() == [("CONS-2", [listed.number, late.number])]
    run.exchanges.remove(late)
    run.status(ORDER, anne)
    run.status({**DONE, "completed_at": "2026-03-01T10:09:03Z"}, anne)
    assert [requirement for requirement, _ in run.broken()] == ["BATCH-2"]


@pytest.mark.parametrize("served", [False, True])
def test_an_unfinished_order_is_neither_listed_nor_served(run: SeenRun, served: bool) -> None:
    """BATCH-2, RESULTS-4: a later answer shows that it was not COMPLETED."""
    (anne,) = run.home(ANNE).values()
    early = report(run, anne) if served else run.listing([ENTRY], anne)
    later = run.status(ORDER, anne)
    assert run.broken() == [("RESULTS-4" if served else "BATCH-2", [early.number, later.number])]


@pytest.mark.parametrize(("status", "requirement"), [("COMPLETED", "CONS-1"), ("FAILED", "RESULTS-4")])
def test_a_final_order_is_never_unready(run: SeenRun, status: str, requirement: str) -> None:
    """CONS-1, RESULTS-4: 409 `report-not-ready` after a final status."""
    (anne,) = run.home(ANNE).values()
    first = run.status({**ORDER, "status": status}, anne)
    late = run.refused("getResult", anne, 409, "report-not-ready", order_id="A-1", report_type="json")
    assert run.broken() == [(requirement, [first.number, late.number])]


def test_a_study_is_its_newest_order(run: SeenRun) -> None:
    """STATUS-2, RESULTS-2, RESULTS-3: any answer by study, after a newer order was seen."""
    anne, ben = run.home(ANNE, BEN).values()
    run.status(DONE, anne)
    newer = run.status(LATER, ben)
    by_study = run.status(DONE, anne, study_uid="1.2.3")
    served = report(run, anne, "A-1", study_uid="1.2.3")
    run.status({**LATER, "status": "COMPLETED"}, ben)
    again = report(run, anne, "A-1", study_uid="1.2.3")
    assert run.broken() == [
        ("STATUS-2", [newer.number, by_study.number]),
        ("RESULTS-3", [newer.number, served.number]),
        ("RESULTS-2", [newer.number, again.number]),
    ]


def test_orders_of_one_instant_have_no_newest(run: SeenRun) -> None:
    """STATUS-2: later submission decides, which no answer shows; and one that was made meanwhile may be the newest."""
    (anne,) = run.home(ANNE).values()
    run.status(ORDER, anne)
    run.status({**LATER, "created_at": ORDER["created_at"]}, anne)
    run.status(ORDER, anne, study_uid="1.2.3")
    assert run.broken() == []


def test_order_ids_hold_every_order_newest_first(run: SeenRun) -> None:
    """ORDERID-1, ORDERID-2: each order of the study that was seen before, by `created_at`."""
    (anne,) = run.home(ANNE).values()
    older = run.status(ORDER, anne)
    newer = run.status(LATER, anne)
    short = run.ask("getOrderIds", anne, 200, {"study_uid": "1.2.3", "order_ids": ["A-2"]}, study_uid="1.2.3")
    wrong = run.ask("getOrderIds", anne, 200, {"study_uid": "1.2.3", "order_ids": ["A-1", "A-2"]}, study_uid="1.2.3")
    assert run.broken() == [
        ("ORDERID-1", [older.number, short.number]), ("ORDERID-2", [newer.number, wrong.number])
    ]  # fmt: skip


def test_an_order_never_goes_away(run: SeenRun) -> None:
    """STATUS-1, RESULTS-1, STATUS-2: 404 for what was answered before; CONS-1 where the study was unknown before."""
    (anne,) = run.home(ANNE).values()
    run.refused("getOrderIds", anne, 404, "study-not-found", study_uid="1.2.9")
    run.status({**ORDER, "order_id": "A-9", "study_uid": "1.2.9"}, anne)
    first = run.status(ORDER, anne)
    gone = run.refused("getStatus", anne, 404, "order-not-found", order_id="A-1")
    unserved = run.refused("getResult", anne, 404, "order-not-found", order_id="A-1", report_type="json")
    run.refused("getStatus", anne, 404, "study-not-found", study_uid="1.2.9")
    assert [broken for broken in run.broken() if broken[0] != "CONS-1"] == [
        ("STATUS-1", [first.number, gone.number]), ("RESULTS-1", [first.number, unserved.number]),
    ]  # fmt: skip
    assert "CONS-1" in dict(run.broken())


def test_of_a_standing_service_others_may_remove_orders() -> None:
    """Where no state made the organization, a 404 proves nothing."""
    run = SeenRun()
    token = run.token("primary")
    run.status(ORDER, token)
    run.refused("getStatus", token, 404, "order-not-found", order_id="A-1")
    assert run.broken() == []


def test_overlapping_calls_prove_nothing(run: SeenRun) -> None:
    """An answer says something of a call only where it had come before the call was sent."""
    anne, ben = run.home(ANNE, BEN).values()
    done = run.status(DONE, anne)
    slow = run.status(ORDER, ben)
    slow.started = done.started
    assert run.broken() == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda exchange: setattr(exchange, "body_was_stored", False),
        lambda exchange: setattr(exchange, "request", _with(exchange, url=exchange.request.url + "&colour=red")),
        lambda exchange: setattr(exchange, "request", _with(exchange, hostile=True)),
        lambda exchange: setattr(exchange, "request", _with(exchange, headers=(("Authorization", "Bearer x"),))),
        lambda exchange: setattr(
            exchange, "request", _with(exchange, headers=(*exchange.request.headers, ("Cookie", "a=b")))
        ),
    ],
)
def test_what_is_no_ordinary_call_proves_nothing(run: SeenRun, spoil: Any) -> None:
    """Unknown parameters and tokens, hostile input, cookies, and bodies that were not stored are left to others."""
    (anne,) = run.home(ANNE).values()
    run.status(DONE, anne)
    spoil(run.status(ORDER, anne))
    assert run.broken() == []


def _with(exchange: Exchange, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(exchange.request, **changes)


def test_a_stored_run_is_judged_by_who_asked(run: SeenRun) -> None:
    """A stored run has no tokens: what orders prove is found by the client's name."""
    (anne,) = run.home(ANNE).values()
    first = run.status(DONE, anne)
    second = run.status(ORDER, anne)
    for exchange in run.exchanges:
        if exchange.operation != "getToken":
            exchange.request = _with(exchange, headers=(("Authorization", "Bearer $HIDDEN"),))
    assert run.broken() == [("STATUS-5", [first.number, second.number])]
