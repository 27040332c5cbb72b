"""Lists the provider states, and makes the one that a request names, in the format that Pact uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pacsimile_mock.control_errors import not_found
from pacsimile_mock.control_params import Params
from pacsimile_mock.states import orders, organizations, reports, tokens
from pacsimile_mock.states.maker import Maker, Values
from pacsimile_mock.worlds.world import World

Make = Callable[[Maker, Params], Values]

STATES: Mapping[str, tuple[tuple[str, ...], Make]] = {
    "fresh_organization": (("ready_reports", "completed_seconds", "offsets"), organizations.fresh_organization),
    "other_organization": ((), organizations.other_organization),
    "client_with_scopes": (("scopes",), organizations.client_with_scopes),
    "throttled": (("client_id", "status"), organizations.throttled),
    "order_in_status": (("status", "study_uid", "study_group", "report_types"), orders.order_in_status),
    "study_with_orders": (("statuses", "seconds", "offsets", "submitted"), orders.study_with_orders),
    "study_shared_between_organizations": (("statuses", "newer"), orders.study_shared_between_organizations),
    "study_group": (("statuses",), orders.study_group),
    "study_group_shared_between_organizations": (
        ("statuses", "other_statuses"),
        orders.study_group_shared_between_organizations,
    ),
    "order_advanced": (("order_id", "status", "progress"), orders.order_advanced),
    "report_becomes_ready": (("study_uid", "completed_seconds_ago", "unready"), reports.report_becomes_ready),
    "report_amended": (("report_id",), reports.report_amended),
    "time_passes": (("seconds",), tokens.time_passes),
    "expired_token": (("client_id",), tokens.expired_token),
    "token_with": (("claims", "header", "client_id"), tokens.token_with),
}
"""The parameters of each state besides `organization_id`, and the function that makes it."""


def make(world: World, content: object) -> Values:
    """Make the state that a request names: `{"state", "params", "action": "setup"}`.

    Returns:
        The names and credentials that the caller needs; empty for the action `teardown`.

    Raises:
        ControlError: The state or one of its parameters is unknown or wrong.
    """
    request = Params(content, ("state", "params", "action", "consumer"))
    name = request.text("state")
    if name not in STATES:
        raise not_found(f"the state {name[:100]!r} is not offered; offered: {', '.join(STATES)}")
    if request.one_of("action", ("setup", "teardown"), "setup") == "teardown":
        return {}
    known, state = STATES[name]
    return state(Maker(world), Params(request.mapping("params"), (*known, "organization_id")))
