"""A mock shows no drift from another world of its own, and whatever is changed in its answers is listed once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from pacsimile.drift.mock_answers import sample_answers
from pacsimile_contract.drift.catalogue import Catalogue
from pacsimile_contract.drift.comparison import Comparison, Drift
from pacsimile_contract.evidence.exchange import Answer, Exchange
from pacsimile_contract.provider.mock_worlds import Mock
from pacsimile_mock.testing.server import Server

OPERATIONS = {"getToken", "postToken", "getStatus", "getOrderIds", "getResult", "getGroupReport", "listReports"}


@pytest.fixture(scope="module")
def worlds() -> Iterator[tuple[Sequence[Exchange], Sequence[Exchange]]]:
    """Ask two worlds of a mock, with different data, every sample call."""
    with Server("--scenario", "empty") as server, closing(Mock(server.url, server.line["control_token"])) as mock:
        yield sample_answers(mock, None, 0), sample_answers(mock, None, 1)


@pytest.fixture(scope="module")
def catalogue(worlds: tuple[Sequence[Exchange], Sequence[Exchange]]) -> Catalogue:
    """Return the answers of the first world."""
    return Catalogue(worlds[0])


def compared(catalogue: Catalogue, exchanges: Sequence[Exchange]) -> Drift:
    """Compare calls, of which nothing needs to be hidden."""
    comparison = Comparison(catalogue, lambda exchange: True)
    for exchange in exchanges:
        comparison.add(exchange)
    return comparison.drift


def test_another_world_of_the_mock_has_no_drift(
    worlds: tuple[Sequence[Exchange], Sequence[Exchange]], catalogue: Catalogue
) -> None:
    """Other people, ids and times are no difference; every operation was compared."""
    drift = compared(catalogue, worlds[1])
    assert drift.sorted() == []
    assert {*OPERATIONS, "acknowledgeReports"} == {str(exchange.operation) for exchange in worlds[1]}
    assert drift.compared == sum(exchange.answer is not None for exchange in worlds[1])


def rewritten(answer: Answer, change: Callable[[Any], Any]) -> Answer:
    """Return an answer whose JSON is changed."""
    body = json.dumps(change(json.loads(answer.body))).encode()
    return replace(answer, body=body, raw=body)


def in_entries(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Answer], Answer]:
    """Return what changes each entry of a listing."""
    return lambda answer: rewritten(answer, lambda said: {**said, "reports": list(map(change, said["reports"]))})


def renamed(entry: dict[str, Any]) -> dict[str, Any]:
    """Rename `order_id`."""
    return {("orderId" if name == "order_id" else name): value for name, value in entry.items()}


def without_request_id(answer: Answer) -> Answer:
    """Leave a header out."""
    return replace(answer, headers=tuple(pair for pair in answer.headers if pair[0].lower() != "x-request-id"))


def as_text(answer: Answer) -> Answer:
    """Change the media type."""
    pairs = (("Content-Type", "text/json") if pair[0].lower() == "content-type" else pair for pair in answer.headers)
    return replace(answer, headers=tuple(pairs))


CHANGES: dict[str, tuple[str, Callable[[Answer], Answer], list[tuple[str, str, str]]]] = {
    "a member renamed": (
        "listReports",
        in_entries(renamed),
        [("member", "reports[].order_id", "not there"), ("member", "reports[].orderId", "there")],
    ),
    "a number as a text": (
        "listReports",
        lambda answer: rewritten(answer, lambda said: {**said, "count": str(said["count"])}),
        [("type", "count", "a text")],
    ),
    "a null": (
        "listReports",
        in_entries(lambda entry: {**entry, "completed_at": None}),
        [("type", "reports[].completed_at", "null")],
    ),
    "ids of another form": (
        "listReports",
        in_entries(lambda entry: {**entry, "report_id": "123456"}),
        [("form", "reports[].report_id", "digits")],
    ),
    "another word": (
        "listReports",
        in_entries(lambda entry: {**entry, "report_status": "preliminary"}),
        [("word", "reports[].report_status", "preliminary")],
    ),
    "a header left out": ("listReports", without_request_id, [("header", "X-Request-Id", "not there")]),
    "another media type": ("listReports", as_text, [("media type", "", "text/json")]),
    "another status": ("listReports", lambda answer: replace(answer, status=206), [("status", "", "206")]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_listed(
    name: str, worlds: tuple[Sequence[Exchange], Sequence[Exchange]], catalogue: Catalogue
) -> None:
    """Each change is listed, and nothing beside it."""
    operation, change, expected = CHANGES[name]
    calls = [
        Exchange(exchange.number, exchange.request, change(exchange.answer))
        for exchange in worlds[1]
        if exchange.operation == operation and exchange.status == 200 and exchange.answer and exchange.json["count"]
    ]
    differences = compared(catalogue, calls).differences
    assert {(each.kind, each.place, each.service) for each in differences} == set(expected)
    assert {seen.count for seen in differences.values()} == {len(calls)}
    assert {seen.first for seen in differences.values()} == {calls[0].number}


@pytest.mark.parametrize(
    ("reason", "status", "kind"),
    [("order-not-found", 410, "status"), ("gone", 404, "reason")],
)
def test_a_changed_refusal_is_listed(
    reason: str, status: int, kind: str, worlds: tuple[Sequence[Exchange], Sequence[Exchange]], catalogue: Catalogue
) -> None:
    """A status code, or a problem's type, that the mock does not answer is told with what it answers."""
    found = next(each for each in worlds[1] if each.operation == "getStatus" and each.status == 404)
    assert found.answer is not None
    told = {**found.json, "type": f"urn:pacsimile:problem:{reason}", "status": status}
    answer = replace(rewritten(found.answer, lambda _: told), status=status)
    changed = [each.kind for each in compared(catalogue, [Exchange(1, found.request, answer)]).differences]
    assert changed[0] == kind
    assert set(changed) <= {kind, "word"}


def test_another_address_before_the_reason_is_one_difference(
    worlds: tuple[Sequence[Exchange], Sequence[Exchange]], catalogue: Catalogue
) -> None:
    """The type of a problem may be a URL: its reason is what counts, and all refusals of an operation count as one."""
    calls = []
    for exchange in worlds[1]:
        if exchange.operation == "getStatus" and exchange.answer is not None and (exchange.status or 0) >= 400:
            kind = "https://vendor.example/errors/" + exchange.json["type"].rpartition(":")[2]
            answer = rewritten(exchange.answer, lambda said, kind=kind: {**said, "type": kind})
            calls.append(Exchange(exchange.number, exchange.request, answer))
    (difference,) = compared(catalogue, calls).differences
    assert (difference.kind, difference.situation, difference.mock, difference.service) == (
        "form", "a refusal", "a URN", "a URL",
    )  # fmt: skip


def test_a_report_that_is_not_ready_is_judged_by_what_its_order_was(
    worlds: tuple[Sequence[Exchange], Sequence[Exchange]], catalogue: Catalogue
) -> None:
    """The status was PROCESSING in the call before: 404 is then a drift, though the mock has it for unknown orders."""
    calls = list(worlds[1])
    unknown = next(
        each
        for each in calls
        if each.operation == "getResult" and each.status == 404 and each.json["type"].endswith(":order-not-found")
    )
    place = next(
        place
        for place, each in enumerate(calls)
        if each.operation == "getStatus" and each.json["status"] == "PROCESSING"
    )
    status = calls[place]
    order = status.json["order_id"]
    asked = next(each for each in calls[place:] if each.operation == "getResult" and order in each.request.url)
    differences = compared(catalogue, [status, Exchange(2, asked.request, unknown.answer)]).differences
    assert [(each.kind, each.situation, each.mock, each.service) for each in differences] == [
        ("reason", "the order was PROCESSING", "200, 404 report-type-not-available, 409 order-cancelled, "
         "409 order-failed, 409 report-not-ready", "404 order-not-found")
    ]  # fmt: skip
