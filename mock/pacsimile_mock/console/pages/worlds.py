"""The worlds of the mock: switch, make, start again, end."""

from __future__ import annotations

from typing import Any

from flask import Response

from pacsimile_mock.console.control_calls import Refused, in_path
from pacsimile_mock.console.visit import Visit, number, redirect
from pacsimile_mock.seed.build import PACES
from pacsimile_mock.worlds.worlds import DEFAULT


def start(visit: Visit) -> Response:
    """Go to what is looked at first: the journal of the default world."""
    return visit.go("journal")


def show(visit: Visit, message: str | None = None) -> Response:
    """Show all worlds, and a form for another."""
    rows = [visit.calls("GET", f"/worlds/{in_path(name)}") for name in visit.calls("GET", "/worlds")["worlds"]]
    scenarios = visit.calls("GET", "/scenarios")["scenarios"]
    return visit.page(
        "worlds",
        "worlds",
        "Worlds",
        status=200 if message is None else 400,
        message=message,
        rows=rows,
        scenarios=scenarios,
        paces=PACES,
        default=DEFAULT,
    )


def create(visit: Visit) -> Response:
    """Make a world, and go to it."""
    wanted: dict[str, Any] = visit.entered("scenario", "pace", "seed")
    if "seed" in wanted:
        wanted["seed"] = number(wanted["seed"])
    try:
        made = visit.calls("POST", "/worlds", wanted)
    except Refused as error:
        return show(visit, str(error))
    return redirect(f"/worlds/{in_path(made['world'])}/journal")


def reset(visit: Visit) -> Response:
    """Start the world's scenario again."""
    visit.of_world("POST", "/reset")
    return visit.go("orders")


def end(visit: Visit) -> Response:
    """End the world."""
    visit.of_world("DELETE")
    return redirect("/worlds")
