"""Proposes how the service writes instants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

from pacsimile_contract.learn.matching.kinds import SECONDS
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.service import Shape

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_DATES = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%a, %d %b %Y", "%d %b %Y")
_TIMES = ("%H:%M:%S", "%H%M%S", "%H:%M:%S.%f", "%H%M%S.%f", "%H:%M", "%H%M", "%I:%M:%S %p")
_BETWEEN = ("", "T", " ", ", ", "-")
_BEFORE_ZONE = ("", " ")


def propose_times(source: MatchedSource) -> None:
    """Propose how instants are written."""
    votes: dict[str, int] = {}
    unclear: list[str] = []
    for table, member, leaf in source.placed():
        if member.kind != "time":
            continue
        kind, certain = _kind(leaf.shape, leaf.name)
        if certain and kind:
            votes[kind] = votes.get(kind, 0) + 1
        elif kind:
            unclear.append(kind)
        else:
            source.proposal.notes.append(f"how {table}.{member.name} writes its time is not understood")
    for kind in unclear:
        if not votes:
            votes[kind] = votes.get(kind, 0)
    if not votes:
        if any(member.kind == "time" for _, member, _ in source.placed()):
            question = (
                "how are times written: seconds or milliseconds since 1970, or text, with which pattern and zone?"
            )
            source.proposal.ask(("times",), question)
        return
    best = max(votes, key=lambda kind: (votes[kind], kind))
    total = sum(votes.values())
    sure = votes[best] > 0 and votes[best] == total
    evidence = f"{votes[best]} of {total} times that are shown" if total else "numbers without an example"
    source.proposal.add(("times",), best, sure=sure, evidence=evidence)


def _kind(shape: Shape, name: str) -> tuple[str, bool]:
    """Return how the instants at a place are written, empty where that cannot be told, and whether it is certain."""
    values = [value for value in shape.values if value not in (None, "") and not isinstance(value, bool)]
    numbers = [value for value in values if isinstance(value, (int, float))]
    texts = [value for value in values if isinstance(value, str)]
    if numbers:
        return _epoch(numbers)
    if texts:
        return _pattern(texts)
    if shape.format == "date-time" and "string" in shape.kinds | {"string"} and not shape.kinds & {"integer", "number"}:
        return "rfc3339", True
    if shape.kinds & {"integer", "number"}:
        text = " ".join((name, *shape.texts)).lower()
        if "milli" in text or re.search(r"(?<![a-z])ms(?![a-z])|Ms$|_ms$", name + " " + text):
            return "epoch_ms", True
        return ("epoch_s", True) if "second" in text else ("epoch_s", False)
    return "", False


def _epoch(numbers: list[Any]) -> tuple[str, bool]:
    for kind, scale in (("epoch_s", 1), ("epoch_ms", 1000)):
        if all(SECONDS[0] <= number / scale < SECONDS[1] for number in numbers):
            return kind, True
    return "", False


def _pattern(texts: list[str]) -> tuple[str, bool]:
    if all(_RFC3339.fullmatch(text) for text in texts):
        return "rfc3339", True
    patterns = [
        pattern for pattern in _patterns().get(_mask(texts[0]), ()) if all(_parses(text, pattern) for text in texts)
    ]
    return (patterns[0], len(patterns) == 1) if patterns else ("", False)


_SAMPLE = datetime(2025, 11, 23, 21, 15, 32, 123456, timezone(timedelta(hours=1)))


def _mask(text: str) -> str:
    """Return the form of a time: digits as 9, letters as A, without its zone."""
    bare = re.sub(r"([Zz]|[+-]\d\d:?\d\d)$", "", text)
    return re.sub("[A-Za-z]+", "A", re.sub(r"\.9+", ".9", re.sub(r"\d", "9", bare)))


@cache
def _patterns() -> Mapping[str, tuple[str, ...]]:
    """Return the patterns that are known, by the form of what they write."""
    result: dict[str, tuple[str, ...]] = {}
    for date in _DATES:
        for between in _BETWEEN:
            for time in _TIMES:
                for zone in _BEFORE_ZONE:
                    pattern = f"{date}{between}{time}{zone}%z"
                    mask = _mask(_SAMPLE.strftime(pattern))
                    result[mask] = (*result.get(mask, ()), pattern)
    return result


def _parses(text: str, pattern: str) -> bool:
    """Whether a pattern reads a text, and writes it again as it was."""
    try:
        instant = datetime.strptime(text, pattern)  # noqa: DTZ007 (each pattern has %z)
    except ValueError:
        return False
    written = instant.strftime(pattern)
    return len(written) == len(text) or text.endswith(("Z", "z")) or "%f" in pattern or ":" in text[-3:]
