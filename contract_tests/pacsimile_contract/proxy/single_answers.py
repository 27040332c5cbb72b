"""The checkers of scenarios that judge an answer by itself: shown each answer of a client as a scenario would label it.

What such a checker says of one answer needs no state, no time and no knowledge of what was asked for on purpose.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pacsimile_contract.checkers.listing import lists_all_that_is_ready
from pacsimile_contract.checkers.order_reports import asked_type
from pacsimile_contract.checkers.results import digest_matches, serves_each_type
from pacsimile_contract.checkers.token_requests import is_not_kept, lives_an_hour_at_most
from pacsimile_contract.checkers.tokens import gives_a_bearer_token
from pacsimile_contract.checkers.validity import is_valid, is_valid_of_a_group
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.judging.evaluation import evaluate
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS
from pacsimile_spec.report_types import GROUP_TYPES

OF_REPORTS: tuple[Checker, ...] = (serves_each_type, is_valid, digest_matches)
OF_GROUP_REPORTS: tuple[Checker, ...] = (is_valid_of_a_group, digest_matches)
OF_TOKENS: tuple[Checker, ...] = (gives_a_bearer_token, lives_an_hour_at_most, is_not_kept)
OF_LISTINGS: tuple[Checker, ...] = (lists_all_that_is_ready,)
NAME = "proxy"
"""How the names of the stories begin."""
_LEVEL = {"value": "smoke"}
"""Tells checkers not to conclude from a type that nobody asked for."""


@dataclass
class SingleAnswers:
    """Judges answers one by one, and keeps the stories that a stored run is judged again by."""

    _stories: dict[str, tuple[Story, tuple[Checker, ...]]] = field(default_factory=dict)
    _parts: dict[str, list[Part]] = field(default_factory=dict)
    _new: dict[str, list[Part]] = field(default_factory=dict)

    def judge(self, exchange: Exchange) -> None:
        """Judge an answer by every checker that needs nothing else."""
        for name, label, values, checkers in _labelled(exchange):
            story, _ = self._stories.setdefault(name, (Story(f"{NAME}.{name}"), checkers))
            alone = Story(story.scenario)
            for told in (story, alone):
                told.values |= values
                told.add(label, exchange)
            for checker in checkers:
                said = [part for part in evaluate(checker, alone) if part.unjudged is None or part.exchanges]
                for kept in (self._parts, self._new):
                    kept.setdefault(checker.requirement, []).extend(said)

    def take_new(self) -> dict[str, list[Part]]:
        """Return by requirement what was said since this was asked before."""
        new, self._new = self._new, {}
        return new

    @property
    def parts(self) -> dict[str, list[Part]]:
        """By requirement, what was said of the answers so far."""
        return self._parts

    @property
    def stories(self) -> list[tuple[Story, tuple[tuple[str, str], ...]]]:
        """The stories, each with the keys of its checkers."""
        return [
            (story, tuple((checker.requirement, checker.name) for checker in checkers))
            for story, checkers in self._stories.values()
        ]


def _labelled(exchange: Exchange) -> Iterator[tuple[str, str, dict[str, dict[str, str]], tuple[Checker, ...]]]:
    """Yield (story, label, values, checkers) for an answer that can be judged by itself."""
    if not exchange.succeeded or exchange.exceeded_bound is not None:
        return
    operation = exchange.operation
    if operation in TOKEN_OPERATIONS:
        yield "tokens", "token", {}, OF_TOKENS
    elif operation == "listReports":
        yield "listings", "first", {}, OF_LISTINGS
    elif operation == "getResult" and exchange.status == 200 and (kind := asked_type(exchange)) is not None:
        number = str(exchange.number)
        order_id = exchange.given.get("order_id") or report_headers(exchange).order_id or ""
        values = {number: {"order_id": order_id}, "level": _LEVEL}
        yield "reports", f"asked/{number}/{kind}", values, OF_REPORTS
    elif operation == "getGroupReport" and exchange.status == 200:
        kind = exchange.given.get("report_type", "")
        if kind in GROUP_TYPES:
            yield "group-reports", f"asked/{kind}", {}, OF_GROUP_REPORTS
