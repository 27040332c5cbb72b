"""Converts orders to rows of the database and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import orjson

from pacsimile_fixtures.people import Patient
from pacsimile_mock.orders.lifecycle import Milestone
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.polls import Polls, Step

ORDER_COLUMNS = "world, organization_id, order_id, number, study_uid, study_group, content"
MANY = 5_000
"""Rows written at once from which on the statistics are updated, which takes about as long as writing the rows."""


def order_row(world: str, order: Order) -> tuple[Any, ...]:
    """Return an order as a row of `orders`."""
    return (
        world,
        order.organization_id,
        order.order_id,
        order.number,
        order.study_uid,
        order.study_group,
        order_content(order),
    )


def order_content(order: Order) -> str:
    """Return as JSON the parts of an order that change, or that no statement searches for."""
    content = {
        "seed": order.seed,
        "study_number": order.study_number,
        "created_at": order.created_at,
        "submitted": order.submitted,
        "plan": [tuple(milestone) for milestone in order.plan],
        "offset": order.offset,
        "amendments": order.amendments,
        "report_types": order.report_types,
        "patient": None if order.patient is None else asdict(order.patient),
        "polls": order.polls and [order.polls.made, [tuple(step) for step in order.polls.steps]],
        "report_files": order.report_files,
        "images_at": order.images_at,
    }
    return orjson.dumps(content).decode()


def order_of(row: tuple[Any, ...]) -> Order:
    """Read an order from a row of `orders`."""
    _, organization_id, order_id, number, study_uid, study_group, content = row
    fields = orjson.loads(content)
    return Order(
        number=number,
        seed=fields["seed"],
        organization_id=organization_id,
        order_id=order_id,
        study_uid=study_uid,
        study_number=fields["study_number"],
        study_group=study_group,
        created_at=fields["created_at"],
        submitted=fields["submitted"],
        plan=tuple(Milestone(*milestone) for milestone in fields["plan"]),
        offset=fields["offset"],
        amendments=tuple(fields["amendments"]),
        report_types=None if fields["report_types"] is None else tuple(fields["report_types"]),
        patient=_patient(fields["patient"]),
        polls=_polls(fields["polls"]),
        report_files=fields["report_files"],
        images_at=fields.get("images_at"),
    )


def _patient(fields: dict[str, Any] | None) -> Patient | None:
    if fields is None:
        return None
    return Patient(**{**fields, "birth_date": date.fromisoformat(fields["birth_date"])})


def _polls(saved: list[Any] | None) -> Polls | None:
    if saved is None:
        return None
    made, steps = saved
    return Polls(made, tuple(Step(*step) for step in steps))
