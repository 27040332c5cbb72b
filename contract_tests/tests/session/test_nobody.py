"""Asking about what nobody has: once a run, where the answer tells the same."""

from types import SimpleNamespace
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.session.shared_states import ask_about_nobody

TOKEN = (("Authorization", "Bearer t0ken"), ("User-Agent", "pacsimile"))
RIGHT: dict[str, Any] = {"operation": "getResult", "status": 404, "sent": TOKEN}
ASKED = {"order_id": "invented", "report_type": "pdf"}


class Asked:
    """A session that has asked once, and takes down what is asked more, or added to its story."""

    order_types, group_types = ("json", "pdf"), ("csv",)

    def __init__(self, earlier: Exchange, attempt: int = 1) -> None:
        self.asked_so_far, self.sent = [earlier], list[str]()
        self.story = SimpleNamespace(attempt=attempt, add=lambda label, asked: self.sent.append(f"taken {label}"))

    def is_invented(self, text: str) -> bool:
        """Whether a test made it up."""
        return text == "invented"

    def call(self, operation: str, label: str, _: object) -> None:
        """Take it down."""
        self.sent.append(f"sent {label}")


def sent(earlier: Exchange, **session: Any) -> list[str]:
    """Return what becomes of asking for the report of an order that nobody has."""
    asked: Any = Asked(earlier, **session)
    ask_about_nobody(asked, "unknown", "getResult", "order_id", "other", "json")
    return asked.sent


def test_the_answer_to_the_same_question_is_taken() -> None:
    """Whatever the report's type was."""
    assert sent(exchange(**RIGHT, asked=ASKED)) == ["taken unknown"]


@pytest.mark.parametrize(
    "earlier",
    [
        exchange(**RIGHT, asked={**ASKED, "order_id": "theirs"}),
        exchange(**RIGHT, asked={**ASKED, "report_type": "csv"}),
        exchange(**RIGHT, asked={**ASKED, "colour": "5"}),
        exchange(**{**RIGHT, "operation": "getStatus"}, asked={"order_id": "invented"}),
        exchange(**{**RIGHT, "status": 401}, asked=ASKED),
        exchange(**{**RIGHT, "status": 403}, asked=ASKED),
        exchange(**{**RIGHT, "status": None}, asked=ASKED),
        exchange(**{**RIGHT, "sent": (*TOKEN, ("Cookie", "a=b"))}, asked=ASKED),
    ],
)
def test_another_question_is_none(earlier: Exchange) -> None:
    """Of somebody's order, of a type for groups, with more than that, without access, or without an answer."""
    assert sent(earlier) == ["sent unknown"]


def test_it_is_asked_anyway_when_the_scenario_is_played_again() -> None:
    """What was wrong may have been right by chance."""
    assert sent(exchange(**RIGHT, asked=ASKED), attempt=2) == ["sent unknown"]
