"""What of an exchange is advice made of, and which answers are judged by themselves."""

from __future__ import annotations

import pytest

from contract_tests.tests.helpers.small_run import call
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.proxy.advice_calls import client_call
from pacsimile_contract.proxy.single_answers import SingleAnswers


def without_token(exchange: Exchange) -> Exchange:
    asked = exchange.request
    exchange.request = Request(asked.method, asked.url, (), operation=asked.operation)
    return exchange


@pytest.mark.parametrize(("operation", "requirement"), [("getStatus", "AUTH-9"), ("getToken", None)])
def test_a_call_without_a_token_is_the_clients_mistake(operation: str, requirement: str | None) -> None:
    """But where none is needed."""
    refused = without_token(call(1, operation, "/status", 401, {"type": "about:blank"}))
    assert client_call(refused).requirement == requirement


def test_the_orders_that_a_client_has_heard_of() -> None:
    """By a list of a study's orders, or by one order's status."""
    listed = call(1, "getOrderIds", "/order-ids?study_uid=1.2", 200, {"order_ids": ["ORD-1", "ORD-2"]})
    status = call(2, "getStatus", "/status?order_id=ORD-3", 200, {"order_id": "ORD-3", "status": "COMPLETED"})
    assert client_call(listed).order_ids == ("ORD-1", "ORD-2")
    assert client_call(status).order_ids == ("ORD-3",)


def test_a_report_without_its_id_is_none_that_was_fetched() -> None:
    """With it, it is."""
    path = "/results?order_id=ORD-1&report_type=txt"
    assert client_call(call(1, "getResult", path, 200, b"text")).reports == ()
    (mention,) = client_call(call(1, "getResult", path, 200, b"text", X_Report_Id="REP-1")).reports
    assert mention.report_id == "REP-1"


@pytest.mark.parametrize(("kind", "judged"), [("txt", True), ("pdf", True), ("unheard", False)])
def test_a_group_report_is_judged_by_itself(kind: str, *, judged: bool) -> None:
    """If it is of a type that groups have."""
    exchange = call(1, "getGroupReport", f"/group?report_type={kind}", 200, b"none of that type")
    asked = exchange.request
    exchange.request = Request(
        "GET", asked.url, asked.headers, operation=asked.operation, given={"study_group": "G", "report_type": kind}
    )
    answers = SingleAnswers()
    answers.judge(exchange)
    assert bool(answers.take_new()) == judged
    assert answers.take_new() == {}
