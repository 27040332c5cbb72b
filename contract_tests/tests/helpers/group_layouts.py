"""Lawful ways to set the report of a study group as running text, for property tests."""

import random
import textwrap
from collections.abc import Callable, Mapping, Sequence

Entries = Sequence[tuple[str, str]]
"""(order's id, status as it is said); an empty status says nothing."""


def rows(entries: Entries) -> str:
    """One line an order: `A-1 FAILED`."""
    return "\n".join(f"Order {order}  CT chest  {status}" for order, status in entries)


def rows_word_first(entries: Entries) -> str:
    """One line an order, the word before the id."""
    return "\n".join(f"{status or 'Done'}: order {order}, CT chest" for order, status in entries)


def labels(entries: Entries) -> str:
    """A block an order, a line a label: the id's above the status's."""
    return "\n\n".join(f"Order: {order}\nStudy: 1.2.3\nStatus: {status or 'see below'}" for order, status in entries)


def labels_word_first(entries: Entries) -> str:
    """The status's line above the id's."""
    return "\n\n".join(f"Status: {status or 'see below'}\nStudy: 1.2.3\nOrder: {order}" for order, status in entries)


def prose(entries: Entries) -> str:
    """Sentences in one paragraph, broken where the page's width has it."""
    said = [
        f"Order {order}, a CT of the chest that was asked for on 2 March, ended as {status or 'is told below'}."
        for order, status in entries
    ]
    return textwrap.fill(" ".join(said), 37, break_on_hyphens=True)


def prose_word_first(entries: Entries) -> str:
    """Sentences that begin with the word."""
    said = [
        f"{status or 'Told below'} is what became of the CT of the chest, order {order}." for order, status in entries
    ]
    return textwrap.fill(" ".join(said), 41, break_on_hyphens=True)


def below_headings(entries: Entries) -> str:
    """The ids of each status below it, which stands once."""
    by_status: dict[str, list[str]] = {}
    for order, status in entries:
        by_status.setdefault(status or "Others", []).append(order)
    return "\n".join("\n".join([status, *orders]) for status, orders in sorted(by_status.items()))


LAYOUTS: Mapping[str, Callable[[Entries], str]] = {
    one.__name__: one
    for one in (rows, rows_word_first, labels, labels_word_first, prose, prose_word_first, below_headings)
}


def around(text: str, entries: Entries, draw: random.Random) -> str:
    """Add what may stand before a group's entries: a title, and an index of the ids."""
    index = f"Orders: {', '.join(order for order, _ in entries)}\n" if draw.random() < 0.3 else ""
    return f"SYNTHETIC\nStudy group g\n{index}\n{text}\nEnd of the report\n"


def in_pages(text: str, draw: random.Random) -> list[str]:
    """Break a text into pages at some line, with a foot and a head between."""
    lines = text.split("\n")
    at = draw.randrange(1, len(lines))
    return ["\n".join([*lines[:at], "Page 1 of 2"]), "\n".join(["SYNTHETIC", "Study group g", *lines[at:]])]
