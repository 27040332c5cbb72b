"""The control API's table of contents."""

from __future__ import annotations

from flask import Blueprint, Flask

from pacsimile_mock.control import catalogues, clocks, faults, http, journal, orders, organizations, worlds
from pacsimile_mock.server_state import ServerState

OPEN: dict[str, http.Handlers] = {"/health": {"GET": catalogues.health}}
"""What takes no token."""

GUARDED: dict[str, http.Handlers] = {
    "/worlds": {"GET": worlds.names, "POST": worlds.create},
    "/worlds/<world>": {"GET": worlds.show, "DELETE": worlds.delete},
    "/worlds/<world>/faults": {"GET": faults.listed, "POST": faults.add, "DELETE": faults.clear},
    "/worlds/<world>/faults/<fault>": {"GET": faults.show, "DELETE": faults.remove},
    "/worlds/<world>/clock": {"GET": clocks.show, "POST": clocks.move},
    "/worlds/<world>/reset": {"POST": worlds.reset},
    "/worlds/<world>/organizations": {
        "GET": organizations.list_organizations,
        "POST": organizations.create_organization,
    },
    "/worlds/<world>/clients": {"GET": organizations.list_clients, "POST": organizations.create_client},
    "/worlds/<world>/orders": {"GET": orders.list_orders, "POST": orders.create},
    "/worlds/<world>/orders/<order_id>": {"GET": orders.show},
    "/worlds/<world>/orders/<order_id>/<action>": {"POST": orders.move},
    "/worlds/<world>/groups": {"GET": orders.list_groups, "POST": orders.create_group},
    "/worlds/<world>/journal": {"GET": journal.query, "DELETE": journal.clear},
    "/worlds/<world>/journal/follow": {"GET": journal.follow},
    "/worlds/<world>/journal/counters": {"GET": journal.counters},
    "/worlds/<world>/journal/verify": {"POST": journal.verify},
    "/worlds/<world>/states": {"POST": worlds.make_state},
    "/keys/rotate": {"POST": catalogues.rotate_keys},
    "/states": {"POST": worlds.make_state},
    "/defects": {"GET": catalogues.defects},
    "/scenarios": {"GET": catalogues.scenarios},
}
"""What takes the control token."""

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def add_to(app: Flask, state: ServerState) -> None:
    """Add the control API under `/_mock`, and the metrics beside it."""
    app.register_blueprint(_blueprint(state))
    metrics = http.view(state, {"GET": journal.metrics}, guarded=False)
    app.add_url_rule("/metrics", "metrics", metrics, methods=METHODS, provide_automatic_options=False)


def _blueprint(state: ServerState) -> Blueprint:
    routes = Blueprint("control", __name__, url_prefix="/_mock")
    nothing: dict[str, http.Handlers] = {"/<path:rest>": {}}
    tables = ((OPEN, False), (GUARDED, True), (nothing, True))
    for table, guarded in tables:
        for path, handlers in table.items():
            view = http.view(state, handlers, guarded=guarded)
            endpoint = path.replace(".", "-")
            routes.add_url_rule(path, endpoint, view, methods=METHODS, provide_automatic_options=False)
    return routes
