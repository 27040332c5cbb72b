"""Measurements in a text, one a line: a name, a side, a number, a unit."""

import re
from collections.abc import Iterator

from pacsimile_contract.documents.statement import Measurement, amount
from pacsimile_contract.documents.units import scale_of

_SIDES = {"left": "L", "right": "R", "both": "B"}
_NEXT_LINE = re.compile(r"\r?\n[ \t]*+(\S{1,20})[ \t]*$", re.MULTILINE)
"""A line that is one short word."""


def text_measurements(pages: tuple[str, ...], name: str) -> Iterator[Measurement]:
    """Yield the measurements in lines that hold this name and a value alone: `Nodule diameter, left: 8 mm`.

    In narrow lines the unit may be alone on the next one.
    """
    words = r"\s+".join(map(re.escape, name.split()))
    line = re.compile(
        rf"^[ \t]*+{words}(?:,?[ \t]*+\(?(left|right|both)(?:[ \t]+sides)?\)?)?[ \t]*+:?[ \t]*+"
        r"(-?[0-9]+(?:\.[0-9]+)?)(?:[ \t]+([^\s,;(][^,;(\n\r]{0,20}?))?[ \t]*$",
        re.IGNORECASE | re.MULTILINE,
    )
    for page in pages:
        for match in line.finditer(page):
            side, number, unit = match.groups()
            value = amount(number)
            below = _NEXT_LINE.match(page, match.end()) if unit is None else None
            if below is not None and scale_of(below[1]) is not None:
                unit = below[1]
            if value is not None:
                yield Measurement(value, unit, name, _SIDES.get((side or "").lower()))
