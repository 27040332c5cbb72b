"""Faults: set, see how often they were met, remove."""

from __future__ import annotations

from typing import Any

from flask import Response

from pacsimile_mock.console.control_calls import Refused, in_path
from pacsimile_mock.console.visit import Visit, number
from pacsimile_spec.operation_ids import OPERATION_IDS

EFFECTS: dict[str, dict[str, Any]] = {
    "503 with Retry-After": {"status": 503, "retry_after": 2},
    "503 without Retry-After": {"status": 503},
    "500": {"status": 500},
    "429 with Retry-After": {"status": 429, "retry_after": 5},
    "a delay of 5 seconds": {"latency_ms": 5000},
    "a reset before the service acts": {"reset": "request"},
    "a reset after the service acted": {"reset": "answer"},
    "a body that is cut short": {"truncate": True},
}
"""What the form offers, with the effect as the control API takes it."""


def show(visit: Visit, message: str | None = None) -> Response:
    """List the faults, and offer to set one."""
    return visit.page(
        "faults", "faults", "Faults", status=200 if message is None else 400,
        faults=visit.of_world("GET", "/faults")["faults"], effects=list(EFFECTS), operations=OPERATION_IDS,
        message=message,
    )  # fmt: skip


def add(visit: Visit) -> Response:
    """Set a fault."""
    given = visit.entered("effect", "operation", "nth", "count")
    effect = EFFECTS.get(given.get("effect", ""))
    if effect is None:
        return show(visit, "Choose an effect of the list.")
    match: dict[str, Any] = {"operation": given["operation"]} if "operation" in given else {}
    limit: dict[str, Any] = {}
    for name, target in (("nth", match), ("count", limit)):
        if name in given:
            target[name] = number(given[name])
    try:
        visit.of_world("POST", "/faults", {"effect": effect, "match": match, "limit": limit})
    except Refused as error:
        return show(visit, str(error))
    return visit.go("faults")


def remove(visit: Visit, fault: str) -> Response:
    """Remove a fault."""
    visit.of_world("DELETE", f"/faults/{in_path(fault)}")
    return visit.go("faults")


def clear(visit: Visit) -> Response:
    """Remove all faults."""
    visit.of_world("DELETE", "/faults")
    return visit.go("faults")
