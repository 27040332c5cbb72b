"""What reports say: that it is the order's own, and the same in each type."""

from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.checkers.reading import (
    Report,
    fetched,
    is_another_version,
    quoted,
    read_all,
    reference_of,
)
from pacsimile_contract.checkers.results import PARTS, UNSTRUCTURED, unseen
from pacsimile_contract.documents import place_of, read_report
from pacsimile_contract.documents.model import Document, without_white_space
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_contract.findings.part import Finding, Part, fact, not_applicable, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.type_parts import part_of


@checker("RESULTS-7", *PARTS)
def states_the_same(story: Story) -> Iterator[Part]:
    """Judge what the reports of an order say (steps `asked/<order>/<type>`): its own, and the same in each type.

    Bytes of another type are RESULTS-1's to judge.
    """
    seen, compared = set(), False
    for order, asked in fetched(story).items():
        answers = {kind: one for kind, one in asked.items() if one.succeeded}
        reports = read_all(answers)
        reference = reference_of(reports)
        seen |= set(answers)
        compared |= reference is not None or any(one is None or one.statement for one in reports.values())
        for kind, report in reports.items():
            if is_another_version(answers, kind) and not story.given(order).get("owned"):
                yield not_exercised(part_of(kind), "the report was amended meanwhile: X-Report-Id differs")
            elif report is None:
                found = fact(False, "a document that can be read", "none: see RESULTS-8")
                yield part(part_of(kind), found, on=answers[kind])
            elif reference is None and report.statement is None:
                yield not_applicable(part_of(kind), UNSTRUCTURED)
            else:
                own = _belongs(report, reference, story.given(order))
                yield part(part_of(kind), own, _states(report, reference), on=answers[kind])
    if seen and not compared and story.stopped is None and story.given("level")["value"] == "smoke":
        yield from (not_applicable(name, UNSTRUCTURED) for name in PARTS)
    yield from unseen(story, seen)


def _belongs(report: Report, reference: Report | None, order: Mapping[str, Any]) -> Iterator[Finding]:
    """Compare: `order_id` or accession number, and `study_uid`, are the order's."""
    known = reference.statement if reference is not None else None
    if report.statement is not None:
        yield _is_the_orders(report, report.statement, known, order)
        yield _is_of_the_study(report, report.statement, order)
    elif known is not None:
        either = [one for one in (known.order_id, known.accession_number) if one]
        if either:
            found = any(map(report.document.names, either))
            yield fact(found, f"{' or '.join(either)} in {report.name}", "in it" if found else "not in it")
        if known.study_uid:
            found = report.document.names(known.study_uid)
            yield fact(found, f"the study UID {known.study_uid} in {report.name}", "in it" if found else "not in it")


def _is_the_orders(
    report: Report, said: ReportStatement, known: ReportStatement | None, order: Mapping[str, Any]
) -> Finding:
    """Compare: a json report's order_id is the order's; other types may have a placer's number and the accession."""
    accession = known.accession_number if known else None
    places = f"order_id {order['order_id']} or the accession number"
    if said.order_id is None and said.accession_number is None:
        named = any(report.document.names(one) for one in (order["order_id"], accession) if one)
        return fact(named, f"{places} in {report.name}", "in it" if named else "not in it")
    by_order = said.order_id == order["order_id"]
    by_accession = said.accession_number is not None and accession in (None, said.accession_number)
    holds = by_order or (by_accession and (said.order_id is None or report.kind != "json"))
    order_id = f"{quoted(said.order_id, report)} as {place_of(report.kind, 'order_id')}"
    return fact(
        holds, places, f"{order_id}, {quoted(said.accession_number, report)} as {report.place('accession_number')}"
    )


def _is_of_the_study(report: Report, said: ReportStatement, order: Mapping[str, Any]) -> Finding:
    wanted = order["study_uid"]
    if said.study_uid is None and report.kind != "json":
        named = report.document.names(wanted)
        return fact(named, f"study_uid {wanted} in {report.name}", "in it" if named else "not in it")
    holds = wanted in (said.study_uid, *said.further_study_uids)
    return fact(holds, f"study_uid {wanted}", f"{quoted(said.study_uid, report)} as {report.place('study_uid')}")


def _states(report: Report, reference: Report | None) -> Iterator[Finding]:
    if report.kind == "json" and report.statement is not None:
        yield from _states_something(report.statement)
    if reference is None:
        return
    if report is not reference:
        yield from agrees(report, reference)
    yield from _repeats_agree(report)
    yield from _attachments_agree(report, reference)


def _states_something(said: ReportStatement) -> Iterator[Finding]:
    yield fact(said.findings is not None, "findings", "none that can be read")
    yield fact(said.impression is not None, "an impression", "none that can be read")
    yield fact(bool(said.findings or said.impression), "something that it states", "nothing")


def agrees(report: Report, reference: Report) -> Iterator[Finding]:
    """Compare: a report states the findings and the impression of another type's, in members of its own or its text."""
    said, wanted = report.statement, reference.statement
    if wanted is None:
        return
    if not any(page.strip() for page in report.document.pages) and said is None:
        yield fact(False, "the findings and the impression", f"no text that can be taken out of {report.name}")
        return
    if said is not None and said.findings is not None:
        yield _same_findings(report, reference, said.findings, wanted.findings or ())
    else:
        yield _has_findings(report.document, report.name, reference, wanted.findings or ())
    if said is not None and said.impression is not None:
        yield _same_impression(report, reference, said.impression, wanted.impression or "")
    else:
        yield _has_impression(report.document, report.name, reference, wanted.impression or "")


def _same_findings(report: Report, reference: Report, said: tuple[str, ...], wanted: tuple[str, ...]) -> Finding:
    """Compare: the same sentences in the same order, however they are parted."""
    mine, theirs = list(map(without_white_space, said)), list(map(without_white_space, wanted))
    expected = f"the findings as {reference.place('findings')} states them"
    if "".join(mine) == "".join(theirs):
        return fact(True, expected, "the same")
    missing = [number for number, one in enumerate(theirs, 1) if one not in mine]
    added = [number for number, one in enumerate(mine, 1) if one not in theirs]
    if not missing and not added:
        return fact(False, expected, f"them in another order in {report.place('findings')}")
    if missing:
        expected += f", number {missing[0]} {quoted(wanted[missing[0] - 1], report, reference)}"
    other = f"; its number {added[0]} says {quoted(said[added[0] - 1], report, reference)}" if added else ""
    without = f" without number {', '.join(map(str, missing))}" if missing else " with more"
    return fact(False, expected, f"{report.place('findings')}{without}{other}")


def _has_findings(document: Document, name: str, reference: Report, wanted: tuple[str, ...]) -> Finding:
    missing = [number for number, one in enumerate(wanted, 1) if not document.states(one)]
    expected = f"all {len(wanted)} findings of {reference.place('findings')}"
    if not missing:
        return fact(True, expected, "all")
    first = quoted(wanted[missing[0] - 1], reference)
    return fact(False, f"{expected}, number {missing[0]} {first}", f"{name} without number {_listed(missing)}")


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _same_impression(report: Report, reference: Report, said: str, wanted: str) -> Finding:
    expected = f"the impression as {reference.place('impression')} states it: {quoted(wanted, report, reference)}"
    alike = without_white_space(said) == without_white_space(wanted)
    got = "the same" if alike else f"{report.place('impression')} says {quoted(said, report, reference)}"
    return fact(alike, expected, got)


def _has_impression(document: Document, name: str, reference: Report, wanted: str) -> Finding:
    expected = f"the impression as {reference.place('impression')} states it: {quoted(wanted, reference)}"
    stated = document.states(wanted)
    return fact(stated, expected, f"in {name}" if stated else f"not in {name}")


def _repeats_agree(report: Report) -> Iterator[Finding]:
    """Compare: what a document states in two places is the same in both."""
    said = report.statement
    for one in said.repeats if said is not None else ():
        own = getattr(said, one.member)
        alike = without_white_space(one.value) == without_white_space(own or "")
        expected = f"the {one.member} of {report.place(one.member)} again: {quoted(own, report)}"
        yield fact(alike, expected, "the same" if alike else f"{one.place} says {quoted(one.value, report)}")


def _attachments_agree(report: Report, reference: Report) -> Iterator[Finding]:
    """Compare: a PDF that lies in a report states what the report does."""
    said, wanted = report.statement, reference.statement
    for data in said.attachments if said is not None and wanted is not None else ():
        document, name = read_report("pdf", data), f"the PDF in {report.place('attachment')}"
        if document is None or wanted is None:
            yield fact(False, f"{name} can be read", "it cannot")
        else:
            yield _has_findings(document, name, reference, wanted.findings or ())
            yield _has_impression(document, name, reference, wanted.impression or "")
