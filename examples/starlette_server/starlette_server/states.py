"""Provider states: `POST /states` brings this environment into the state that a test asks for."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from starlette_server import state_access, state_makers
from starlette_server.bodies import read_body
from starlette_server.problems import JsonAnswer
from starlette_server.service import Service
from starlette_server.state_params import UnusableParams, checked

Maker = Callable[..., dict[str, Any]]
STATES: dict[str, tuple[Maker, str]] = {  # with its params; a question mark marks an optional one
    "fresh_organization": (state_makers.fresh_organization, "ready_reports? completed_seconds? offsets?"),
    "other_organization": (state_makers.other_organization, ""),
    "client_with_scopes": (state_access.client_with_scopes, "scopes"),
    "order_in_status": (state_makers.order_in_status, "status study_uid? study_group? report_types?"),
    "study_with_orders": (state_makers.study_with_orders, "statuses seconds? offsets? submitted?"),
    "study_shared_between_organizations": (state_makers.shared_study, "statuses? newer?"),
    "study_group": (state_makers.study_group, "statuses"),
    "study_group_shared_between_organizations": (state_makers.shared_group, "statuses other_statuses"),
    "report_becomes_ready": (state_makers.report_becomes_ready, "study_uid? completed_seconds_ago? unready?"),
    "report_amended": (state_makers.report_amended, "report_id"),
    "order_advanced": (state_makers.order_advanced, "order_id status? progress?"),
    "throttled": (state_access.throttled, "client_id throttle"),
    "time_passes": (state_access.time_passes, "seconds"),
    "expired_token": (state_access.expired_token, "client_id?"),
    "token_with": (state_access.token_with, "claims? header? client_id?"),
    "server_restarted": (state_access.server_restarted, ""),
}


class States(HTTPEndpoint):
    """The state URL."""

    async def post(self, request: Request) -> Response:
        """Make a state."""
        service: Service = request.app.state.service
        expected = f"Bearer {service.states_token}"
        if not secrets.compare_digest(request.headers.get("authorization", "").encode(), expected.encode()):
            return JsonAnswer({"error": "the states token is needed"}, 401)
        try:
            asked = json.loads(await read_body(request))
            name, params, action = asked["state"], asked.get("params", {}), asked.get("action", "setup")
        except (ValueError, TypeError, KeyError, AttributeError):
            return JsonAnswer({"error": 'send {"state": ..., "params": {...}, "action": "setup"}'}, 400)
        if name not in STATES or (name == "server_restarted" and not service.can_restart):
            return JsonAnswer({"error": "this state is not offered"}, 404)
        if action == "teardown":
            return JsonAnswer({})
        try:
            maker, known = STATES[name]
            values = checked(known, params)
            with service.sessions.begin() as session:
                return JsonAnswer(maker(service, session, **values))
        except UnusableParams as error:
            return JsonAnswer({"error": str(error)}, 400)
