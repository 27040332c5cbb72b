"""Identity: reports of an order name the same patient, side and measurements in every type."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from unicodedata import normalize

from pacsimile_contract.checkers.common import quote_value
from pacsimile_contract.checkers.measurements import same_measurements, sides_differ
from pacsimile_contract.checkers.order_reports import (
    EVERY_VERSION,
    Report,
    answers_by_order,
    is_amended,
    is_another_version,
    quoted,
    read_all,
    reference_of,
    shows_no_members,
    versions_fetched,
)
from pacsimile_contract.checkers.results import TYPE_PARTS, UNSTRUCTURED, unseen
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.statement import Person
from pacsimile_contract.english import with_article
from pacsimile_contract.findings.part import Finding, Part, fact, not_applicable, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.type_parts import part_of
from pacsimile_spec.report_types import REPORT_TYPES

DICOM = "application/dicom"
_LONGEST_NAME = 60
"""Length in characters from which a name may be cut: a DICOM name has 64 in all."""


@checker("RESULTS-10", *TYPE_PARTS, "laterality", "measurements")
def names_the_patient(story: Story) -> Iterator[Part]:
    """Judge the patient, sides and measurements in the reports of an order (steps `asked/<order>/<type>`).

    No answer says who the order's patient is: it is the one whom most structured types name, json first.
    """
    seen: set[str] = set()
    structured = False
    for asked in answers_by_order(story).values():
        answers = {kind: answer for kind, answer in asked.items() if answer.succeeded}
        reports = {kind: report for kind, report in read_all(answers).items() if report is not None}
        seen |= set(answers)
        structured |= not reports or any(report.statement is not None for report in reports.values())
        yield from _named_alike(reports)
        yield from _measured_alike(
            {kind: report for kind, report in reports.items() if not is_another_version(answers, kind)}
        )
    if seen and not structured:
        wholes = ("measurements", "laterality")
        yield from (not_applicable(name, UNSTRUCTURED) for name in (*TYPE_PARTS, *wholes))
    yield from unseen(story, seen)


@whole_run
@checker("RESULTS-10", EVERY_VERSION)
def names_the_patient_in_every_version(story: Story) -> Iterator[Part]:
    """Judge each version of a report that a run fetched in several types, whatever it was fetched for.

    RESULTS-11 judges a type that is still the former version's.
    """
    for answers in versions_fetched(story):
        reports = {kind: report for kind, report in read_all(answers).items() if report is not None}
        amended = next((is_amended(report) for report in reports.values() if is_amended(report) is not None), None)
        same_version = {kind: report for kind, report in reports.items() if is_amended(report) in (None, amended)}
        for compared in (*_named_alike(reports), *_measured_alike(same_version)):
            yield replace(compared, name=EVERY_VERSION)
    if shows_no_members(story):
        yield not_applicable(EVERY_VERSION, UNSTRUCTURED)


def _named_alike(reports: Mapping[str, Report]) -> Iterator[Part]:
    named = _named_by_most(reports)
    for kind, report in reports.items() if named is not None else ():
        if named is not None:
            findings = list(_names(report, named))
            agree = all(finding.holds for finding in findings)  # if not, a reader needs both: either may be wrong
            yield part(part_of(kind), findings, on=report.asked if agree else (named.asked, report.asked))


def _person(report: Report) -> Person | None:
    person = report.statement.patient if report.statement else None
    return person if person is not None and person.is_named else None


def _named_by_most(reports: Mapping[str, Report]) -> Report | None:
    """Return the first report with the patient whom most reports name; None where none names a patient."""
    people = {report.kind: person for report in reports.values() if (person := _person(report)) is not None}
    votes = {kind: sum(_is_same(person, other) for other in people.values()) for kind, person in people.items()}
    first = max(votes, key=lambda kind: votes[kind], default=None)  # of equals the first: json before all
    return reports[first] if first is not None else None


def _is_same(person: Person, other: Person) -> bool:
    return (
        _identifiers_agree(person, other)
        and _families_agree(person, other)
        and _dates_agree(person.birth_date, other.birth_date)
        and _sexes_agree(person.sex, other.sex)
    )


def _names(report: Report, named: Report) -> Iterator[Finding]:
    """Compare: a report names that patient. A structured one has identifier, family name, birth date and sex.

    DICOM alone has no code for an unknown sex.
    """
    person, wanted = _person(report), _person(named)
    if wanted is None:
        return
    if report.statement is None:
        is_named = any(map(report.document.names, wanted.identifiers))
        expected = f"{named.place('identifier')} {_quoted(wanted.identifiers, report, named)} in {report.name}"
        yield fact(is_named or not wanted.identifiers, expected, "in it" if is_named else "not in it")
    elif person is not None:
        yield from _members(report, named, person, wanted)
        yield from _attached(report, named, wanted)


def _members(report: Report, named: Report, person: Person, wanted: Person) -> Iterator[Finding]:
    pairs = (
        ("identifier", person.identifiers, wanted.identifiers, _identifiers_agree(person, wanted)),
        ("family_name", person.family_names, wanted.family_names, _families_agree(person, wanted)),
        (
            "birth_date",
            _as_tuple(person.birth_date),
            _as_tuple(wanted.birth_date),
            _dates_agree(*_dates(person, wanted)),
        ),
        ("sex", _as_tuple(person.sex), _as_tuple(wanted.sex), _same_sex(report, named, person, wanted)),
    )
    for member, own, expected_texts, alike in pairs:
        is_present = bool(own) or (member == "sex" and wanted.sex == "U" and _is_dicom(report))
        yield fact(
            is_present,
            f"{with_article(member.replace('_', ' '))} in {report.place(member)}",
            "one" if is_present else "none",
        )
        if own and expected_texts and report is not named:
            expected = f"{_quoted(expected_texts, report, named)}, as {named.place(member)} has it"
            got = f"{_quoted(own, report, named)} as {report.place(member)}"
            yield fact(alike, expected, f"{got}: the two disagree, and either may be wrong")


def _as_tuple(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _dates(*people: Person) -> list[str | None]:
    return [person.birth_date for person in people]


def _quoted(texts: tuple[str, ...], *reports: Report) -> str:
    return quoted(" / ".join(texts) if texts else None, *reports)


def _attached(report: Report, named: Report, wanted: Person) -> Iterator[Finding]:
    """Compare: a PDF within a report contains the identifier too."""
    for data in report.statement.attachments if report.statement else ():
        document = read_report("pdf", data)
        if document is not None and wanted.identifiers:
            is_named = any(map(document.names, wanted.identifiers))
            place = f"the PDF in {report.place('attachment')}"
            expected = f"{named.place('identifier')} {_quoted(wanted.identifiers, report, named)} in {place}"
            yield fact(is_named, expected, "in it" if is_named else "not in it")


def _identifiers_agree(person: Person, other: Person) -> bool:
    return bool(set(person.identifiers) & set(other.identifiers))


def _families_agree(person: Person, other: Person) -> bool:
    return any(_same_name(name, other_name) for name in person.family_names for other_name in other.family_names)


def _same_name(name: str, other_name: str) -> bool:
    """Tell whether two names are the same, ignoring case; a cut one is compared as far as it goes."""
    shorter, longer = sorted(
        ("".join(normalize("NFKC", text).split()).casefold() for text in (name, other_name)), key=len
    )
    return shorter == longer or (len(shorter) >= _LONGEST_NAME and longer.startswith(shorter))


def _dates_agree(date: str | None, other_date: str | None) -> bool:
    """Tell whether two dates agree as far as both go: FHIR and HL7 may have a year alone."""
    shorter, longer = sorted((date or "", other_date or ""), key=len)
    return bool(shorter) and longer.startswith(shorter)


def _sexes_agree(sex: str | None, other_sex: str | None) -> bool:
    """Tell whether two sexes agree. DICOM writes nothing for an unknown sex, and O for all but F and M."""
    neither = {"O", "U"}
    return sex is not None and (sex == other_sex or {sex, other_sex} <= neither)


def _is_dicom(report: Report) -> bool:
    return REPORT_TYPES[report.kind].media_type == DICOM


def _same_sex(report: Report, named: Report, person: Person, wanted: Person) -> bool:
    """Tell whether two reports have the same sex: that of a DICOM one is read as far as DICOM can write it.

    DICOM has no U: O may stand for it. Where DICOM has nothing, the sex is unknown, and not another one.
    """
    is_dicom = [_is_dicom(each) for each in (report, named)]
    if all(is_dicom):
        return _sexes_agree(person.sex, wanted.sex)
    in_dicom, other = (person.sex, wanted.sex) if is_dicom[0] else (wanted.sex, person.sex)
    return person.sex == wanted.sex or (any(is_dicom) and (in_dicom, other) == ("O", "U"))


def _measured_alike(reports: Mapping[str, Report]) -> Iterator[Part]:
    """Judge measurements against the first type that states something, and sides against the first that names one."""
    reference = next((report for report in reports.values() if _measures(report)), None) or reference_of(reports)
    sided = next((report for report in reports.values() if _side(report) is not None), None)
    for report in reports.values():
        if reference is not None and report is not reference:
            yield part("measurements", same_measurements(report, reference), on=report.asked)
        if sided is not None and report is not sided and _side(report) is not None:
            side, wanted = _side(report), _side(sided)
            expected = f"{quote_value(wanted)}, as {sided.place('laterality')} has it"
            finding = fact(
                not sides_differ(side, wanted), expected, f"{quote_value(side)} as {report.place('laterality')}"
            )
            yield part("laterality", finding, on=report.asked)


def _measures(report: Report) -> bool:
    return report.statement is not None and bool(report.statement.measurements)


def _side(report: Report) -> str | None:
    return report.statement.laterality if report.statement else None
