"""Whether two types of a report state the same measurements: numbers with their units, and the side of each."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pacsimile_contract.checkers.reading import Report, quoted
from pacsimile_contract.documents.statement import Measurement
from pacsimile_contract.documents.text_measurements import text_measurements
from pacsimile_contract.documents.units import scale_of
from pacsimile_contract.findings.part import Finding, fact

_TOLERANCE = Decimal("1e-9")
"""Relative: what is lost where a number is written in sixteen characters."""


def same_measurements(report: Report, reference: Report) -> Iterator[Finding]:
    """Compare: a type that states measurements states those of the reference; what it states beyond them is its own.

    Where it names them as the reference does they are compared by name, else by what they amount to. A type that has
    nothing in common with the reference does not state these measurements at all.
    """
    wanted = list(reference.statement.measurements) if reference.statement else []
    said = list(report.statement.measurements) if report.statement else []
    if not said:
        yield from _printed_alike(report, reference, wanted)
        return
    named = all(any(_same_name(one, other) for other in said) for one in wanted)
    if not any(_same_name(one, other) or _same_value(one, other) for one in wanted for other in said):
        return
    for number, one in enumerate(wanted, 1):
        left = [other for other in said if not named or _same_name(one, other)]
        found = next((other for other in left if _agree(one, other)), None)
        if found is not None:
            said.remove(found)
        yield _finding(report, reference, number, one, found, left)


def _printed_alike(report: Report, reference: Report, wanted: Sequence[Measurement]) -> Iterator[Finding]:
    """Compare: where a text lists a measurement by its name, in a line of its own, it is the same."""
    for number, one in enumerate(wanted, 1):
        lines = list(text_measurements(report.document.pages, one.name)) if one.name else []
        if lines:
            found = next((other for other in lines if _agree(one, other)), None)
            yield _finding(report, reference, number, one, found, lines)


def _finding(
    report: Report,
    reference: Report,
    number: int,
    wanted: Measurement,
    found: Measurement | None,
    candidates: Sequence[Measurement],
) -> Finding:
    expected = f"number {number} of the {reference.place('measurements')}: {quoted(_words(wanted), report, reference)}"
    if found is not None:
        return fact(True, expected, "the same")
    near = next((one for one in candidates if _same_name(wanted, one)), None)
    near = near or next((one for one in candidates if _same_value(wanted, one)), None)
    place = report.place("measurements")
    got = f"{quoted(_words(near), report, reference)}: {place}" if near is not None else f"none such: {place}"
    return fact(False, expected, got)


def _words(one: Measurement) -> str:
    side = {"L": ", left", "R": ", right", "B": ", both sides"}.get(one.laterality or "", "")
    return f"{one.name + ': ' if one.name else ''}{one.value} {one.unit or 'without a unit'}{side}"


def _same_name(one: Measurement, other: Measurement) -> bool:
    mine, theirs = ("".join((each.name or "").split()).casefold() for each in (one, other))
    return bool(mine) and mine == theirs


def _same_value(one: Measurement, other: Measurement) -> bool:
    return close(one.value, other.value)


def close(one: Decimal, other: Decimal) -> bool:
    """Tell whether two numbers are the same, but for the last digits that a type has no room for."""
    return abs(one - other) <= _TOLERANCE * max(abs(one), abs(other))


def _agree(one: Measurement, other: Measurement) -> bool:
    return _same_amount(one, other) and not sides_differ(one.laterality, other.laterality)


def _same_amount(one: Measurement, other: Measurement) -> bool:
    mine, theirs = scale_of(one.unit), scale_of(other.unit)
    if mine is None or theirs is None:  # a spelling that nobody here knows may mean the same
        return _same_value(one, other)
    return mine.dimension == theirs.dimension and close(one.value * mine.factor, other.value * theirs.factor)


def sides_differ(one: str | None, other: str | None) -> bool:
    """Tell whether two places name different sides; one that names none says nothing against the other."""
    return None not in (one, other) and one != other
