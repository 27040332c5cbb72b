"""Advice: what the clients of the world did wrong."""

from __future__ import annotations

from flask import Response

from pacsimile_mock.console.visit import Visit


def show(visit: Visit) -> Response:
    """Show each mistake with the calls that show it, why it matters, and what to do."""
    judged = visit.of_world("GET", "/journal/advice")
    return visit.page("advice", "advice", "Advice", judged=judged)
