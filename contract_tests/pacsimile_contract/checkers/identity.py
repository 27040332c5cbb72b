"""Whom reports name: the same patient in every type, and the same side and measurements."""

from collections.abc import Iterator, Mapping
from unicodedata import normalize

from pacsimile_contract.checkers.common import shown
from pacsimile_contract.checkers.quantities import same_measurements, sides_differ
from pacsimile_contract.checkers.reading import Report, fetched, is_another_version, quoted, read_all, reference_of
from pacsimile_contract.checkers.results import PARTS, UNSTRUCTURED, unseen
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.statement import Person
from pacsimile_contract.english import with_article
from pacsimile_contract.findings.part import Finding, Part, fact, not_applicable, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.type_parts import part_of

_LONGEST_NAME = 60
"""Characters from which on a name may have been cut: a DICOM name has 64 in all."""


@checker("RESULTS-10", *PARTS, "laterality", "measurements")
def names_the_patient(story: Story) -> Iterator[Part]:
    """Judge whom the reports of an order name (steps `asked/<order>/<type>`), and what they measure on which side.

    Which patient is the order's own no answer says: it is the one that most structured types name, json before all.
    """
    seen: set[str] = set()
    structured = False
    for asked in fetched(story).values():
        answers = {kind: one for kind, one in asked.items() if one.succeeded}
        reports = {kind: one for kind, one in read_all(answers).items() if one is not None}
        seen |= set(answers)
        structured |= not reports or any(one.statement is not None for one in reports.values())
        named = _named_by_most(reports)
        for kind, report in reports.items() if named is not None else ():
            if named is not None:
                yield part(part_of(kind), _names(report, named), on=answers[kind])
        yield from _measured_alike({k: one for k, one in reports.items() if not is_another_version(answers, k)})
    if seen and not structured:
        wholes = ("measurements", "laterality")
        yield from (not_applicable(name, UNSTRUCTURED) for name in (*PARTS, *wholes))
    yield from unseen(story, seen)


def _person(report: Report) -> Person | None:
    person = report.statement.patient if report.statement else None
    return person if person is not None and person.is_named else None


def _named_by_most(reports: Mapping[str, Report]) -> Report | None:
    """Return the first of the reports that name the patient whom most of them name; None where none names any."""
    people = {one.kind: person for one in reports.values() if (person := _person(one)) is not None}
    votes = {kind: sum(_is_same(one, other) for other in people.values()) for kind, one in people.items()}
    first = max(votes, key=lambda kind: votes[kind], default=None)  # of equals the first: json before all
    return reports[first] if first is not None else None


def _is_same(one: Person, other: Person) -> bool:
    return (
        _identifiers_agree(one, other)
        and _families_agree(one, other)
        and _dates_agree(one.birth_date, other.birth_date)
        and _sexes_agree(one.sex, other.sex)
    )


def _names(report: Report, named: Report) -> Iterator[Finding]:
    """Compare: a report names that patient; one that is no text has identifier, family name, birth date and sex."""
    person, wanted = _person(report), _person(named)
    if wanted is None:
        return
    if report.statement is None:
        found = any(map(report.document.names, wanted.identifiers))
        expected = f"{named.place('identifier')} {_quoted(wanted.identifiers, report, named)} in {report.name}"
        yield fact(found or not wanted.identifiers, expected, "in it" if found else "not in it")
    elif person is not None:
        yield from _members(report, named, person, wanted)
        yield from _attached(report, named, wanted)


def _members(report: Report, named: Report, person: Person, wanted: Person) -> Iterator[Finding]:
    pairs = (
        ("identifier", person.identifiers, wanted.identifiers, _identifiers_agree(person, wanted)),
        ("family_name", person.family_names, wanted.family_names, _families_agree(person, wanted)),
        ("birth_date", _one(person.birth_date), _one(wanted.birth_date), _dates_agree(*_dates(person, wanted))),
        ("sex", _one(person.sex), _one(wanted.sex), _sexes_agree(person.sex, wanted.sex)),
    )
    for member, mine, theirs, alike in pairs:
        there = bool(mine) or (member == "sex" and wanted.sex == "U")
        yield fact(
            there, f"{with_article(member.replace('_', ' '))} in {report.place(member)}", "one" if there else "none"
        )
        if mine and theirs and report is not named:
            expected = f"{_quoted(theirs, report, named)}, as {named.place(member)} has it"
            yield fact(alike, expected, f"{_quoted(mine, report, named)} as {report.place(member)}")


def _one(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _dates(*people: Person) -> list[str | None]:
    return [one.birth_date for one in people]


def _quoted(texts: tuple[str, ...], *reports: Report) -> str:
    return quoted(" / ".join(texts) if texts else None, *reports)


def _attached(report: Report, named: Report, wanted: Person) -> Iterator[Finding]:
    """Compare: a PDF that lies in a report contains the identifier too."""
    for data in report.statement.attachments if report.statement else ():
        document = read_report("pdf", data)
        if document is not None and wanted.identifiers:
            found = any(map(document.names, wanted.identifiers))
            place = f"the PDF in {report.place('attachment')}"
            expected = f"{named.place('identifier')} {_quoted(wanted.identifiers, report, named)} in {place}"
            yield fact(found, expected, "in it" if found else "not in it")


def _identifiers_agree(one: Person, other: Person) -> bool:
    return bool(set(one.identifiers) & set(other.identifiers))


def _families_agree(one: Person, other: Person) -> bool:
    return any(_same_name(mine, theirs) for mine in one.family_names for theirs in other.family_names)


def _same_name(one: str, other: str) -> bool:
    """Whether two names are the same: written in capitals or not, and where one is cut, as far as it goes."""
    mine, theirs = sorted(("".join(normalize("NFKC", name).split()).casefold() for name in (one, other)), key=len)
    return mine == theirs or (len(mine) >= _LONGEST_NAME and theirs.startswith(mine))


def _dates_agree(one: str | None, other: str | None) -> bool:
    """Whether two dates are the same, as far as both go: FHIR and HL7 may have a year alone."""
    shorter, longer = sorted((one or "", other or ""), key=len)
    return bool(shorter) and longer.startswith(shorter)


def _sexes_agree(one: str | None, other: str | None) -> bool:
    """Whether two sexes are the same: DICOM writes none where it is unknown, and O for all that is neither F nor M."""
    neither = {"O", "U"}
    return one is not None and (one == other or {one, other} <= neither)


def _measured_alike(reports: Mapping[str, Report]) -> Iterator[Part]:
    """Judge what is measured, beside the first type that states something; sides, beside the first that names one."""
    reference = reference_of(reports)
    sided = next((one for one in reports.values() if _side(one) is not None), None)
    for report in reports.values():
        if reference is not None and report is not reference:
            yield part("measurements", same_measurements(report, reference), on=report.asked)
        if sided is not None and report is not sided and _side(report) is not None:
            mine, wanted = _side(report), _side(sided)
            expected = f"{shown(wanted)}, as {sided.place('laterality')} has it"
            found = fact(not sides_differ(mine, wanted), expected, f"{shown(mine)} as {report.place('laterality')}")
            yield part("laterality", found, on=report.asked)


def _side(report: Report) -> str | None:
    return report.statement.laterality if report.statement else None
