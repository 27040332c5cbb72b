"""Measurements as a text lists them: one a line, its name, the side, a number, a unit."""

import re
from collections.abc import Iterator

from pacsimile_contract.documents.statement import Measurement, amount

_SIDES = {"left": "L", "right": "R", "both": "B"}


def printed(pages: tuple[str, ...], name: str) -> Iterator[Measurement]:
    """Yield what lines say that consist of this name and value: `Nodule diameter, left: 8 mm`. Prose is not read."""
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
            if value is not None:
                yield Measurement(value, unit, name, _SIDES.get((side or "").lower()))
