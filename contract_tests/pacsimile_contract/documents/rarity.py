"""What is rare in a report, and which of many reports have the most of it: where another type may lose something."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from pacsimile_contract.documents.statement import Measurement, Person, ReportStatement

Key = TypeVar("Key")

_LONG_NAME, _LONG_TEXT, _LONG_SENTENCE = 20, 200, 120
"""Characters beyond which a column or a line might be too short."""
_SEPARATORS, _QUOTES = frozenset("|^~\\&"), frozenset("\"'<>,;")
_MANY = 4
"""More findings or measurements than a template might have room for."""


def rarities(statement: ReportStatement) -> frozenset[str]:
    """Return words for what a report has that a type may write wrongly, such as `name-outside-ascii`."""
    texts = (*(statement.findings or ()), statement.impression or "")
    person = _of_person(statement.patient) if statement.patient is not None else ()
    measured = chain.from_iterable(map(_of_measurement, statement.measurements))
    return frozenset(chain(person, _of_texts(texts), measured, _of_counts(statement)))


def _of_person(person: Person) -> Iterator[str]:
    for name in person.family_names:
        yield from (f"name-{word}" for word in _characters(name))
        if len(name) > _LONG_NAME:
            yield "long-name"
    year, _, day = (person.birth_date or "").partition("-")
    if year.isdecimal():
        yield "born-before-1930" if int(year) < 1930 else "born-after-1999" if int(year) > 1999 else "born-between"
    month, _, day = day.partition("-")
    if day == "01" or day >= "28":
        yield "born-at-the-end-of-a-month"
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
    if " " in text.strip():
        yield "spaces"


def _of_texts(texts: tuple[str, ...]) -> Iterator[str]:
    whole = " ".join(texts)
    yield from (f"text-{word}" for word in _characters(whole))
    if any(len(text) > _LONG_SENTENCE for text in texts[:-1]):
        yield "long-finding"
    if len(texts[-1]) > _LONG_TEXT:
        yield "long-impression"
    if "\n" in whole or "  " in whole:
        yield "line-breaks"


def _of_measurement(measurement: Measurement) -> Iterator[str]:
    value = measurement.value
    if value != value.to_integral_value():
        yield "fraction"
    if value >= 1000:
        yield "large-number"
    if value < 1:
        yield "small-number"
    yield f"unit-{measurement.unit}"
    if measurement.laterality is not None:
        yield f"measured-{measurement.laterality}"


def _of_counts(statement: ReportStatement) -> Iterator[str]:
    yield "many-findings" if len(statement.findings or ()) > _MANY else "few-findings"
    yield "no-measurements" if not statement.measurements else "measurements"
    if len(statement.measurements) > _MANY:
        yield "many-measurements"
    if statement.laterality is not None:
        yield f"side-{statement.laterality}"


def rarest(statements: Mapping[Key, ReportStatement], count: int) -> list[Key]:
    """Return the keys of the reports that together have most of what is rare, at most `count` of them.

    What few of the reports have weighs more. Of equals the first is taken.
    """
    of_each = {key: rarities(statement) for key, statement in statements.items()}
    having = {word: sum(word in words for words in of_each.values()) for word in chain.from_iterable(of_each.values())}
    chosen: list[Key] = []
    seen: frozenset[str] = frozenset()
    while len(chosen) < min(count, len(of_each)):
        left = [key for key in of_each if key not in chosen]
        best = max(left, key=lambda key: sum(1 / having[word] for word in of_each[key] - seen))
        chosen.append(best)
        seen |= of_each[best]
    return chosen


def of_each_sex(statements: Mapping[Key, ReportStatement], chosen: Collection[Key]) -> list[Key]:
    """Return the keys of reports of patients of each sex that no chosen report has, the first of each."""
    seen = {_sex(statements[key]) for key in chosen}
    first: dict[str | None, Key] = {}
    for key, statement in statements.items():
        first.setdefault(_sex(statement), key)
    return [key for sex, key in first.items() if sex is not None and sex not in seen]


def _sex(statement: ReportStatement) -> str | None:
    return statement.patient.sex if statement.patient is not None else None
