"""What is rare in a report, and which reports are chosen for it."""

from decimal import Decimal

from pacsimile_contract.documents.rarity import of_each_sex, rarest, rarities
from pacsimile_contract.documents.statement import Measurement, Person, ReportStatement


def patient(family: str = "Meyer", born: str = "1961-04-15", sex: str = "F") -> ReportStatement:
    """Return a statement about a patient."""
    return ReportStatement(impression="Normal.", patient=Person(("1",), (family,), born, sex))


def test_names_and_birth_dates_are_told_apart() -> None:
    """Letters outside ASCII, signs of a format, and dates that a form of a date may lose."""
    for statement, words in (
        (patient("Müller"), {"name-outside-ascii"}),
        (patient("王"), {"name-outside-ascii", "name-beyond-latin"}),
        (patient("O'Neil"), {"name-quotation"}),
        (patient("A^B C"), {"name-separators", "name-spaces"}),
        (patient("x" * 30), {"long-name"}),
        (patient(born="1925-02-28"), {"born-before-1930", "born-at-the-end-of-a-month"}),
        (patient(born="2003-04-05"), {"born-after-1999", "day-and-month-look-alike"}),
        (patient(sex="O"), {"sex-O"}),
    ):
        assert words <= rarities(statement)
    assert not rarities(patient()) & {"name-outside-ascii", "name-separators", "day-and-month-look-alike", "long-name"}


def test_texts_and_measurements_are_told_apart() -> None:
    """Long ones, separators, fractions, sides and units."""
    lesion = Measurement(Decimal("0.25"), "mm", "Lesion", "L")
    long = ReportStatement(
        findings=("a" * 130, "b|c"), impression="d" * 201, laterality="L", measurements=(lesion,) * 5
    )
    assert rarities(long) >= {
        "long-finding", "long-impression", "text-separators", "fraction", "small-number", "unit-mm", "measured-L",
        "many-measurements", "side-L",
    }  # fmt: skip
    assert "no-measurements" in rarities(patient())
    assert rarities(ReportStatement()) == {"few-findings", "no-measurements"}


def test_the_reports_are_chosen_that_have_most_of_what_few_have() -> None:
    """Each adds something; where nothing is left to add the first is taken, and never more than there are."""
    known = {
        "plain": patient(),
        "like it": patient(),
        "old": patient("Müller", "1925-02-01"),
        "other": patient(sex="O"),
    }
    assert rarest(known, 2) == ["old", "other"]
    assert rarest(known, 3) == ["old", "other", "plain"]
    assert sorted(rarest(known, 9)) == sorted(known)
    assert rarest({}, 3) == []


def test_a_report_is_chosen_of_each_sex_that_none_has() -> None:
    """RESULTS-10: the first of each, in their order; who has no sex is left out."""
    known = {"f": patient(), "m": patient(sex="M"), "o": patient(sex="O"), "p": patient(sex="O")}
    assert of_each_sex({**known, "none": ReportStatement()}, ["m"]) == ["f", "o"]
    assert of_each_sex(known, list(known)) == []
