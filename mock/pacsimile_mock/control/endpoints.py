"""Lists the paths of the control API with their handlers."""

from __future__ import annotations

from werkzeug.routing import Rule

from pacsimile_mock.control import catalogues, clocks, defects, faults, http, journal, orders, organizations, worlds
from pacsimile_mock.control.server_state import ServerState

OPEN: dict[str, http.Handlers] = {"/health": {"GET": catalogues.health}}
"""The paths that need no token. They are served without the control API too: whoever starts containers asks there."""

GUARDED: dict[str, http.Handlers] = {
    "/worlds": {"GET": worlds.names, "POST": worlds.create},
    "/worlds/<world>": {"GET": worlds.show, "DELETE": worlds.delete},
    "/worlds/<world>/openapi.json": {"GET": worlds.description},
    "/worlds/<world>/faults": {"GET": faults.list_faults, "POST": faults.add, "DELETE": faults.clear},
    "/worlds/<world>/faults/<fault>": {"GET": faults.show, "DELETE": faults.remove},
    "/worlds/<world>/defects": {"GET": defects.list_defects, "POST": defects.add, "DELETE": defects.clear},
    "/worlds/<world>/defects/<defect>": {"DELETE": defects.remove},
    "/worlds/<world>/clock": {"GET": clocks.show, "POST": clocks.move},
    "/worlds/<world>/reset": {"POST": worlds.reset},
    "/worlds/<world>/organizations": {
        "GET": organizations.list_organizations,
        "POST": organizations.create_organization,
    },
    "/worlds/<world>/organizations/<organization_id>": {"GET": organizations.show_organization},
    "/worlds/<world>/clients": {"GET": organizations.list_clients, "POST": organizations.create_client},
    "/worlds/<world>/clients/<client_id>": {"GET": organizations.show_client},
    "/worlds/<world>/orders": {"GET": orders.list_orders, "POST": orders.create},
    "/worlds/<world>/orders/<order_id>": {"GET": orders.show},
    **{f"/worlds/<world>/orders/<order_id>/{action}": {"POST": orders.move(action)} for action in orders.MOVES},
    "/worlds/<world>/groups": {"GET": orders.list_groups, "POST": orders.create_group},
    "/worlds/<world>/journal": {"GET": journal.query, "DELETE": journal.clear},
    "/worlds/<world>/journal/follow": {"GET": journal.follow},
    "/worlds/<world>/journal/counters": {"GET": journal.counters},
    "/worlds/<world>/journal/advice": {"GET": journal.advice},
    "/worlds/<world>/journal/lines": {"GET": journal.lines},
    "/worlds/<world>/journal/verify": {"POST": journal.verify},
    "/worlds/<world>/journal/entries/<entry>": {"GET": journal.show},
    "/worlds/<world>/states": {"POST": worlds.make_state},
    "/keys/rotate": {"POST": catalogues.rotate_keys},
    "/states": {"POST": worlds.make_state},
    "/defects": {"GET": catalogues.defects},
    "/scenarios": {"GET": catalogues.scenarios},
    "/openapi.yaml": {"GET": catalogues.description},
}
"""The paths that need the control token."""

METRICS: dict[str, http.Handlers] = {"/metrics": {"GET": journal.metrics}}
"""The paths outside `/_mock`, which need no token."""

NOT_FOUND: dict[str, http.Handlers] = {"": {}, "/": {}, "/<path:rest>": {}}
"""All other paths, which have no handlers."""


TABLES = ((OPEN, "/_mock", False), (GUARDED, "/_mock", True), (NOT_FOUND, "/_mock", True), (METRICS, "", False))
"""Each table with what its paths begin with, and whether they need the control token."""


def routes(*, control: bool) -> list[Rule]:
    """Return the routes of the control API and of the metrics beside it; without `control` those of health alone."""
    paths = [(prefix, path) for table, prefix, _ in (TABLES if control else TABLES[:1]) for path in table]
    return [Rule(prefix + path, endpoint=f"control {path}") for prefix, path in paths]  # a view refuses unknown methods


def views(state: ServerState) -> dict[str, http.View]:
    """Return the view of each route, by its endpoint."""
    return {
        f"control {path}": http.view(state, handlers, guarded=guarded)
        for table, _, guarded in TABLES
        for path, handlers in table.items()
    }
