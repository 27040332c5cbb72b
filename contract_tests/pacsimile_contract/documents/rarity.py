"""What is rare in a report, and which of many reports show it in a type: where this one may lose something."""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeVar

from pacsimile_contract.documents.statement import Measurement, Person, ReportStatement

Key = TypeVar("Key")

_LONG_NAME, _LONG_TEXT, _LONG_SENTENCE = 20, 150, 120
"""Characters beyond which a column or a line might be too short."""
_SEPARATORS, _QUOTES = frozenset("|^~\\&"), frozenset('"<>,;')
_APOSTROPHES = frozenset("'\N{RIGHT SINGLE QUOTATION MARK}")
_BORN = (1930, 1940, 1970, 2000)
"""Years between which two digits, or the seconds since an epoch, are taken for another year."""
_TURNS = (("02", "29"), ("12", "31"), ("01", "01"))
"""Months and days beside which another date has another year, or does not exist."""
_MANY = 4
"""More findings or measurements than a template might have room for."""

_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})$")
_DECIMALS = re.compile(r"[0-9][.,][0-9]{2}")

_TEXTS, _DICOM_PDF = ("txt", "pdf"), "dicom_pdf"
"""Types in which only the patient's identifier is compared. `dicom_pdf` is a PDF with a DICOM header."""
_PERSON = ("name-", "long-name", "born-", "sex-", "day-and-month-", "dated-")
"""Prefixes of rarities of a patient, and of the UTC offset of the times, which may change a birth date."""
_IN_DICOM_HEADER = (*_PERSON, "side-")
"""Prefixes of rarities that the DICOM header shows too."""
_FAR = 600
"""Minutes from Greenwich from which a date is another one than in UTC at nearly every second hour."""
_LOOKS_RIGHT = (
    *_PERSON,
    "fraction",
    "large-number",
    "negative-number",
    "small-number",
    "zero",
    "side-",
    "measured-",
)
"""Prefixes of rarities that a type may change without looking wrong."""
_WEIGHT_OF_VISIBLE, _WEIGHT_OF_HIDDEN = 100, 300
"""What it is worth to see a rarity in a text: of one that looks wrong if it is changed, and of one that does not."""
_FACTOR_OF_MEMBERS = 4
"""By how much more it is worth to see a rarity in a type with members, all of which are compared."""


def rarities(statement: ReportStatement) -> frozenset[str]:
    """Return words for what a report has that a type may write wrongly, such as `name-outside-ascii`."""
    texts = (*(statement.findings or ()), statement.impression or "")
    person = _person_rarities(statement.patient) if statement.patient is not None else ()
    measured = chain.from_iterable(map(_measurement_rarities, statement.measurements))
    counted, timed = _count_rarities(statement), _time_rarities(statement)
    return frozenset(chain(person, _text_rarities(texts), measured, counted, timed))


def _time_rarities(statement: ReportStatement) -> Iterator[str]:
    """Yield where a report was completed: a date that is taken for an instant is another one east or west of there."""
    offset = _OFFSET.search(str(statement.completed_at))
    minutes = 0 if offset is None else int(f"{offset[1]}1") * (60 * int(offset[2]) + int(offset[3]))
    if minutes:
        side = "east" if minutes > 0 else "west"
        yield f"dated-far-{side}" if abs(minutes) >= _FAR else f"dated-{side}"
    if minutes % 60:
        yield "dated-between-hours"


def _person_rarities(person: Person) -> Iterator[str]:
    for name in person.family_names:
        yield from (f"name-{word}" for word in _characters(name))
        if len(name) > _LONG_NAME:
            yield "long-name"
    year, _, day = (person.birth_date or "").partition("-")
    if year.isdecimal():
        yield f"born-before-{next((border for border in _BORN if int(year) < border), 'now')}"
    month, _, day = day.partition("-")
    if day == "01" or day >= "28":
        yield "born-at-the-end-of-a-month"
    if (month, day) in _TURNS:
        yield f"born-on-{month}-{day}"
    if day and month != day and day <= "12":
        yield "day-and-month-look-alike"
    if person.sex is not None:
        yield f"sex-{person.sex}"


def _characters(text: str) -> Iterator[str]:
    if not text.isascii():
        yield "outside-ascii"
    if any(ord(character) > 0x24F for character in text):
        yield "beyond-latin"
    if _SEPARATORS & frozenset(text):
        yield "separators"
    if _QUOTES & frozenset(text):
        yield "quotation"
    if _APOSTROPHES & frozenset(text):
        yield "apostrophe"
    if "-" in text:
        yield "hyphen"
    if " " in text.strip():
        yield "spaces"


def _text_rarities(texts: tuple[str, ...]) -> Iterator[str]:
    whole = " ".join(texts)
    yield from (f"text-{word}" for word in _characters(whole))
    if any(len(text) > _LONG_SENTENCE for text in texts[:-1]):
        yield "long-finding"
    if len(texts[-1]) > _LONG_TEXT:
        yield "long-impression"
    if "\n" in whole or "  " in whole:
        yield "line-breaks"


def rarities_of_text(impression: str) -> frozenset[str]:
    """Return words for what a report has whose impression is this, as `rarities` has them."""
    decimals = ["fraction-of-more-digits"] if _DECIMALS.search(impression) else []
    return frozenset(chain(_text_rarities((impression,)), decimals))


def _measurement_rarities(measurement: Measurement) -> Iterator[str]:
    value = measurement.value
    if value != value.to_integral_value():
        yield "fraction" if value * 10 == (value * 10).to_integral_value() else "fraction-of-more-digits"
    elif "." in str(value):
        yield "fraction-of-zeros"
    if abs(value) >= 1000:
        yield "large-number"
    if value < 0:
        yield "negative-number"
    elif value < 1:
        yield "small-number" if value else "zero"
    yield f"unit-{measurement.unit}"
    if measurement.laterality is not None:
        yield f"measured-{measurement.laterality}"


def _count_rarities(statement: ReportStatement) -> Iterator[str]:
    yield "many-findings" if len(statement.findings or ()) > _MANY else "few-findings"
    yield "no-measurements" if not statement.measurements else "measurements"
    if len(statement.measurements) > _MANY:
        yield "many-measurements"
    if statement.laterality is not None:
        yield f"side-{statement.laterality}"


def unseen(
    statements: Mapping[Key, ReportStatement],
    fetched: Mapping[Key, Collection[str]],
    offered: Mapping[Key, Sequence[str]],
    most: int,
) -> list[tuple[Key, str]]:
    """Return which reports to fetch in which type, to see what is rare in each of them.

    Each adds as much as possible that was not seen in its type yet. Of equals the first is taken, and a type with
    members before a text.

    Args:
        statements: what the json of each report says.
        fetched: the types in which each was fetched already.
        offered: the types in which each can be fetched.
        most: how many are returned at most.
    """
    of_each = {key: rarities(statement) for key, statement in statements.items()}
    seen = {(word, kind) for key, kinds in fetched.items() for kind in kinds for word in of_each.get(key, ())}
    kinds = {key: sorted(offered.get(key, ()), key=_TEXTS.__contains__) for key in of_each}
    left = [(key, kind) for key in of_each for kind in kinds[key] if kind not in fetched.get(key, ())]
    chosen: list[tuple[Key, str]] = []
    while left and len(chosen) < most:
        key, kind = best = max(left, key=lambda each: _worth(of_each[each[0]], each[1], seen))
        adds = {(word, kind) for word in _new(of_each[key], kind, seen)}
        if not adds:
            break
        chosen.append(best)
        left.remove(best)
        seen |= adds
    return chosen


def _worth(words: Iterable[str], kind: str, seen: Container[tuple[str, str]]) -> int:
    return sum(_weight(word, kind) for word in _new(words, kind, seen))


def _new(words: Iterable[str], kind: str, seen: Container[tuple[str, str]]) -> list[str]:
    """Return what is rare in a report, can be compared in its type, and was not seen there."""
    compared = (word for word in words if kind not in _TEXTS or not word.startswith(_PERSON))
    return [word for word in compared if (word, kind) not in seen]


def _weight(word: str, kind: str) -> int:
    """Return how much it is worth to see this in a type: most, where a wrong value would look like a right one."""
    if word.startswith("dated-"):
        return 1  # many reports have it: it decides only where nothing else does
    read_as_text = kind in _TEXTS or (kind == _DICOM_PDF and not word.startswith(_IN_DICOM_HEADER))
    weight = _WEIGHT_OF_HIDDEN if word.startswith(_LOOKS_RIGHT) else _WEIGHT_OF_VISIBLE
    return weight if read_as_text else _FACTOR_OF_MEMBERS * weight
