"""States about orders, studies and study groups."""

from __future__ import annotations

from pacsimile_mock.clock import SECOND
from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.control_params import Params
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders.model import Order
from pacsimile_mock.seed.submission import Submission
from pacsimile_mock.states import maker as given
from pacsimile_mock.states.maker import Maker, Values
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import COMPLETED, PROCESSING, STATUSES

MOST_OF_A_GROUP = 150
HOUR = 3600 * SECOND


def order_in_status(maker: Maker, params: Params) -> Values:
    """An order in a status; with a study or a group of the caller's it is created now."""
    status, client = params.one_of("status", STATUSES), maker.organization(params)
    joins = "study_uid" in params or "study_group" in params
    created_at = maker.submit.now() - (0 if joins else HOUR)
    order = maker.submit.submit(
        Submission(
            client.organization_id,
            status,
            created_at,
            study_uid=given.study_uid(params),
            study_group=given.study_group(params),
            report_types=params.words("report_types", REPORT_TYPES) if "report_types" in params else None,
        )
    )
    return maker.values(client, order_id=order.order_id, study_uid=order.study_uid)


def study_with_orders(maker: Maker, params: Params) -> Values:
    """A study with several orders; by default a minute apart, oldest first."""
    client = maker.organization(params)
    study_uid = maker.submit.study_uid()
    orders = _study(maker, params, client, study_uid)
    return maker.values(client, study_uid=study_uid, order_ids=[order.order_id for order in orders])


def _study(maker: Maker, params: Params, client: Client, study_uid: str) -> list[Order]:
    statuses = params.words("statuses", STATUSES)
    count = len(statuses)
    seconds = params.each_seconds("seconds", count) if "seconds" in params else [60.0 * n for n in range(count)]
    offsets = params.each_offset("offsets", count) if "offsets" in params else [None] * count
    ranks = params.each_integer("submitted", count) if "submitted" in params else list(range(count))
    first = maker.submit.now() - round(max(seconds, default=0) * SECOND) - HOUR
    made = [
        Submission(client.organization_id, status, first + round(at * SECOND), study_uid=study_uid, offset=minutes)
        for status, at, minutes in zip(statuses, seconds, offsets, strict=True)
    ]
    in_rank = sorted(range(count), key=lambda index: ranks[index])
    return sorted(maker.submit.submit_all([made[index] for index in in_rank]), key=lambda order: order.recency)


def study_shared_between_organizations(maker: Maker, params: Params) -> Values:
    """A study UID that two organizations use, one order each."""
    statuses = _pair(params)
    mine, other = maker.organization(params), maker.submit.new_organization()
    now, study_uid = maker.submit.now(), maker.submit.study_uid()
    times = [now - HOUR, now - HOUR // 2]
    if params.one_of("newer", ("mine", "other"), "other") == "mine":
        times.reverse()
    orders = [
        maker.submit.submit(Submission(client.organization_id, status, at, study_uid=study_uid))
        for client, status, at in zip((mine, other), statuses, times, strict=True)
    ]
    values = {"study_uid": study_uid, "order_id": orders[0].order_id, "other_order_id": orders[1].order_id}
    return maker.values(mine, **values, **given.other_client(other))


def study_group(maker: Maker, params: Params) -> Values:
    """A study group with orders in these statuses."""
    client, name = maker.organization(params), maker.submit.study_group()
    order_ids = _group(maker, params.words("statuses", STATUSES), client, name)
    return maker.values(client, study_group=name, order_ids=order_ids)


def study_group_shared_between_organizations(maker: Maker, params: Params) -> Values:
    """A group's name that two organizations use."""
    mine, other = maker.organization(params), maker.submit.new_organization()
    name = maker.submit.study_group()
    order_ids = _group(maker, params.words("statuses", STATUSES), mine, name)
    others = _group(maker, params.words("other_statuses", STATUSES), other, name)
    return maker.values(
        mine, study_group=name, order_ids=order_ids, other_order_ids=others, **given.other_client(other)
    )


def _group(maker: Maker, statuses: tuple[str, ...], client: Client, name: str) -> list[str]:
    if not 1 <= len(statuses) <= MOST_OF_A_GROUP:
        raise bad_request(f"a group has 1 to {MOST_OF_A_GROUP} statuses")
    first = maker.submit.now() - 2 * HOUR
    made = [
        Submission(client.organization_id, status, first + n * SECOND, study_group=name)
        for n, status in enumerate(statuses)
    ]
    return [order.order_id for order in maker.submit.submit_all(made)]


def order_advanced(maker: Maker, params: Params) -> Values:
    """An order moves, by status or by progress."""
    order = maker.order(params)
    now = maker.submit.now()
    try:
        if "status" in params:
            maker.submit.advance(order, params.one_of("status", STATUSES))
        else:
            maker.submit.advance(order, PROCESSING, params.integer("progress", 0, 99))
    except ValueError as error:
        raise bad_request(str(error)) from None
    client = maker.full_client(order.organization_id)
    return maker.values(client, order_id=order.order_id, status=order.state(max(now, maker.submit.now())).status)


def _pair(params: Params) -> tuple[str, ...]:
    statuses = params.words("statuses", STATUSES) if "statuses" in params else (COMPLETED, COMPLETED)
    if len(statuses) != 2:
        raise bad_request("'statuses' must be two: mine, then the other's")
    return statuses
