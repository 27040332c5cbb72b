"""Makes states with orders, studies and study groups."""

from __future__ import annotations

from pacsimile_mock.clock import SECOND
from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.control_params import Params
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders.model import Order
from pacsimile_mock.seed.submission import Submission
from pacsimile_mock.states import maker as shared
from pacsimile_mock.states.maker import Maker, Values
from pacsimile_spec.statuses import COMPLETED, PROCESSING, STATUSES

MOST_OF_A_GROUP = 150
MINUTE, HOUR = 60 * SECOND, 3600 * SECOND


def order_in_status(maker: Maker, params: Params) -> Values:
    """Make an order in a status; with the caller's study or group it is created now, else an hour ago."""
    status, client = params.one_of("status", STATUSES), maker.organization(params)
    joins = "study_uid" in params or "study_group" in params
    created_at = maker.submitter.now() - (0 if joins else HOUR)
    order = maker.submitter.submit(
        Submission(
            client.organization_id,
            status,
            created_at,
            study_uid=shared.study_uid(params),
            study_group=shared.study_group(params),
            report_types=params.report_types(),
        )
    )
    return maker.values(client, order_id=order.order_id, study_uid=order.study_uid)


def study_with_orders(maker: Maker, params: Params) -> Values:
    """Make a study with several orders; by default they are a minute apart, oldest first."""
    client = maker.organization(params)
    study_uid = maker.submitter.study_uid()
    orders = _study(maker, params, client, study_uid)
    return maker.values(client, study_uid=study_uid, order_ids=[order.order_id for order in orders])


def _study(maker: Maker, params: Params, client: Client, study_uid: str) -> list[Order]:
    statuses = params.words("statuses", STATUSES)
    count = len(statuses)
    seconds = params.each_seconds("seconds", count) if "seconds" in params else [60.0 * n for n in range(count)]
    offsets = params.each_offset("offsets", count) if "offsets" in params else [None] * count
    ranks = params.each_integer("submitted", count) if "submitted" in params else list(range(count))
    first = maker.submitter.now() - round(max(seconds, default=0) * SECOND) - HOUR
    submissions = [
        Submission(client.organization_id, status, first + round(at * SECOND), study_uid=study_uid, offset=minutes)
        for status, at, minutes in zip(statuses, seconds, offsets, strict=True)
    ]
    by_rank = [submissions[index] for index in sorted(range(count), key=lambda index: ranks[index])]
    return sorted(maker.submitter.submit_all(by_rank), key=lambda order: order.recency)


def study_shared_between_organizations(maker: Maker, params: Params) -> Values:
    """Make a study UID that two organizations use, with one order each."""
    statuses = _pair(params)
    mine, other = maker.organization(params), maker.submitter.new_organization()
    now, study_uid = maker.submitter.now(), maker.submitter.study_uid()
    times = [now - HOUR, now - HOUR // 2]
    if params.one_of("newer", ("mine", "other"), "other") == "mine":
        times.reverse()
    orders = [
        maker.submitter.submit(Submission(client.organization_id, status, at, study_uid=study_uid))
        for client, status, at in zip((mine, other), statuses, times, strict=True)
    ]
    values = {"study_uid": study_uid, "order_id": orders[0].order_id, "other_order_id": orders[1].order_id}
    return maker.values(mine, **values, **shared.other_client(other))


def study_group(maker: Maker, params: Params) -> Values:
    """Make a study group with orders in the statuses given, a minute apart, oldest first."""
    client, name = maker.organization(params), maker.submitter.study_group()
    order_ids = _group(maker, params.words("statuses", STATUSES), client, name)
    return maker.values(client, study_group=name, order_ids=order_ids)


def study_group_shared_between_organizations(maker: Maker, params: Params) -> Values:
    """Make a group name that two organizations use, with orders of each."""
    mine, other = maker.organization(params), maker.submitter.new_organization()
    name = maker.submitter.study_group()
    order_ids = _group(maker, params.words("statuses", STATUSES), mine, name)
    others = _group(maker, params.words("other_statuses", STATUSES), other, name)
    return maker.values(
        mine, study_group=name, order_ids=order_ids, other_order_ids=others, **shared.other_client(other)
    )


def _group(maker: Maker, statuses: tuple[str, ...], client: Client, name: str) -> list[str]:
    if not 1 <= len(statuses) <= MOST_OF_A_GROUP:
        raise bad_request(f"a group has 1 to {MOST_OF_A_GROUP} statuses")
    last = maker.submitter.now() - 2 * HOUR
    submissions = [
        Submission(client.organization_id, status, last - (len(statuses) - 1 - index) * MINUTE, study_group=name)
        for index, status in enumerate(statuses)
    ]
    return [order.order_id for order in maker.submitter.submit_all(submissions)]


def order_advanced(maker: Maker, params: Params) -> Values:
    """Move an order to a status, or to a progress."""
    order = maker.order(params)
    now = maker.submitter.now()
    try:
        if "status" in params:
            maker.submitter.advance(order, params.one_of("status", STATUSES))
        else:
            maker.submitter.advance(order, PROCESSING, params.integer("progress", 0, 99))
    except ValueError as error:
        raise bad_request(str(error)) from None
    client = maker.full_client(order.organization_id)
    return maker.values(client, order_id=order.order_id, status=order.state(max(now, maker.submitter.now())).status)


def _pair(params: Params) -> tuple[str, ...]:
    statuses = params.words("statuses", STATUSES) if "statuses" in params else (COMPLETED, COMPLETED)
    if len(statuses) != 2:
        raise bad_request("'statuses' must be two: mine, then the other's")
    return statuses
