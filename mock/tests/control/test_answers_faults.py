"""Calls of the control API about faults and defects: as described."""

from __future__ import annotations

from typing import Any

from mock.tests.helpers.described import Control, made

EFFECTS: list[dict[str, Any]] = [
    {"latency_ms": 5},
    {"lognormal": {"median_ms": 20, "sigma": 0.5}, "malformed": True},
    {"status": 503, "retry_after": 3},
    {"reset": "request"},
    {"reset": True},
    {"truncate": {"bytes": 10}},
    {"truncate": True},
    {"drip": {"bytes": 1, "interval_ms": 5}},
    {"token_endpoint_down": True},
    {"token_lifetime": 60},
    {"key_rotation": True},
]


def test_of_faults(control: Control) -> None:
    """Each effect, set and shown as it was given; taken away one by one and all."""
    world = made(control)
    for effect in EFFECTS:
        fault = control("POST", f"{world}/faults", {"effect": effect, "limit": {"count": 2, "seconds": 9.5}}, 201)
        assert control("GET", f"{world}/faults/{fault['id']}") == fault
    match = {"operation": "getStatus", "order_id": "ORD-1", "probability": 0.5, "seed": 4}
    control("POST", f"{world}/faults", {"effect": {"status": 500}, "match": match}, 201)
    assert len(control("GET", f"{world}/faults")["faults"]) == len(EFFECTS) + 1
    control("DELETE", f"{world}/faults/fault-1", status=204)
    control("DELETE", f"{world}/faults/fault-1", status=404)
    control("DELETE", f"{world}/faults", status=204)


def test_of_defects(control: Control) -> None:
    """Switched on and off while the world serves."""
    defects = f"{made(control, defects=['expired-token-accepted'])}/defects"
    on = control("POST", defects, {"name": "scope-ignored"}, 201)
    assert control("POST", defects, {"name": "scope-ignored"}, 201) == on
    assert [one["name"] for one in control("GET", defects)["defects"]] == ["expired-token-accepted", on["name"]]
    control("DELETE", f"{defects}/expired-token-accepted", status=204)
    control("DELETE", f"{defects}/expired-token-accepted", status=404)
    assert control("GET", defects)["defects"] == [on]
    control("POST", defects, {"name": "no-such"}, 400)
    control("DELETE", defects, status=204)
    assert control("GET", defects)["defects"] == []
