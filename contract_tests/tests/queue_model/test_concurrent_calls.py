"""Calls at the same time as steps of the model: when each may have taken effect, and which answers fit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem, story
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.queue_model.concurrent_calls import ObservedStep, books_before, observed_steps
from pacsimile_contract.queue_model.reference import Books

READY = Books().completed("O1", "R1").completed("O2", "R2")


def by(client: str, one: Exchange) -> Exchange:
    """Return an exchange of this client that took from 1 s to 2 s."""
    return replace(one, request=replace(one.request, client=client), started=1.0, ended=2.0)


def listing(*reports: str, client: str = "a", status: int | None = 200, **asked: str) -> Exchange:
    rows = [{"report_id": report, "order_id": "O"} for report in reports]
    return by(client, exchange("listReports", status, {"count": len(rows), "reports": rows}, asked=asked))


def acknowledgement(*done: str, client: str = "a", status: int | None = 200) -> Exchange:
    document = {"acknowledged": list(done), "not_found": []} if status == 200 else problem("blank", status or 0)
    return by(client, exchange("acknowledgeReports", status, document))


def steps(*exchanges: Exchange, settle: float = 0.0, **values: Any) -> list[ObservedStep]:
    """Return the steps of calls that were made at once."""
    told = story(*((f"at-once/{place}-a", one) for place, one in enumerate(exchanges)))
    told.values.update({"before": {"versions": [], "settle": settle}, **values})
    return observed_steps(told)


def test_a_change_may_take_the_time_that_the_operator_allows() -> None:
    """A call that changes nothing does not."""
    read, marked = steps(listing("R1"), acknowledgement("R1", client="b"), settle=3.0)
    assert (read.call.ended, marked.call.ended) == (2.0, 5.0)


def test_what_was_refused_shows_no_state() -> None:
    """Nor does a listing without an answer, but of a client that acknowledges: that one was shown what waited."""
    refused = [listing(status=404), acknowledgement(status=409), by("a", exchange("getStatus", 500))]
    assert steps(*refused, by("a", exchange("getToken", 200, {}))) == []
    assert steps(listing(status=None)) == []
    lost, _ = steps(listing(status=None), acknowledgement("R1"))
    assert math.isinf(lost.call.ended)
    assert lost.call.effect(READY).remembered("a") == READY.listable


def test_an_acknowledgement_without_an_answer_may_have_been_done_or_not() -> None:
    """It is about what its client was shown last."""
    (lost,) = steps(acknowledgement(status=None))
    assert math.isinf(lost.call.ended)
    assert lost.call.effect(READY.listed("a", ["R1"])).listable == {"R2"}


@pytest.mark.parametrize(
    ("shown", "limit", "fits"),
    [
        (("R1", "R2"), "", True), (("R1",), "", False), (("R1", "R1"), "", False), (("R2",), "1", True),
        (("R1", "R1"), "2", False), (("R3",), "1", False),
    ],
)  # fmt: skip
def test_which_listings_fit_what_is_ready(shown: tuple[str, ...], limit: str, *, fits: bool) -> None:
    """All of it, or as many as the limit says; nothing twice."""
    (step,) = steps(listing(*shown, **({"limit": limit} if limit else {})))
    assert (step.call.step(READY) is not None) == fits


@pytest.mark.parametrize(
    ("one", "fits"),
    [
        (exchange("getResult", 404, {}, asked={"order_id": "O3"}), True),
        (exchange("getResult", 404, {}, asked={"order_id": "O1"}), False),
        (exchange("getResult", 404, problem("order-not-found", 404), asked={"order_id": "O1"}), False),
        (exchange("getResult", 404, problem("report-type-not-available", 404), asked={"order_id": "O1"}), True),
        (exchange("getResult", 409, problem("report-not-ready", 409), asked={"order_id": "O3"}), True),
        (exchange("getResult", 200, headers=(("X-Report-Id", "R1"),), asked={"order_id": "O1"}), True),
        (exchange("getResult", 200, headers=(("X-Report-Id", "R2"),), asked={"order_id": "O1"}), False),
        (exchange("getOrderIds", 200, {"order_ids": ["O1"]}, asked={"study_uid": "S"}), False),
        (exchange("getOrderIds", 404, {}, asked={"study_uid": "S"}), True),
        (exchange("getStatus", 404, {}, asked={"study_uid": "S"}), True),
    ],
)
def test_which_answers_fit_an_order(one: Exchange, *, fits: bool) -> None:
    """A 404 without a word says that there is no such order, or no report of it yet."""
    (step,) = steps(by("a", one))
    assert (step.call.step(READY) is not None) == fits
    assert step.call.effect(READY) is READY


def test_an_order_may_be_submitted_without_a_report() -> None:
    """Then it is there, and nothing of it is ready."""
    change = {"kind": "submitted", "order_id": "O3", "study_uid": "S", "began": 1.0, "ended": 2.0}
    (step,) = steps(**{"change/1": change})
    after = step.call.effect(books_before(story(before={"versions": []})))
    assert (after.of_study("S"), after.listable) == (("O3",), frozenset())
