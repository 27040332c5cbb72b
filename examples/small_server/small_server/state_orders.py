"""The provider states about organizations, orders, studies, groups and reports."""

from collections.abc import Callable
from typing import Any

from small_server.orders import FINAL, PATH, Order, Organization, next_change
from small_server.state_params import STATUSES, Params, not_with_these, refused
from small_server.state_world import API_SCOPES, MINUTE, World, described, new_group, new_uid

HOUR = 60 * MINUTE


def fresh_organization(world: World, params: Params) -> dict[str, Any]:
    """Create an organization with a number of ready reports, and a second client."""
    count = params.whole("ready_reports", 0, 200_000, 0)
    seconds = params.instants("completed_seconds", [position * 1000 for position in range(count)])
    offsets = params.offsets("offsets", count)
    organization = world.organization(params)
    first = world.service.clock.now() - HOUR - max(seconds, default=0)
    orders = [
        world.submit(
            organization, "COMPLETED", first + second - MINUTE, completed_at=first + second, version_offset=offset
        )
        for second, offset in zip(seconds, offsets, strict=True)
    ]
    orders.sort(key=lambda order: (order.versions[0].completed_at, order.versions[0].rank))
    second_client = world.service.tokens.add_client(organization.organization_id, API_SCOPES)
    return described(
        organization,
        world.client_of(organization),
        report_ids=[order.first_report_id for order in orders],
        order_ids=[order.order_id for order in orders],
        second_client_id=second_client.client_id,
        second_client_secret=second_client.client_secret,
    )


def other_organization(world: World, params: Params) -> dict[str, Any]:
    """Create another organization besides the named one, with one ready report in a group."""
    world.named_organization(params)
    organization = world.new_organization()
    order = world.submit(organization, "COMPLETED", world.service.clock.now() - HOUR, study_group=new_group())
    return described(
        organization,
        world.client_of(organization),
        order_id=order.order_id,
        study_uid=order.study_uid,
        study_group=order.study_group,
        report_id=order.first_report_id,
    )


def order_in_status(world: World, params: Params) -> dict[str, Any]:
    """Create one order. In a named study or group, it is created at this instant."""
    status = params.word("status", STATUSES)
    study_uid, group = params.text("study_uid", None), params.text("study_group", None)
    types = params.report_types("report_types")
    organization = world.organization(params)
    age = 0 if study_uid or group else HOUR
    order = world.submit(
        organization,
        status,
        world.service.clock.now() - age,
        study_uid=study_uid,
        study_group=group,
        report_types=types,
    )
    return described(organization, world.client_of(organization), order_id=order.order_id, study_uid=order.study_uid)


def study_with_orders(world: World, params: Params) -> dict[str, Any]:
    """Create a study with orders in these statuses, created and submitted as asked."""
    statuses = params.statuses("statuses", 1000)
    seconds = params.instants("seconds", [position * 1000 for position in range(len(statuses))])
    offsets = params.offsets("offsets", len(statuses))
    ranks = params.ranks("submitted", len(statuses))
    organization, study_uid = world.organization(params), new_uid()
    first = world.service.clock.now() - HOUR - max(seconds)
    for _, status, second, offset in sorted(zip(ranks, statuses, seconds, offsets, strict=True)):
        world.submit(organization, status, first + second, study_uid=study_uid, offset=offset)
    order_ids = [order.order_id for order in reversed(organization.of_study(study_uid))]
    return described(organization, world.client_of(organization), study_uid=study_uid, order_ids=order_ids)


def shared_study(world: World, params: Params) -> dict[str, Any]:
    """Create a study UID that two organizations use, with one order each."""
    statuses = params.statuses("statuses", 2, ["COMPLETED", "COMPLETED"])
    if len(statuses) != 2:
        raise refused("statuses are mine, then the other's")
    mine_is_newer = params.word("newer", ("mine", "other"), "other") == "mine"
    mine, other, study_uid = world.organization(params), world.new_organization(), new_uid()
    at = world.service.clock.now() - HOUR
    order = world.submit(mine, statuses[0], at + MINUTE * mine_is_newer, study_uid=study_uid)
    other_order = world.submit(other, statuses[1], at + MINUTE * (not mine_is_newer), study_uid=study_uid)
    return described(
        mine,
        world.client_of(mine),
        study_uid=study_uid,
        order_id=order.order_id,
        other_order_id=other_order.order_id,
        **_other(world, other),
    )


def study_group(world: World, params: Params) -> dict[str, Any]:
    """Create a group with an order in each of these statuses."""
    statuses = params.statuses("statuses", 150)
    organization, group = world.organization(params), new_group()
    return described(
        organization,
        world.client_of(organization),
        study_group=group,
        order_ids=_fill(world, organization, group, statuses),
    )


def shared_group(world: World, params: Params) -> dict[str, Any]:
    """Create a group name that two organizations use."""
    statuses = params.statuses("statuses", 150)
    other_statuses = params.statuses("other_statuses", 150)
    mine, other, group = world.organization(params), world.new_organization(), new_group()
    return described(
        mine,
        world.client_of(mine),
        study_group=group,
        order_ids=_fill(world, mine, group, statuses),
        other_order_ids=_fill(world, other, group, other_statuses),
        **_other(world, other),
    )


def report_becomes_ready(world: World, params: Params) -> dict[str, Any]:
    """Create a report that is ready at this instant, or reserve only its id."""
    study_uid, unready = params.text("study_uid", None), params.flag("unready")
    ago = params.milliseconds("completed_seconds_ago", 0)
    organization, now = world.organization(params), world.service.clock.now()
    late = ago or not study_uid
    order = world.submit(
        organization,
        "PROCESSING" if unready else "COMPLETED",
        now - ago - (MINUTE if late else 0),
        study_uid=study_uid,
        completed_at=now - ago,
    )
    return described(
        organization, world.client_of(organization), order_id=order.order_id, report_id=order.first_report_id
    )


def report_amended(world: World, params: Params) -> dict[str, Any]:
    """Create a new version of the report of an order."""
    report_id = params.text("report_id")
    organization = _owner(world, params, lambda candidate: report_id in candidate.versions)
    order = organization.versions[report_id].order
    version = organization.amend(order, next_change(order, world.service.clock.now()))
    return described(organization, world.client_of(organization), report_id=version.report_id)


def order_advanced(world: World, params: Params) -> dict[str, Any]:
    """Move an order along its path."""
    order_id = params.text("order_id")
    organization = _owner(world, params, lambda candidate: order_id in candidate.orders)
    order, now = organization.orders[order_id], world.service.clock.now()
    if params.has("status") == params.has("progress"):
        raise refused("give either status or progress")
    if params.has("status"):
        _to_status(organization, order, params.word("status", STATUSES), now)
    else:
        _to_progress(order, params.whole("progress", 0, 99), now)
    return described(organization, world.client_of(organization), status=order.status)


def _to_status(organization: Organization, order: Order, status: str, now: int) -> None:
    if status not in PATH.get(order.status, (order.status,)):
        raise not_with_these("an order never goes back")
    if status != order.status:
        organization.move(order, status, next_change(order, now))


def _to_progress(order: Order, progress: int, now: int) -> None:
    if order.status in FINAL or progress < order.progress:
        raise not_with_these("progress never falls, nor moves once the order has ended")
    if progress > order.progress:
        order.status, order.progress, order.updated_at = "PROCESSING", progress, next_change(order, now)


def _fill(world: World, organization: Organization, group: str, statuses: list[str]) -> list[str]:
    at = world.service.clock.now() - HOUR
    return [
        world.submit(organization, status, at + position * 1000, study_group=group).order_id
        for position, status in enumerate(statuses)
    ]


def _other(world: World, organization: Organization) -> dict[str, str]:
    client = world.client_of(organization)
    return {
        "other_organization_id": organization.organization_id,
        "other_client_id": client.client_id,
        "other_client_secret": client.client_secret,
    }


def _owner(world: World, params: Params, owns: Callable[[Organization], bool]) -> Organization:
    """Return the organization that owns the object. Raise 400 if nobody does, or not the named organization."""
    named = world.named_organization(params)
    candidates = [named] if named else world.service.organizations.values()
    for organization in candidates:
        if owns(organization):
            return organization
    raise refused("no such thing exists in this organization")
