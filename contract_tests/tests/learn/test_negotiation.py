"""Finding a service's names of parameters by what it refuses, and what is known of it beforehand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pacsimile_contract.learn.probing.known_data import KnownData
from pacsimile_contract.learn.probing.negotiation import MOST_TRIES, Agreement, negotiate
from pacsimile_contract.learn.sources.recorded_calls import RecordedCall
from pacsimile_contract.target.model import Client, States, Target

Service = Callable[[Mapping[str, str]], tuple[int, str]]


class Asking:
    """Asks a service that is a function of the parameters given; `most` calls may leave."""

    def __init__(self, service: Service, most: int = 99) -> None:
        self.asked, self.kept = list[dict[str, str]](), list[RecordedCall]()
        self._service, self._most = service, most

    @property
    def spent(self) -> bool:
        """Whether no call may leave any more."""
        return len(self.asked) >= self._most

    def get(self, path: str, given: Mapping[str, str] | None = None, **_: Any) -> RecordedCall | None:
        """Ask."""
        if self.spent:
            return None
        self.asked.append(dict(given or {}))
        status, text = self._service(given or {})
        content = json.dumps({"message": text}).encode()
        return RecordedCall("GET", path, {}, None, status, {"content-type": "application/json"}, content)

    def keep(self, call: RecordedCall) -> None:
        """Note a call that was understood."""
        self.kept.append(call)


WANTED = (("order_id", "A"), ("report_type", "pdf"))


def named_in_refusals(given: Mapping[str, str]) -> tuple[int, str]:
    """Say which parameter is missing, and which words one may have."""
    if "orderNumber" not in given:
        return 400, "the parameter 'orderNumber' is missing"
    if "fmt" not in given:
        return 400, "the parameter 'fmt' is missing"
    if given["fmt"] not in ("PDF", "CSV"):
        return 422, "fmt must be one of PDF, CSV"
    return 200, ""


def ask(caller: Asking, known: Mapping[str, str] | None = None) -> Agreement:
    return negotiate(caller, "getResult", "/r", WANTED, known or {})  # type: ignore[arg-type]


def test_names_are_taken_from_refusals_and_words_too() -> None:
    """One parameter after the other; a list of words shows how the types of reports are called."""
    caller = Asking(named_in_refusals)
    agreement = ask(caller)
    assert agreement.names == {"order_id": "orderNumber", "report_type": "fmt"}
    assert (agreement.words["pdf"], agreement.words["csv"]) == ("PDF", "CSV")
    assert not agreement.answered
    assert {"orderNumber": "A"} in caller.asked


def test_a_name_that_is_known_is_tried_first() -> None:
    """Then nothing has to be guessed."""
    caller = Asking(lambda given: (200, "") if {"nr", "typ"} <= given.keys() else (400, f"{len(given)} are not enough"))
    agreement = ask(caller, {"order_id": "nr", "report_type": "typ"})
    assert agreement.names == {"order_id": "nr", "report_type": "typ"}
    assert agreement.answered
    assert len(caller.asked) == 3


def test_a_service_that_needs_none_is_asked_once() -> None:
    """What answers is not tried further."""
    caller = Asking(lambda given: (200, ""))
    assert ask(caller).names == {}
    assert caller.asked == [{}]


@pytest.mark.parametrize(("most", "asked"), [(1, 1), (4, 4), (99, MOST_TRIES + 1)])
def test_a_service_that_refuses_everything_is_not_asked_for_ever(most: int, asked: int) -> None:
    """Nor is one that may be asked no more."""
    caller = Asking(lambda given: (400, "no"), most)
    agreement = ask(caller)
    assert agreement.names == {}
    assert not agreement.answered
    assert len(caller.asked) == asked


def test_orders_of_fixtures_are_known() -> None:
    """Their statuses with them; a group that has a report goes first."""
    fixtures = {
        "order_in_status": [
            {"order_id": "O1", "study_uid": "1.2", "status": "RECEIVED", "study_group": "G1"},
            {"order_id": "O2", "study_uid": "1.3", "status": "COMPLETED", "study_group": "G2"},
        ],
        "study_with_orders": {"study_uid": "1.4", "order_ids": ["O3", "O1"], "statuses": ["FAILED", "CANCELLED"]},
        "time_passes": {},
    }
    client = Client("primary", "me", "x", "org-a")
    known = KnownData(Target("http://a", "http://a", {"primary": client}, states=States(fixtures=fixtures)))
    assert (known.orders, known.studies, known.groups) == (["O1", "O2", "O3"], ["1.2", "1.3", "1.4"], ["G2", "G1"])
    assert known.statuses == {"O1": "CANCELLED", "O2": "COMPLETED", "O3": "FAILED"}
