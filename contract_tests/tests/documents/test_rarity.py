"""What is rare in a report, and which reports are chosen for it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pacsimile_contract.documents.rarity import rarities, rarities_of_text, unseen
from pacsimile_contract.documents.statement import Measurement, Person, ReportStatement
from pacsimile_contract.instants import instant


def patient(family: str = "Meyer", born: str = "1961-04-15", sex: str = "F") -> ReportStatement:
    """Return a statement about a patient."""
    return ReportStatement(impression="Normal.", patient=Person(("1",), (family,), born, sex))


def test_names_and_birth_dates_are_told_apart() -> None:
    """Letters outside ASCII, signs of a format, and dates that a form of a date may lose."""
    for statement, words in (
        (patient("Müller"), {"name-outside-ascii"}),
        (patient("王"), {"name-outside-ascii", "name-beyond-latin"}),
        (patient("O'Neil"), {"name-apostrophe"}),
        (patient("A^B C"), {"name-separators", "name-spaces"}),
        (patient("x" * 30), {"long-name"}),
        (patient(born="1925-02-28"), {"born-before-1930", "born-at-the-end-of-a-month"}),
        (patient(born="2003-04-05"), {"born-before-now", "day-and-month-look-alike"}),
        (patient(born="1938-04-15"), {"born-before-1940"}),
        (patient(sex="O"), {"sex-O"}),
    ):
        assert words <= rarities(statement)
    assert not rarities(patient()) & {"name-outside-ascii", "name-separators", "day-and-month-look-alike", "long-name"}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2026-03-01T00:30:00+14:00", {"dated-far-east"}),
        ("2026-03-01T00:30:00-11:00", {"dated-far-west"}),
        ("2026-03-01T00:30:00+05:45", {"dated-east", "dated-between-hours"}),
        ("2026-03-01T00:30:00-03:30", {"dated-west", "dated-between-hours"}),
        ("2026-03-01T00:30:00-00:00", set()),
        ("2026-03-01T00:30:00Z", set()),
    ],
)
def test_the_offset_of_times_is_told_since_it_may_move_a_birth_date(written: str, words: set[str]) -> None:
    """RESULTS-10: a date is no instant; where it is taken for one, each side of Greenwich shows another date."""
    told = rarities(replace(patient(), completed_at=instant(written)))
    assert {word for word in told if word.startswith("dated-")} == words


def test_borders_of_the_calendar_are_told_apart() -> None:
    """RESULTS-10: the date beside these has another year, or does not exist in most years."""
    for born, word in (
        ("1960-02-29", "born-on-02-29"),
        ("1999-12-31", "born-on-12-31"),
        ("2000-01-01", "born-on-01-01"),
    ):
        assert word in rarities(patient(born=born))
    assert not any(word.startswith("born-on-") for word in rarities(patient(born="1960-02-28")))


def test_texts_and_measurements_are_told_apart() -> None:
    """Long ones, separators, fractions, sides and units."""
    lesion = Measurement(Decimal("0.25"), "mm", "Lesion", "L")
    long = ReportStatement(
        findings=("a" * 130, "b|c"), impression="d" * 201, laterality="L", measurements=(lesion,) * 5
    )
    assert rarities(long) >= {
        "long-finding", "long-impression", "text-separators", "fraction-of-more-digits", "small-number", "unit-mm",
        "measured-L", "many-measurements", "side-L",
    }  # fmt: skip
    assert "no-measurements" in rarities(patient())
    assert rarities(ReportStatement()) == {"few-findings", "no-measurements"}


def test_numbers_are_told_apart_by_how_they_are_written() -> None:
    """RESULTS-10: more than one decimal, a zero behind the point, a sign, none at all."""
    for value, word in (
        ("0.46", "fraction-of-more-digits"),
        ("4.6", "fraction"),
        ("4.0", "fraction-of-zeros"),
        ("-3", "negative-number"),
        ("0", "zero"),
        ("0.5", "small-number"),
        ("-1200", "large-number"),
    ):
        assert word in rarities(ReportStatement(measurements=(Measurement(Decimal(value), "mm"),)))


def test_a_report_is_fetched_in_the_types_in_which_it_shows_something_new() -> None:
    """RESULTS-10: what adds most comes first; what was seen in a type adds nothing there."""
    known = {"plain": patient(), "like it": patient(), "old": patient("Müller", "1925-02-01")}
    both = dict.fromkeys(known, ("fhir", "hl7v2"))
    fetched = {"plain": ("json", "fhir")}
    assert unseen(known, fetched, both, 9) == [("old", "hl7v2"), ("old", "fhir"), ("plain", "hl7v2")]
    assert unseen(known, fetched, both, 1) == [("old", "hl7v2")]
    assert unseen(known, {}, {"old": ("txt",), "plain": ("txt",)}, 9) == [("plain", "txt")]  # no patient is compared
    assert unseen({}, {}, {}, 3) == []


def test_a_number_in_members_comes_before_many_words_in_a_text() -> None:
    """A rounded number looks right in FHIR; what a DICOM file has in its PDF is compared as a text's."""
    measured = ReportStatement(measurements=(Measurement(Decimal("0.46"), "1"),))
    odd = tuple(Measurement(Decimal(value), value) for value in ("-1200", "0", "2.5", "3.0", "4"))
    known = {"number": measured, "odd": ReportStatement(measurements=odd)}
    offered = {"number": ("fhir",), "odd": ("pdf", "dicom_pdf", "txt")}
    assert unseen(known, {}, offered, 1) == [("number", "fhir")]


def test_an_impression_tells_of_a_report_that_was_not_fetched() -> None:
    """Letters, length, and a number with two decimals, by the words that the report itself would have."""
    assert rarities_of_text("Cardiomegaly (ratio 0.59).") >= {"fraction-of-more-digits", "text-spaces"}
    assert "fraction-of-more-digits" not in rarities_of_text("Nodule of 1.5 mm.")
    assert rarities_of_text("Größe" * 60) >= {"text-outside-ascii", "long-impression"}
