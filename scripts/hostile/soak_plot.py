"""Draw the figures of `soak.py` as a small SVG. Each figure has a panel, with seconds from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, PANEL, LEFT, RIGHT, TOP = 760, 110, 70, 20, 30
POINTS = 240
"""Maximum points of a curve. Of several values at one point, the highest is drawn."""


class Panel(NamedTuple):
    """One figure over time, and its limit, or None."""

    title: str
    values: Sequence[float]
    bound: float | None = None


def svg(panels: Sequence[Panel], caption: str) -> str:
    """Draw the panels, one below the other."""
    height = TOP + PANEL * len(panels)
    drawn = [_panel(panel, TOP + PANEL * number) for number, panel in enumerate(panels)]
    begin = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif">'
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join([begin, ground, _text(LEFT, 18, caption, 12), *drawn, "</svg>", ""])


def _panel(panel: Panel, top: int) -> str:
    most = max([*panel.values, panel.bound or 0, 1e-9]) * 1.1
    bottom, tall = top + PANEL - 25, PANEL - 45
    values = _thinned(panel.values)
    step = (WIDTH - LEFT - RIGHT) / max(len(values) - 1, 1)
    points = " ".join(f"{LEFT + n * step:.1f},{bottom - value / most * tall:.1f}" for n, value in enumerate(values))
    parts = [
        _line(bottom, "#999"),
        f'<polyline points="{points}" fill="none" stroke="#1f77b4" stroke-width="1.5"/>',
        _text(LEFT, top + 12, panel.title, 11),
        _text(4, bottom - tall + 4, f"{most / 1.1:.3g}", 10),
        _text(4, bottom + 4, "0", 10),
        _text(WIDTH - RIGHT - 40, bottom + 14, f"{len(panel.values)} s", 10),
    ]
    if panel.bound is not None:
        parts.append(_line(bottom - panel.bound / most * tall, "#d62728", "4 3"))
    return "\n".join(parts)


def _thinned(values: Sequence[float]) -> list[float]:
    size = max(1, -(-len(values) // POINTS))
    return [max(values[start : start + size]) for start in range(0, len(values), size)]


def _line(y: float, colour: str, dashes: str = "none") -> str:
    return (
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{colour}" '
        f'stroke-dasharray="{dashes}"/>'
    )


def _text(x: float, y: float, text: str, size: int) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="#333">{text}</text>'
