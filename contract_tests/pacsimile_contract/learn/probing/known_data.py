"""Collects the data of a service that is known beforehand: from the target file and from a listing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.learn.matching.kinds import kinds_of_value
from pacsimile_contract.learn.probing.caller import document_of
from pacsimile_contract.learn.sources.recorded_calls import RecordedCall
from pacsimile_contract.learn.words import best_likeness
from pacsimile_contract.target.model import Target
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.pointers import value_at
from pacsimile_spec.statuses import COMPLETED


class KnownData:
    """The known orders, studies and groups of a service."""

    def __init__(self, target: Target, draft: Dialect | None = None) -> None:
        self._draft = draft
        self._organization = target.primary.organization_id
        self.orders: list[str] = []
        self.studies: list[str] = []
        self.groups: list[str] = []
        self.statuses: dict[str, str] = {}
        """Statuses of orders, in the contract's words."""
        self._listed: str | None = None
        for state, given in target.states.fixtures.items():
            for fixture in given if isinstance(given, list) else [given]:
                self._note(state, fixture)

    def _note(self, state: str, fixture: Mapping[str, Any]) -> None:
        if state == "order_in_status":
            self.statuses[fixture["order_id"]] = fixture["status"]
            _add(self.orders, fixture["order_id"])
        if state in ("order_in_status", "study_with_orders"):
            _add(self.studies, fixture["study_uid"])
        if state == "study_with_orders":
            for order, status in zip(fixture["order_ids"], fixture["statuses"], strict=False):
                _add(self.orders, order)
                self.statuses[order] = status
        group = fixture.get("study_group")
        if state in ("order_in_status", "study_group", "study_with_orders") and group and group not in self.groups:
            complete = COMPLETED in (fixture.get("status"), *fixture.get("statuses", ()))
            self.groups.insert(0 if complete else len(self.groups), group)

    def note_listing(self, call: RecordedCall | None) -> None:
        """Note an order and a study of a listing: an item's values of a UID's form, and of a name like an order's."""
        items = _items(document_of(call)) if call is not None and call.status == 200 else []
        for item in items[:3]:
            texts = [(name, value) for name, value in _texts(item) if value]
            for _, value in texts:
                if "uid" in kinds_of_value(value):
                    _add(self.studies, value)
            orders = [
                (best_likeness(("order_id", "order number", "job id", "order"), name), value) for name, value in texts
                if "code" in kinds_of_value(value)
            ]  # fmt: skip
            likeness, order = max(orders, default=(0.0, ""))
            named = self._named_order(item)
            if named is not None:
                likeness, order = 1.0, named
            if likeness > 0.5:
                _add(self.orders, order)
                self.statuses.setdefault(order, COMPLETED)

    def _named_order(self, item: Mapping[str, Any]) -> str | None:
        """Return the order of a listed item where another source names its place."""
        if self._draft is None:
            return None
        place = self._draft.fields["ReportList.reports"]["order_id"]
        value = None if place is None else value_at(item, place)
        return value if isinstance(value, str) and value else None

    @property
    def order(self) -> str | None:
        """An order that is known, a completed one before others."""
        return self.done or next(iter(self.orders), None)

    @property
    def done(self) -> str | None:
        """An order that is COMPLETED."""
        return next((order for order in self.orders if self.statuses.get(order) == COMPLETED), None)

    @property
    def study(self) -> str | None:
        """A study that is known."""
        return next(iter(self.studies), None)

    @property
    def values(self) -> dict[str, str]:
        """The facts of known values."""
        result = dict.fromkeys(self.orders, "order_id") | dict.fromkeys(self.studies, "study_uid")
        result |= dict.fromkeys(self.groups, "study_group")
        return result | ({self._organization: "organization_id"} if self._organization else {})

    def wanted(self, operation: str) -> list[tuple[str, str]]:
        """Return what an operation needs, by the contract's names: known values, else such as cannot exist."""
        order, study = self.order or "pacsimile-nobodys-order", self.study or "1.2.3.4.5.6.7.8.9"
        group = next(iter(self.groups), "pacsimile")
        return {
            "getStatus": [("order_id", order)],
            "getOrderIds": [("study_uid", study)],
            "getResult": [("order_id", order), ("report_type", "pdf")],
            "getGroupReport": [("study_group", group), ("report_type", "pdf")],
            "listReports": [("organizationId", self._organization or "")],
        }[operation]

    def samples(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield calls that succeed, by operation."""
        for operation in ("getStatus", "getResult", "listReports"):
            if operation == "listReports" or self.done:
                yield operation, dict(self.wanted(operation))


def _add(known: list[str], value: str) -> None:
    if value not in known:
        known.append(value)


def _texts(item: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the texts of an object, and of the objects in it, each with its name."""
    for name, value in item.items():
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, dict) and depth < 4:
            yield from _texts(value, depth + 1)


def _items(document: Any, depth: int = 0) -> list[dict[str, Any]]:
    """Return the first list of objects in a JSON value."""
    if isinstance(document, list):
        return [item for item in document if isinstance(item, dict)]
    if isinstance(document, dict) and depth < 4:
        for inside in document.values():
            items = _items(inside, depth + 1)
            if items:
                return items
    return []
