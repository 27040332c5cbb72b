"""Handles calls that submit, list, show and move the orders of a world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from pacsimile_mock.calls import serialization
from pacsimile_mock.clock import rfc3339
from pacsimile_mock.control import http, paging
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control.submissions import FIELDS, read
from pacsimile_mock.control_errors import ControlError, bad_request, not_found
from pacsimile_mock.control_params import Params
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.polls import Polls
from pacsimile_mock.seed.submission import Submission, Submitter
from pacsimile_mock.worlds.world import World
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED, PROCESSING, STATUSES
from pacsimile_spec.suggestions import did_you_mean

MOST_AT_ONCE = 1_000_000
BATCH = 10_000
RENAMED = {"plan": "its members stand beside 'count' now"}
FILTERS = ("organization_id", "study_uid", "study_group", "status")


def create(state: ServerState, world: World) -> tuple[int, Any]:
    """Submit an order, a list of orders, or `count` orders that are alike."""
    content = http.body()
    if isinstance(content, dict) and "count" in content:
        return _in_bulk(world, Params(content, ("count", *FIELDS), RENAMED))
    if isinstance(content, list):
        submissions = [read(world, Params(members, FIELDS)) for members in content]
        return 201, {"orders": [describe(world, order) for order in Submitter(world).submit_all(submissions)]}
    return 201, describe(world, Submitter(world).submit(read(world, Params(content, FIELDS))))


def _in_bulk(world: World, params: Params) -> tuple[int, Any]:
    count = params.integer("count", 1, MOST_AT_ONCE)
    submission = read(world, params)
    first = last = ""
    for batch in _batches(world, submission, count):
        first, last = first or batch[0].order_id, batch[-1].order_id
    return 201, {"count": count, "first_order_id": first, "last_order_id": last}


def _batches(world: World, submission: Submission, count: int) -> Iterator[list[Order]]:
    submitter = Submitter(world)
    submission = submitter.settled(submission)
    for start in range(0, count, BATCH):
        yield submitter.submit_all([submission] * min(BATCH, count - start))


@paging.takes(*FILTERS, *paging.PAGE)
def list_orders(state: ServerState, world: World) -> tuple[int, Any]:
    """List the orders that match the filters, by organization and then by submission."""
    orders = _matching(world, paging.filters())
    return paging.page(orders, lambda order: order.order_id, "orders", partial(describe, world))


def _matching(world: World, filters: dict[str, str]) -> Iterator[Order]:
    now = world.clock.now()
    if (status := filters.get("status", STATUSES[0])) not in STATUSES:
        hint = did_you_mean(status, STATUSES)
        raise bad_request(f"'status' must be one of {', '.join(STATUSES)}, not {status[:100]!r}{hint}")
    for organization_id in world.store.organizations():
        if organization_id == filters.get("organization_id", organization_id):
            for order in world.store.orders_of(organization_id):
                if (
                    order.study_uid == filters.get("study_uid", order.study_uid)
                    and order.study_group == filters.get("study_group", order.study_group)
                    and ("status" not in filters or order.state(now).status == filters["status"])
                ):
                    yield order


def show(state: ServerState, world: World, order_id: str) -> tuple[int, Any]:
    """Show an order with its plan and its reports."""
    return 200, describe(world, _order(world, order_id))


def _order(world: World, order_id: str) -> Order:
    order = world.store.find_order(order_id)
    if order is None:
        raise not_found(f"there is no order {order_id[:100]!r} in this world")
    return order


def describe(world: World, order: Order) -> dict[str, Any]:
    """Return the JSON of an order in the control API."""
    now = world.clock.now()
    status = serialization.order_status(world.orders.facts(order, now))
    plan = [{"at": rfc3339(at), "status": status, "progress": progress} for at, status, progress in order.plan]
    reports = [
        {
            "report_id": version.report_id,
            "version": version.number,
            "ready_at": rfc3339(version.ready_at),
            "acknowledged": world.store.is_acknowledged(order.organization_id, version.report_id),
        }
        for version in order.planned_versions()
    ]
    polls = {} if order.polls is None else {"polls": {"made": order.polls.made, "next": _next(order.polls)}}
    return {"organization_id": order.organization_id, **status, "plan": plan, **polls, "reports": reports}


def _next(polls: Polls) -> list[dict[str, Any]]:
    """Return the changes that status calls make."""
    return [{"call": call, "status": status, "progress": progress} for call, status, progress in polls.steps]


Move = Callable[[Submitter, Order, Params], object]

MOVES: dict[str, tuple[tuple[str, ...], Move]] = {
    "start": ((), lambda submitter, order, _: submitter.advance(order, PROCESSING)),
    "progress": (
        ("progress",),
        lambda submitter, order, params: submitter.advance(order, PROCESSING, params.integer("progress", 0, 99)),
    ),
    "finish": ((), lambda submitter, order, _: submitter.advance(order, COMPLETED)),
    "fail": ((), lambda submitter, order, _: submitter.advance(order, FAILED)),
    "cancel": ((), lambda submitter, order, _: submitter.advance(order, CANCELLED)),
    "amend": ((), lambda submitter, order, _: submitter.amend(order)),
}
"""The actions that move an order, each with the members of its request body."""


def move(action: str) -> http.Handler:
    """Make the handler of an action that moves an order."""
    known, act = MOVES[action]

    def handler(state: ServerState, world: World, order_id: str) -> tuple[int, Any]:
        order = _order(world, order_id)
        try:
            act(Submitter(world), order, Params(http.body(), known))
        except ValueError as error:
            raise ControlError(409, "not-possible", str(error)) from None
        return 200, describe(world, _order(world, order_id))

    return handler


@paging.takes("organization_id", "study_group", *paging.PAGE)
def list_groups(state: ServerState, world: World) -> tuple[int, Any]:
    """List the study groups of each organization with their orders; two organizations may use the same name."""
    groups: dict[tuple[str, str], list[str]] = {}
    for order in _matching(world, paging.filters()):
        if order.study_group is not None:
            groups.setdefault((order.organization_id, order.study_group), []).append(order.order_id)
    return paging.page(groups.items(), _group_key, "groups", _describe_group)


def _group_key(group: tuple[tuple[str, str], list[str]]) -> str:
    """Return the key of a group in its world; two organizations may use the same name."""
    return "/".join(group[0])


def _describe_group(group: tuple[tuple[str, str], list[str]]) -> dict[str, Any]:
    (owner, name), order_ids = group
    return {"study_group": name, "organization_id": owner, "order_ids": order_ids}


def create_group(state: ServerState, world: World) -> tuple[int, Any]:
    """Make a study group with one order for each status in `statuses`."""
    params = Params(http.body(), ("organization_id", "study_group", "statuses"))
    submitter = Submitter(world)
    name = params.text_or("study_group", submitter.study_group())
    statuses = params.words("statuses")
    if not statuses:
        raise bad_request("'statuses' must name at least one status")
    owner = params.text_or("organization_id", world.first_organization())
    submissions = [
        read(world, Params({"organization_id": owner, "study_group": name, "status": status}, FIELDS))
        for status in statuses
    ]
    order_ids = [order.order_id for order in submitter.submit_all(submissions)]
    return 201, {"study_group": name, "organization_id": owner, "order_ids": order_ids}
