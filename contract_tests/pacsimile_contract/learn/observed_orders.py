"""What a record of calls shows of each order: its states, study, group, types and amendments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec.statuses import COMPLETED, FINAL, PROCESSING, STATUSES


@dataclass
class ObservedOrder:
    """An order, as the answers of a record show it. Times are in seconds since the epoch; None for not known."""

    order_id: str
    client: str | None = None
    """The client that first saw it."""
    organization_id: str | None = None
    study_uid: str | None = None
    study_group: str | None = None
    report_types: frozenset[str] | None = None
    status: str | None = None
    """The last status that was seen."""
    first_seen_at: float | None = None
    created_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    amended_at: float | None = None
    report_ids: list[str] = field(default_factory=list)


def observed_orders(exchanges: Iterable[Exchange]) -> list[ObservedOrder]:
    """Return the orders that answers show, in the order in which they were first seen."""
    orders: dict[str, ObservedOrder] = {}
    organizations: dict[str, str] = {}
    for exchange in exchanges:
        if not exchange.succeeded:
            continue
        if exchange.operation == "getStatus":
            _take_status(orders, exchange)
        elif exchange.operation == "listReports":
            _take_listing(orders, organizations, exchange)
        elif exchange.operation == "getOrderIds":
            listed = facts.order_ids(exchange)
            for order_id in listed.order_ids or ():
                order = _order(orders, order_id, exchange)
                order.study_uid = order.study_uid or listed.study_uid
    for order in orders.values():
        order.organization_id = order.organization_id or organizations.get(order.client or "")
    return list(orders.values())


def _order(orders: dict[str, ObservedOrder], order_id: str, exchange: Exchange) -> ObservedOrder:
    known = orders.setdefault(order_id, ObservedOrder(order_id, exchange.request.client))
    if known.first_seen_at is None:
        known.first_seen_at = _time_of(exchange)
    return known


def _take_status(orders: dict[str, ObservedOrder], exchange: Exchange) -> None:
    seen = facts.order_status(exchange)
    if seen.order_id is None or seen.status not in STATUSES:
        return
    order = _order(orders, seen.order_id, exchange)
    order.study_uid = order.study_uid or seen.study_uid
    order.study_group = order.study_group or seen.study_group
    order.created_at = order.created_at or (float(seen.created_at.seconds) if seen.created_at else None)
    changed_at = float(seen.updated_at.seconds) if seen.updated_at else _time_of(exchange)
    if seen.status == PROCESSING and order.started_at is None:
        order.started_at = changed_at
    if seen.status in FINAL:
        done_at = float(seen.completed_at.seconds) if seen.completed_at else changed_at
        order.finished_at = order.finished_at or done_at
        order.report_types = frozenset(seen.report_types) if seen.report_types else order.report_types
        if seen.status == COMPLETED and changed_at is not None and done_at is not None and changed_at > done_at:
            order.amended_at = changed_at
    order.status = seen.status


def _take_listing(orders: dict[str, ObservedOrder], organizations: dict[str, str], exchange: Exchange) -> None:
    listing = facts.listing(exchange)
    owner = listing.organization_id or exchange.given.get("organizationId")
    if owner and exchange.request.client:
        organizations.setdefault(exchange.request.client, owner)
    for entry in listing.reports or ():
        if entry.order_id is None:
            continue
        order = _order(orders, entry.order_id, exchange)
        order.organization_id = order.organization_id or owner
        order.study_uid = order.study_uid or entry.study_uid
        order.study_group = order.study_group or entry.study_group
        if entry.report_types:
            order.report_types = order.report_types or frozenset(entry.report_types)
        completed_at = float(entry.completed_at.seconds) if entry.completed_at else None
        order.status, order.finished_at = order.status or COMPLETED, order.finished_at or completed_at
        if entry.report_id is not None and entry.report_id not in order.report_ids:
            order.report_ids.append(entry.report_id)
            if entry.supersedes:
                order.amended_at = order.amended_at or completed_at or _time_of(exchange)


def _time_of(exchange: Exchange) -> float | None:
    """Return when a call was answered: by the service's clock, or by ours where it does not say."""
    return exchange.date if exchange.date is not None else exchange.at
