"""The statement of a structured report: what its members say, and whom they name."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pacsimile_contract.instants import Instant

MOST_DIGITS, LARGEST_EXPONENT = 100, 400
"""Bounds of a number that measurements are calculated with."""


def amount(text: str) -> Decimal | None:
    """Read a decimal number exactly; None for anything else, for NaN and infinity, and beyond the bounds above."""
    try:
        number = Decimal(text) if len(text) <= MOST_DIGITS else None
    except InvalidOperation:
        return None
    calculable = number is not None and number.is_finite() and abs(number.adjusted()) <= LARGEST_EXPONENT
    return number if calculable else None


@dataclass(frozen=True, slots=True)
class Person:
    """The patient whom a report names. What is absent or cannot be read is empty or None.

    A type may have several identifiers and names of one person. `birth_date` is written `1961-04-09`, `1961-04` or
    `1961`; `sex` is F, M, O (other) or U (unknown).
    """

    identifiers: tuple[str, ...] = ()
    family_names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether the report says anything of a patient."""
        return self != Person()


@dataclass(frozen=True, slots=True)
class Measurement:
    """A number with its unit as the document spells it; `laterality` is L, R, B (both), or None where not said."""

    value: Decimal
    unit: str | None = None
    name: str | None = None
    laterality: str | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another place of the document that repeats a member of its statement, and must agree with it."""

    member: str
    place: str
    value: str


@dataclass(frozen=True, slots=True)
class ReportStatement:
    """What the members of a structured report say; None for what is absent or cannot be read."""

    order_id: str | None = None
    accession_number: str | None = None
    study_uid: str | None = None
    further_study_uids: tuple[str, ...] = ()
    """Further studies, of a type that allows several."""
    report_id: str | None = None
    report_status: str | None = None
    """As the type writes it: `amended`, or `C` of HL7's table 0123."""
    supersedes: str | None = None
    findings: tuple[str, ...] | None = None
    impression: str | None = None
    received_at: Instant | None = None
    completed_at: Instant | None = None
    patient: Person | None = None
    laterality: str | None = None
    """The side of the procedure: L, R, B."""
    measurements: tuple[Measurement, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    attachments: tuple[bytes, ...] = ()
    """PDF documents that lie in it."""
