"""Provider states for contract tests: `POST /states` creates what a test needs, and returns its identifiers."""

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from small_server import state_orders, state_tokens
from small_server.api import Service
from small_server.problems import Refusal, bad_body, problem
from small_server.state_params import Params
from small_server.state_world import World
from small_server.wire import Request, Response, json_response, refusal_response

State = Callable[[World, Params], dict[str, Any]]

STATES: Mapping[str, tuple[State, tuple[str, ...]]] = {
    "fresh_organization": (state_orders.fresh_organization, ("ready_reports", "completed_seconds", "offsets")),
    "other_organization": (state_orders.other_organization, ()),
    "client_with_scopes": (state_tokens.client_with_scopes, ("scopes",)),
    "order_in_status": (state_orders.order_in_status, ("status", "study_uid", "study_group", "report_types")),
    "study_with_orders": (state_orders.study_with_orders, ("statuses", "seconds", "offsets", "submitted")),
    "study_shared_between_organizations": (state_orders.shared_study, ("statuses", "newer")),
    "study_group": (state_orders.study_group, ("statuses",)),
    "study_group_shared_between_organizations": (state_orders.shared_group, ("statuses", "other_statuses")),
    "report_becomes_ready": (state_orders.report_becomes_ready, ("study_uid", "completed_seconds_ago", "unready")),
    "report_amended": (state_orders.report_amended, ("report_id",)),
    "order_advanced": (state_orders.order_advanced, ("order_id", "status", "progress")),
    "throttled": (state_tokens.throttled, ("client_id", "status")),
    "time_passes": (state_tokens.time_passes, ("seconds",)),
    "expired_token": (state_tokens.expired_token, ("claims", "header", "client_id")),
    "token_with": (state_tokens.token_with, ("claims", "header", "client_id")),
}


class States:
    """The states URL. Its bearer token is not one of the API's."""

    def __init__(self, service: Service, token: str | None = None) -> None:
        self.token = token or secrets.token_urlsafe(24)
        self.world = World(service)

    def answer(self, request: Request) -> Response:
        """Answer 200 with the state's values, 404 for a state that is not offered, 400 or 422 for wrong params."""
        try:
            self._check(request)
            name, params = _read(request.body)
            if name not in STATES:
                raise problem(404, "no-such-state", "This state is not offered.")
            function, known = STATES[name]
            with self.world.service.lock:
                return json_response(function(self.world, Params(params, known)))
        except Refusal as refusal:
            return refusal_response(refusal, request.request_id)

    def _check(self, request: Request) -> None:
        if request.method != "POST":
            raise problem(405, "method-not-allowed", "States are made by POST.", {"Allow": "POST"})
        given = (request.header("Authorization") or "").encode("iso-8859-1", "replace")
        if not hmac.compare_digest(given, f"Bearer {self.token}".encode()):
            raise problem(401, "invalid-token", "This needs the states token.", {"WWW-Authenticate": "Bearer"})


def _read(body: bytes) -> tuple[str, dict[str, Any]]:
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise bad_body("The body is JSON.") from None
    if not isinstance(document, dict) or not isinstance(document.get("state"), str):
        raise bad_body('The body is {"state": name, "params": {...}, "action": "setup"}.')
    params = document.get("params") or {}
    if not isinstance(params, dict) or document.get("action", "setup") != "setup":
        raise bad_body("params is an object, and action is setup.")
    return document["state"], params
