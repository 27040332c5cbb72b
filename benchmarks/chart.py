"""Draws medians as bars, in SVG that reads well on light and on dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 720
LABEL, VALUE = 170, 70
ROW, GAP, HEAD = 22, 6, 34
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f } .head { font-weight: 600 } .value { text-anchor: start }
.bar { fill: #8c959f } .ours { fill: #1f6feb }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .bar { fill: #6e7681 } .ours { fill: #58a6ff } }
"""


@dataclass(frozen=True)
class Panel:
    """One measurement: its title, and the value of each server."""

    title: str
    values: Mapping[str, float]


def svg(panels: Sequence[Panel]) -> str:
    """Return an SVG document with these measurements, one below the other; the first server of each is ours."""
    rows: list[str] = []
    top = 0
    for panel in panels:
        rows.append(f'<text class="head" x="0" y="{top + 18}">{escape(panel.title)}</text>')
        top += HEAD
        longest = max(panel.values.values()) or 1
        for number, (name, value) in enumerate(panel.values.items()):
            width = max(1.0, (WIDTH - LABEL - VALUE) * value / longest)
            kind = "bar ours" if number == 0 else "bar"
            rows += [
                f'<text x="0" y="{top + 15}">{escape(name)}</text>',
                f'<rect class="{kind}" x="{LABEL}" y="{top}" width="{width:.1f}" height="{ROW - 2}" rx="2"/>',
                f'<text class="value" x="{LABEL + width + 6:.1f}" y="{top + 15}">{figure(value)}</text>',
            ]
            top += ROW
        top += GAP * 2
    words = "; ".join(
        f"{panel.title}: " + ", ".join(f"{n} {figure(v)}" for n, v in panel.values.items()) for panel in panels
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" role="img">'
        f"<title>{escape(words)}</title><style>{STYLE}</style>{chr(10).join(rows)}</svg>\n"
    )


def figure(value: float) -> str:
    """Write a value with three digits that count, thousands apart."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
