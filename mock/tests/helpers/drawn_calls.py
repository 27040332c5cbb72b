"""Calls of the control API that Schemathesis has drawn, kept to what a mock can bear."""

from typing import Any

from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation

MOST_ORDERS = 30
"""How many one call may make; the API would make a million."""


def invalid_parts(case: Case) -> set[ParameterLocation]:
    """Return the parts of a call that are not as described, on purpose."""
    parts = case.meta.components if case.meta else {}
    return {where for where, part in parts.items() if part.mode.is_negative}


def drop_teardown(body: Any) -> None:
    """Let a provider state be set up: the opposite does nothing, whatever its parameters."""
    if isinstance(body, dict) and body.get("action") == "teardown":
        del body["action"]


def limit_orders(body: Any, owner: str) -> None:
    """Let a body ask for few orders, and let them belong to `owner`, who exists."""
    for each in body if isinstance(body, list) else ():
        limit_orders(each, owner)
    if not isinstance(body, dict):
        return
    for name in ("count", "ready_reports"):
        if isinstance(body.get(name), int):
            body[name] = min(body[name], MOST_ORDERS)
    if body.get("organization_id"):
        body["organization_id"] = owner
    limit_orders(body.get("params"), owner)
