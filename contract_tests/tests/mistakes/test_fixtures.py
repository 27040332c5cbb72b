"""Fixtures held against a service that is played: only what every operation contradicts is the operator's mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem
from pacsimile_contract.errors import OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.fixtures import check_fixtures
from pacsimile_contract.target.model import Client, States, Target

URL = "http://127.0.0.1:9"
UNKNOWN = exchange("getStatus", 404, problem("order-not-found", 404))
OURS, THEIRS = Client("primary", "me", "x", "org-a"), Client("other_org", "them", "x", "org-b")
DONE = {"order_id": "O1", "study_uid": "1.2", "status": "COMPLETED"}


class Played:
    """Answers by operation and what is asked for; what it has no answer for is unknown."""

    def __init__(self, answers: Mapping[tuple[str, str], Exchange], **given: Any) -> None:
        fixtures = given.pop("fixtures")
        clients = {client.name: client for client in (OURS, THEIRS)}
        self.target = Target(URL, URL, clients, states=States(fixtures=fixtures), **given)
        self.asked = list[str]()
        self._answers = answers

    def issuing_answer(self, client: Client) -> bool | None:
        """Give every client a token but one of nowhere."""
        return None if client.client_id == "nobody" else True

    def call(self, operation: str, client: Client, parameters: Mapping[str, Any]) -> Exchange:
        """Answer by the first parameter."""
        self.asked.append(operation)
        first = str(next(iter(parameters.values())))
        return self._answers.get((operation, first), exchange(operation, 404, problem("order-not-found", 404)))


def mistake(answers: Mapping[tuple[str, str], Exchange], **given: Any) -> str:
    """Return what is said of fixtures; nothing where they are right, or where the service contradicts itself."""
    try:
        check_fixtures(Played(answers, **given))
    except OperatorsMistake as error:
        return str(error)
    return ""


LISTED = exchange("listReports", 200, {"reports": [{"report_id": "R", "order_id": "O1"}]})
NOT_LISTED = exchange("listReports", 200, {"reports": []})
IN_STATUS = {"order_in_status": {"order_id": "O1", "status": "COMPLETED", "study_uid": "1.2"}}
KNOWN = exchange("getStatus", 200, DONE)


@pytest.mark.parametrize(
    ("answers", "given", "words"),
    [
        ({}, {}, "no other operation knows it"),
        ({("getResult", "O1"): exchange("getResult", 409, problem("report-not-ready", 409))}, {}, ""),
        ({("getOrderIds", "1.2"): exchange("getOrderIds", 200, {"order_ids": ["O1"]})}, {}, ""),
        (
            {("getOrderIds", "1.2"): exchange("getOrderIds", 200, {"order_ids": ["O1"]})},
            {"absent": frozenset({"getOrderIds", "getResult"})}, "no other operation knows it",
        ),
        (
            {("listReports", "org-a"): LISTED}, {"listing_allowed": True}, "",
        ),
        ({("listReports", "org-a"): NOT_LISTED}, {"listing_allowed": True}, "no other"),
        ({}, {"absent": frozenset({"getStatus"})}, ""),
    ],
)  # fmt: skip
def test_an_order_that_status_does_not_know(answers: Any, given: dict[str, Any], words: str) -> None:
    """If another operation knows it, the service contradicts itself, and is judged."""
    told = mistake(answers, fixtures=IN_STATUS, **given)
    assert words in told
    assert bool(told) == bool(words)


def test_both_orders_of_a_shared_study_are_looked_at() -> None:
    """Each with a client of its own organization."""
    shared = {"order_id": "O1", "other_order_id": "O2", "other_organization_id": "org-b", "study_uid": "1.2"}
    fixtures = {"study_shared_between_organizations": shared}
    answers = {("getStatus", "O1"): KNOWN, ("getStatus", "O2"): exchange("getStatus", 200, {**DONE, "order_id": "O2"})}
    assert mistake(answers, fixtures=fixtures) == ""
    told = mistake({("getStatus", "O1"): KNOWN}, fixtures=fixtures)
    assert told.startswith("states.fixtures.study_shared_between_organizations.other_order_id: ")
    assert "`clients: other_org`" in told


@pytest.mark.parametrize(
    ("named", "status", "words"),
    [
        (["O1"], "1.2", "names 1 orders, and /orderId has 1 more"),
        (["O1"], "1.9", ""),
        (["O1", "O2"], "1.2", ""),
        ([], "1.2", ""),
    ],
)
def test_a_study_of_which_not_all_orders_are_named(named: list[str], status: str, words: str) -> None:
    """If /status says too that they are of that study."""
    answers = {
        ("getStatus", "O1"): KNOWN,
        ("getStatus", "O2"): exchange("getStatus", 200, {**DONE, "order_id": "O2", "study_uid": status}),
        ("getOrderIds", "1.2"): exchange("getOrderIds", 200, {"order_ids": ["O2", "O1"]}),
        ("getOrderIds", "1.9"): exchange("getOrderIds", 200, {"order_ids": []}),
    }
    told = mistake(answers, fixtures={"study_with_orders": {"study_uid": "1.2", "order_ids": named}})
    assert words in told
    assert bool(told) == bool(words)


def test_what_a_client_without_a_token_would_ask_is_left_out() -> None:
    """So is a fixture that is no mapping, or that names no study."""
    played = Played({}, fixtures={"order_in_status": ["O1"], "study_with_orders": [{"order_ids": ["O1"]}]})
    played.target.clients["primary"] = Client("primary", "nobody", "x", "org-a")
    check_fixtures(played)
    assert played.asked == []


@pytest.mark.parametrize(
    ("group", "own", "named", "words"),
    [
        ("G2", 200, 404, "that it is of another study group"),
        (None, 200, 404, "that it is of no study group"),
        ("G2", 404, 404, ""),
        ("G2", 200, 200, ""),
        ("G1", 200, 404, ""),
    ],
)
def test_an_order_of_another_group(group: str | None, own: int, named: int, words: str) -> None:
    """If the report of the fixture's group is not there, and that of its own is."""

    def report(status: int) -> Exchange:
        return exchange("getGroupReport", status, {} if status == 200 else problem("study-group-not-found", status))

    answers = {
        ("getStatus", "O1"): exchange("getStatus", 200, {**DONE, "study_group": group}),
        ("getGroupReport", "G1"): report(named),
        ("getGroupReport", "G2"): report(own),
    }
    told = mistake(answers, fixtures={"study_group": {"study_group": "G1", "order_ids": ["O1"]}})
    assert words in told
    assert bool(told) == bool(words)
