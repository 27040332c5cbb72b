"""Contents of reports: they belong to the order, and each type states the same."""

from collections.abc import Iterator, Mapping
from typing import Any

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
from pacsimile_contract.documents import place_of, read_report
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.model import Document, without_white_space
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_contract.findings.part import Finding, Part, fact, not_applicable, not_exercised, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.type_parts import part_of


@checker("RESULTS-7", *TYPE_PARTS)
def states_the_same(story: Story) -> Iterator[Part]:
    """Judge what the reports of an order state (steps `asked/<order>/<type>`): its own data, the same in each type.

    RESULTS-1 judges bytes of another type.
    """
    seen, compared = set(), False
    for order, asked in answers_by_order(story).items():
        answers = {kind: answer for kind, answer in asked.items() if answer.succeeded}
        reports = read_all(answers)
        reference = reference_of(reports)
        seen |= set(answers)
        compared |= reference is not None or any(report is None or report.statement for report in reports.values())
        for kind, report in reports.items():
            if is_another_version(answers, kind) and not story.given(order).get("owned"):
                yield not_exercised(part_of(kind), "the report was amended meanwhile: X-Report-Id differs")
            elif report is None:
                finding = fact(False, "a document that can be read", "none: see RESULTS-8")
                yield part(part_of(kind), finding, on=answers[kind])
            elif reference is None and report.statement is None:
                yield not_applicable(part_of(kind), UNSTRUCTURED)
            else:
                own = _belongs(report, reference, story.given(order))
                yield part(part_of(kind), own, _states(report, reference), on=answers[kind])
    if seen and not compared and story.stopped is None and story.given("level")["value"] == "smoke":
        yield from (not_applicable(name, UNSTRUCTURED) for name in TYPE_PARTS)
    yield from unseen(story, seen)


@whole_run
@checker("RESULTS-7", EVERY_VERSION)
def states_the_same_in_every_version(story: Story) -> Iterator[Part]:
    """Judge each version of a report that a run fetched in several types, whatever it was fetched for.

    RESULTS-11 judges a type that is still the former version's.
    """
    for answers in versions_fetched(story):
        reports = {kind: report for kind, report in read_all(answers).items() if report is not None}
        reference = reference_of(reports)
        known = reference.statement if reference is not None else None
        if reference is None or known is None:
            continue
        order = report_headers(reference.asked).order_id or known.order_id
        own = {"order_id": order, "study_uid": known.study_uid} if order and known.study_uid else None
        for report in reports.values():
            if report is not reference and is_amended(report) in (None, is_amended(reference)):
                belongs = _belongs(report, reference, own) if own is not None else ()
                findings = (belongs, _states(report, reference))
                yield part(EVERY_VERSION, *findings, on=(reference.asked, report.asked))
    if shows_no_members(story):
        yield not_applicable(EVERY_VERSION, UNSTRUCTURED)


def _belongs(report: Report, reference: Report | None, order: Mapping[str, Any]) -> Iterator[Finding]:
    """Compare: `order_id` or accession number, and `study_uid`, are the order's."""
    known = reference.statement if reference is not None else None
    if report.statement is not None:
        yield _is_the_orders(report, report.statement, known, order)
        yield _is_of_the_study(report, report.statement, order)
    elif known is not None:
        either = [reference_id for reference_id in (known.order_id, known.accession_number) if reference_id]
        if either:
            is_named = any(map(report.document.names, either))
            yield fact(is_named, f"{' or '.join(either)} in {report.name}", "in it" if is_named else "not in it")
        if known.study_uid:
            is_named = report.document.names(known.study_uid)
            yield fact(
                is_named, f"the study UID {known.study_uid} in {report.name}", "in it" if is_named else "not in it"
            )


def _is_the_orders(
    report: Report, statement: ReportStatement, known: ReportStatement | None, order: Mapping[str, Any]
) -> Finding:
    """Compare: a json report has the order's order_id. Other types may have a placer's number, and the accession."""
    accession = known.accession_number if known else None
    places = f"order_id {order['order_id']} or the accession number"
    if statement.order_id is None and statement.accession_number is None:
        named = any(report.document.names(identifier) for identifier in (order["order_id"], accession) if identifier)
        return fact(named, f"{places} in {report.name}", "in it" if named else "not in it")
    by_order = statement.order_id == order["order_id"]
    by_accession = statement.accession_number is not None and accession in (None, statement.accession_number)
    holds = by_order or (by_accession and (statement.order_id is None or report.kind != "json"))
    order_id = f"{quoted(statement.order_id, report)} as {place_of(report.kind, 'order_id')}"
    return fact(
        holds, places, f"{order_id}, {quoted(statement.accession_number, report)} as {report.place('accession_number')}"
    )


def _is_of_the_study(report: Report, statement: ReportStatement, order: Mapping[str, Any]) -> Finding:
    wanted = order["study_uid"]
    if statement.study_uid is None and report.kind != "json":
        named = report.document.names(wanted)
        return fact(named, f"study_uid {wanted} in {report.name}", "in it" if named else "not in it")
    holds = wanted in (statement.study_uid, *statement.further_study_uids)
    return fact(holds, f"study_uid {wanted}", f"{quoted(statement.study_uid, report)} as {report.place('study_uid')}")


def _states(report: Report, reference: Report | None) -> Iterator[Finding]:
    if report.kind == "json" and report.statement is not None:
        yield from _states_something(report.statement)
    if reference is None:
        return
    if report is not reference:
        yield from compare_contents(report, reference)
    yield from _repeats_agree(report)
    yield from _attachments_agree(report, reference)


def _states_something(statement: ReportStatement) -> Iterator[Finding]:
    yield fact(statement.findings is not None, "findings", "none that can be read")
    yield fact(statement.impression is not None, "an impression", "none that can be read")
    yield fact(bool(statement.findings or statement.impression), "findings or an impression with text", "neither")


def compare_contents(report: Report, reference: Report) -> Iterator[Finding]:
    """Compare: a report states the findings and the impression of another type's report, in members or in its text."""
    statement, wanted = report.statement, reference.statement
    if wanted is None:
        return
    if not any(page.strip() for page in report.document.pages) and statement is None:
        yield fact(False, "the findings and the impression", f"no text that can be taken out of {report.name}")
        return
    if statement is not None and statement.findings is not None:
        yield _same_findings(report, reference, statement.findings, wanted.findings or ())
    else:
        yield _has_findings(report.document, report.name, reference, wanted.findings or ())
    if statement is not None and statement.impression is not None:
        yield _same_impression(report, reference, statement.impression, wanted.impression or "")
    else:
        yield _has_impression(report.document, report.name, reference, wanted.impression or "")


def _same_findings(report: Report, reference: Report, findings: tuple[str, ...], wanted: tuple[str, ...]) -> Finding:
    """Compare: the same sentences in the same order, however they are divided into findings."""
    own, others = list(map(without_white_space, findings)), list(map(without_white_space, wanted))
    expected = f"the findings as {reference.place('findings')} states them"
    if "".join(own) == "".join(others):
        return fact(True, expected, "the same")
    missing = [number for number, finding in enumerate(others, 1) if finding not in own]
    added = [number for number, finding in enumerate(own, 1) if finding not in others]
    if not missing and not added:
        return fact(False, expected, f"the findings in another order in {report.place('findings')}")
    if missing:
        expected += f", number {missing[0]} {quoted(wanted[missing[0] - 1], report, reference)}"
    other = f"; its number {added[0]} says {quoted(findings[added[0] - 1], report, reference)}" if added else ""
    without = f" without number {', '.join(map(str, missing))}" if missing else " with more"
    return fact(False, expected, f"{report.place('findings')}{without}{other}")


def _has_findings(document: Document, name: str, reference: Report, wanted: tuple[str, ...]) -> Finding:
    missing = [number for number, finding in enumerate(wanted, 1) if not document.states(finding)]
    expected = f"all {len(wanted)} findings of {reference.place('findings')}"
    if not missing:
        return fact(True, expected, "all")
    first = quoted(wanted[missing[0] - 1], reference)
    return fact(False, f"{expected}, number {missing[0]} {first}", f"{name} without number {_listed(missing)}")


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _same_impression(report: Report, reference: Report, impression: str, wanted: str) -> Finding:
    expected = f"the impression as {reference.place('impression')} states it: {quoted(wanted, report, reference)}"
    alike = without_white_space(impression) == without_white_space(wanted)
    got = "the same" if alike else f"{report.place('impression')} says {quoted(impression, report, reference)}"
    return fact(alike, expected, got)


def _has_impression(document: Document, name: str, reference: Report, wanted: str) -> Finding:
    expected = f"the impression as {reference.place('impression')} states it: {quoted(wanted, reference)}"
    stated = document.states(wanted)
    return fact(stated, expected, f"in {name}" if stated else f"not in {name}")


def _repeats_agree(report: Report) -> Iterator[Finding]:
    """Compare: places of a document that repeat each other agree."""
    statement = report.statement
    for repeat in statement.repeats if statement is not None else ():
        own = getattr(statement, repeat.member)
        alike = without_white_space(repeat.value) == without_white_space(own or "")
        expected = f"the {repeat.member} of {report.place(repeat.member)} again: {quoted(own, report)}"
        yield fact(alike, expected, "the same" if alike else f"{repeat.place} says {quoted(repeat.value, report)}")


def _attachments_agree(report: Report, reference: Report) -> Iterator[Finding]:
    """Compare: a PDF within a report states what the report does."""
    statement, wanted = report.statement, reference.statement
    for data in statement.attachments if statement is not None and wanted is not None else ():
        document, name = read_report("pdf", data), f"the PDF in {report.place('attachment')}"
        if document is None or wanted is None:
            yield fact(False, f"{name} can be read", "it cannot be read")
        else:
            yield _has_findings(document, name, reference, wanted.findings or ())
            yield _has_impression(document, name, reference, wanted.impression or "")
