"""The answers about an order, and about the orders of a study."""

from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts.members import as_integer, as_object, as_set, as_text, as_texts
from pacsimile_contract.instants import Instant, instant


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """An answer of `/status`. `study_group` and `completed_at` are None both for null and for an unreadable value."""

    order_id: str | None
    study_uid: str | None
    study_group: str | None
    status: str | None
    progress: int | None
    report_types: tuple[str, ...] | None
    created_at: Instant | None
    updated_at: Instant | None
    completed_at: Instant | None


def order_status(exchange: Exchange) -> OrderStatus:
    """Read the answer of `/status`."""
    body = as_object(exchange.json)
    return OrderStatus(
        order_id=as_text(body.get("order_id")),
        study_uid=as_text(body.get("study_uid")),
        study_group=as_text(body.get("study_group")),
        status=as_text(body.get("status")),
        progress=as_integer(body.get("progress")),
        report_types=as_set(body.get("report_types")),
        created_at=instant(body.get("created_at")),
        updated_at=instant(body.get("updated_at")),
        completed_at=instant(body.get("completed_at")),
    )


@dataclass(frozen=True, slots=True)
class OrderIds:
    """An answer of `/orderId`."""

    study_uid: str | None
    order_ids: tuple[str, ...] | None


def order_ids(exchange: Exchange) -> OrderIds:
    """Read the answer of `/orderId`."""
    body = as_object(exchange.json)
    return OrderIds(as_text(body.get("study_uid")), as_texts(body.get("order_ids")))
