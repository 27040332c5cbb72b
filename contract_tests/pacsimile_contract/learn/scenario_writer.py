"""Writes a scenario with the shape of a record: as many orders, in the same states, groups and times. No name is kept.

Every identifier, patient and finding of the scenario is the mock's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.learn.observed_orders import ObservedOrder, observed_orders
from pacsimile_spec import durations
from pacsimile_spec.report_types import ORDER_TYPES
from pacsimile_spec.statuses import COMPLETED, FINAL, RECEIVED

ORGANIZATIONS = ("demo-hospital", "demo-clinic")
"""The organizations of the mock: orders of the first two that the record shows."""
USUAL_AGE = 3600.0
"""How old an order is, in seconds, whose receipt is not known."""
MOST_FAULTS = 50
LONGEST_WAIT = 86_400.0
"""The longest `Retry-After` of a fault, in seconds."""
REFUSED_BY_LOAD = frozenset({429, 500, 502, 503, 504})
"""Statuses that a fault of the mock repeats: they come from the service's state, not from the call."""


def scenario_of(exchanges: Sequence[Exchange]) -> str:
    """Return a scenario file (YAML) with the shape of what these calls showed.

    Orders that were final before the first call keep their status. What changed while the calls were made changes in
    the mock as long after its start. The same record always gives the same file.
    """
    orders, left_out = _kept(observed_orders(exchanges))
    began = min((order.first_seen_at for order in orders if order.first_seen_at is not None), default=0.0)
    names = _Names()
    rows = [_row(order, began, names) for order in orders]
    faults = list(_faults(exchanges))
    lines = [f"summary: {_summary(orders, faults)}"]
    if left_out:
        lines.append(f"# {left_out} orders of further organizations are left out: the mock starts with two.")
    lines.append("orders:" if rows else "orders: []")
    lines += [f"  - {_flow(row)}" for row in _counted(rows)]
    if faults:
        lines.append("faults:")
        lines += [f"  - {_flow(fault)}" for fault in faults[:MOST_FAULTS]]
        if len(faults) > MOST_FAULTS:
            lines.append(f"  # {len(faults) - MOST_FAULTS} more calls failed.")
    return "\n".join(lines) + "\n"


class _Names:
    """Names of the scenario's own for studies and groups, in the order in which they are first needed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def label(self, kind: str, name: str) -> str:
        """Return the label of a study or a group."""
        number = sum(each == kind for each, _ in self._known) + 1
        return self._known.setdefault((kind, name), f"{kind}-{number}")


def _kept(orders: list[ObservedOrder]) -> tuple[list[ObservedOrder], int]:
    """Return the orders of the first two organizations, under the mock's names, and the number of the others."""
    owners = list(dict.fromkeys(order.organization_id for order in orders if order.organization_id))
    renamed = dict(zip(owners, ORGANIZATIONS, strict=False))
    kept = []
    for order in orders:
        if order.organization_id is None or order.organization_id in renamed:
            order.organization_id = renamed.get(order.organization_id or "")
            kept.append(order)
    studies = [order.study_uid for order in kept]
    for order in kept:
        if studies.count(order.study_uid) < 2:
            order.study_uid = None  # a study of its own needs no label
    return kept, len(orders) - len(kept)


def _row(order: ObservedOrder, began: float, names: _Names) -> dict[str, Any]:
    """Return an order as a scenario has it."""
    row: dict[str, Any] = {}
    if order.organization_id not in (None, ORGANIZATIONS[0]):
        row["organization"] = order.organization_id
    created = order.created_at
    age = USUAL_AGE if created is None else max(began - created, 0.0)
    final_before = order.finished_at is not None and order.finished_at <= began
    if order.status not in FINAL or final_before or created is None or order.finished_at is None:
        row["status"] = order.status or RECEIVED
        row["created"] = _duration(age)
        if order.status == COMPLETED and order.amended_at is not None and created is not None:
            row["amended"] = _duration(min(max(began - order.amended_at, 0.0), age))
    else:
        moves: dict[str, Any] = {}
        finishes = max(round(order.finished_at - created), 1)
        if (
            order.started_at is not None
            and created <= order.started_at
            and round(order.started_at - created) < finishes
        ):
            moves["starts"] = _duration(order.started_at - created)
        moves["finishes"] = _duration(finishes)
        if order.amended_at is not None and order.status == COMPLETED and order.amended_at > order.finished_at:
            moves["amended"] = _duration(max(order.amended_at - created, finishes + 1))
        if order.status != COMPLETED:
            moves["outcome"] = order.status
        row["moves"] = moves
        row["created"] = _duration(age)
    if order.study_uid is not None:
        row["study"] = names.label("study", order.study_uid)
    if order.study_group is not None:
        row["group"] = names.label("group", order.study_group)
    offered = [name for name in ORDER_TYPES if name in (order.report_types or ())]
    if offered and len(offered) < len(ORDER_TYPES):
        row["report_types"] = offered
    return row


def _counted(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Return equal orders that follow each other as one entry with a count."""
    for row, equal in groupby(rows):
        count = len(list(equal))
        yield row if count == 1 else {"count": count, **row}


def _faults(exchanges: Iterable[Exchange]) -> Iterable[dict[str, Any]]:
    """Yield a fault for each call that the service failed to answer, at the same place in its operation's calls."""
    asked: dict[str, int] = {}
    for exchange in exchanges:
        operation = exchange.operation
        if operation is None:
            continue
        asked[operation] = asked.get(operation, 0) + 1
        match = {"operation": operation, "nth": asked[operation]}
        if exchange.status in REFUSED_BY_LOAD:
            effect: dict[str, Any] = {"status": exchange.status}
            wait = facts.retry_after(exchange)
            if wait is not None and 0 <= wait <= LONGEST_WAIT:
                effect["retry_after"] = round(wait)
            yield {"match": match, "effect": effect}


def _summary(orders: Sequence[ObservedOrder], faults: Sequence[object]) -> str:
    failed = f", {len(faults)} calls that failed" if faults else ""
    return f"Recorded - {len(orders)} orders{failed}, all of it synthetic"


def _duration(seconds: float) -> str:
    """Write a duration in whole seconds."""
    return durations.text(float(round(min(seconds, durations.TEN_YEARS))))


def _flow(value: object) -> str:
    """Write a value in YAML's flow style. All texts are words of ours, which need no quotes."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(member)}" for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return str(value)
