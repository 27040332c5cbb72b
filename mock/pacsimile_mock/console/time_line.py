"""The states of an order over time, as a drawing needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

WIDTH = 1000.0
"""The width of the drawing, in units of its own."""
MARGIN = 0.08
"""The part of the width that stays free after the last change, or after now."""


def time_line(plan: Sequence[Mapping[str, Any]], now: str) -> dict[str, Any]:
    """Return where the states of a plan begin and end, and where now is.

    Changes that are close together stay visible: each state has a part of the width at least.

    Args:
        plan: the states in order, each with `at` (RFC 3339), `status` and `progress`.
        now: the time by the world's clock.

    Returns:
        `states` with `x`, `width`, `status`, `progress`, `at` and `future`; `now` with its `x`; `width`.
    """
    changes = [datetime.fromisoformat(state["at"]) for state in plan]
    present = datetime.fromisoformat(now)
    moments = sorted({*changes, present})
    places = _places(moments)
    end = WIDTH
    states = []
    for number, (state, change) in enumerate(zip(plan, changes, strict=True)):
        until = places[changes[number + 1]] if number + 1 < len(changes) else end
        x = places[change]
        states.append({
            "x": round(x, 1), "width": round(max(until - x, 0.0), 1), "status": state["status"],
            "progress": state["progress"], "at": state["at"], "future": change > present,
        })  # fmt: skip
    return {"states": states, "now": round(places[present], 1), "width": WIDTH}


def _places(moments: Sequence[datetime]) -> dict[datetime, float]:
    """Return the place of each moment: half of the width by time, half in equal steps."""
    room = WIDTH * (1 - MARGIN)
    whole = (moments[-1] - moments[0]).total_seconds() or 1.0
    steps = max(len(moments) - 1, 1)
    return {
        moment: room * (0.5 * (moment - moments[0]).total_seconds() / whole + 0.5 * number / steps)
        for number, moment in enumerate(moments)
    }
