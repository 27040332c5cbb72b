"""Makes the content of a report from its order (RESULTS-7, RESULTS-10, GROUP-2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from pacsimile_fixtures import findings
from pacsimile_mock.clock import Instant, as_datetime
from pacsimile_mock.orders.model import Order, Version
from pacsimile_spec.statuses import PROCESSING

_content = lru_cache(1_000)(findings.content)
"""The latest contents: an order's report is asked for in each type, and a group's is made of many."""


def of_order(order: Order, version: Version) -> findings.ReportContent:
    """Make the content of one version of an order's report: a pure function of the two."""
    first = order.planned_versions()[0] if version.number > 1 else version
    images_at = order.created_at if order.images_at is None else order.images_at
    return _content(
        order.seed,
        order.number,
        order_id=order.order_id,
        report_id=version.report_id,
        study_uid=order.study_uid,
        received_at=as_datetime(order.created_at, order.offset),
        started_at=as_datetime(_started(order, first), order.offset),
        completed_at=as_datetime(version.ready_at, order.offset),
        status=version.status,
        supersedes=version.supersedes,
        version=version.number,
        patient=order.patient,
        study=order.study_number,
        images_at=as_datetime(images_at, order.offset),
        first_completed_at=as_datetime(first.ready_at, order.offset),
    )


def _started(order: Order, version: Version) -> Instant:
    """When processing began: half-way to completion where the plan does not tell."""
    half_way = (order.created_at + version.ready_at) // 2
    return next((milestone.at for milestone in order.plan if milestone.status == PROCESSING), half_way)


def of_group(organization_id: str, study_group: str, orders: Sequence[Order], now: Instant) -> findings.GroupContent:
    """Make the content of a group's report: every order of it, each with its newest version (GROUP-2, GROUP-5)."""
    states = [order.state(now) for order in orders]
    return findings.GroupContent(
        study_group=study_group,
        organization_id=organization_id,
        members=tuple(_member(order, state.status, now) for order, state in zip(orders, states, strict=True)),
        created_at=as_datetime(max(state.updated_at for state in states)),
    )


def _member(order: Order, status: str, now: Instant) -> findings.Member:
    version = order.newest_version(now)
    return findings.Member(
        order_id=order.order_id,
        study_uid=order.study_uid,
        status=cast(findings.OrderStatus, status),
        content=of_order(order, version) if version else None,
    )
