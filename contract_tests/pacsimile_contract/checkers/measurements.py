"""Measurements of a report: numbers with units, and the side of each, must be the same in each type."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pacsimile_contract.checkers.order_reports import Report, quoted
from pacsimile_contract.documents.statement import Measurement
from pacsimile_contract.documents.text_measurements import text_measurements
from pacsimile_contract.documents.units import scale_of
from pacsimile_contract.findings.part import Finding, fact

_TOLERANCE = Decimal("1e-9")
"""Relative tolerance: what is lost where a number is written in sixteen characters."""


def same_measurements(report: Report, reference: Report) -> Iterator[Finding]:
    """Compare: a type with measurements states those of the reference, and may state more.

    They are compared by name where it names them as the reference does, and else by value. A type that has no
    measurement in common with the reference is not compared.
    """
    wanted = list(reference.statement.measurements) if reference.statement else []
    stated = list(report.statement.measurements) if report.statement else []
    if not stated:
        yield from _printed_alike(report, reference, wanted)
        return
    named = all(any(_same_name(measurement, other) for other in stated) for measurement in wanted)
    if not any(
        _same_name(measurement, other) or _same_value(measurement, other) for measurement in wanted for other in stated
    ):
        return
    for number, measurement in enumerate(wanted, 1):
        left = [other for other in stated if not named or _same_name(measurement, other)]
        match = next((other for other in left if _agree(measurement, other)), None)
        if match is not None:
            stated.remove(match)
        yield _finding(report, reference, number, measurement, match, left)


def _printed_alike(report: Report, reference: Report, wanted: Sequence[Measurement]) -> Iterator[Finding]:
    """Compare: a measurement that a text lists by name on a line of its own is the same."""
    for number, measurement in enumerate(wanted, 1):
        lines = list(text_measurements(report.document.pages, measurement.name)) if measurement.name else []
        if lines:
            match = next((other for other in lines if _agree(measurement, other)), None)
            yield _finding(report, reference, number, measurement, match, lines)


def _finding(
    report: Report,
    reference: Report,
    number: int,
    wanted: Measurement,
    match: Measurement | None,
    candidates: Sequence[Measurement],
) -> Finding:
    expected = f"number {number} of the {reference.place('measurements')}: {quoted(_words(wanted), report, reference)}"
    if match is not None:
        return fact(True, expected, "the same")
    near = next((candidate for candidate in candidates if _same_name(wanted, candidate)), None)
    near = near or next((candidate for candidate in candidates if _same_value(wanted, candidate)), None)
    place = report.place("measurements")
    got = f"{quoted(_words(near), report, reference)}: {place}" if near is not None else f"none such: {place}"
    return fact(False, expected, got)


def _words(measurement: Measurement) -> str:
    side = {"L": ", left", "R": ", right", "B": ", both sides"}.get(measurement.laterality or "", "")
    name = f"{measurement.name}: " if measurement.name else ""
    return f"{name}{measurement.value} {measurement.unit or 'without a unit'}{side}"


def _same_name(measurement: Measurement, other: Measurement) -> bool:
    name, other_name = ("".join((item.name or "").split()).casefold() for item in (measurement, other))
    return bool(name) and name == other_name


def _same_value(measurement: Measurement, other: Measurement) -> bool:
    return close(measurement.value, other.value)


def close(number: Decimal, other_number: Decimal) -> bool:
    """Tell whether two numbers are equal, except for last digits that a type has no room for."""
    return abs(number - other_number) <= _TOLERANCE * max(abs(number), abs(other_number))


def _agree(measurement: Measurement, other: Measurement) -> bool:
    return _same_amount(measurement, other) and not sides_differ(measurement.laterality, other.laterality)


def _same_amount(measurement: Measurement, other: Measurement) -> bool:
    scale, other_scale = scale_of(measurement.unit), scale_of(other.unit)
    if scale is None or other_scale is None:  # an unknown spelling may mean the same
        return _same_value(measurement, other)
    return scale.dimension == other_scale.dimension and close(
        measurement.value * scale.factor, other.value * other_scale.factor
    )


def sides_differ(side: str | None, other_side: str | None) -> bool:
    """Tell whether two sides differ; None agrees with any."""
    return None not in (side, other_side) and side != other_side
