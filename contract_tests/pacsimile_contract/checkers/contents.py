"""What reports say: that it is the order's own, the same in each type, and the newest version's.

What stands in a report is never shown, only where it is missing: it may be a real patient's.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.checkers.common import same, served, shown
from pacsimile_contract.checkers.results import ORDER_TYPES, PARTS, fetched, part_of, unseen
from pacsimile_contract.documents import read_report, recognised
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.model import Document, squeezed
from pacsimile_contract.documents.statement import Statement
from pacsimile_contract.exchange import Exchange
from pacsimile_contract.history import Story
from pacsimile_contract.registry import checker
from pacsimile_contract.verdict import Finding, Part, fact, not_exercised, part


@checker("RESULTS-7", *PARTS)
def states_the_same(story: Story) -> Iterator[Part]:
    """Judge what the reports of an order say (steps `asked/<order>/<type>`): its own, and the same in each type.

    Bytes of another type are RESULTS-1's to judge.
    """
    seen = set()
    for order in dict.fromkeys(order for order, _, _ in fetched(story)):
        answers = {kind: asked for one, kind, asked in fetched(story) if one == order and asked.succeeded}
        documents = {kind: read_report(kind, asked.body) for kind, asked in answers.items()}
        seen |= set(answers)
        for kind, asked in answers.items():
            if _is_another_version(answers, kind) and not story.given(order).get("owned"):
                yield not_exercised(part_of(kind), "the report was amended meanwhile: X-Report-Id differs")
            elif recognised(kind, asked.body):
                found = list(_own_and_alike(documents[kind], reference_of(documents), story.given(order)))
                yield part(part_of(kind), found, on=asked)
    yield from unseen(story, seen)


def _is_another_version(answers: Mapping[str, Exchange], kind: str) -> bool:
    """Whether a report's header names another version than that of the type which the others are compared with."""
    first = next(report_headers(answers[one]).report_id for one in ORDER_TYPES if one in answers)
    return None not in (first, own := report_headers(answers[kind]).report_id) and own != first


def reference_of(documents: dict[str, Document | None]) -> Statement | None:
    """Return the statement that the other types are compared with: of the first structured type, json before all."""
    told = (documents[kind] for kind in ORDER_TYPES if kind in documents)
    return next((one.statement for one in told if one is not None and one.statement is not None), None)


def _own_and_alike(
    document: Document | None, reference: Statement | None, order: Mapping[str, Any]
) -> Iterator[Finding]:
    if document is None:
        yield fact(False, "a document that can be read", "none")
        return
    if document.statement is None:
        yield from _text_agrees(document, reference)
        return
    yield from _belongs(document.statement, reference, order)
    if reference is not None and document.statement is not reference:
        yield from statements_agree(document.statement, reference)
    else:
        yield from _states_something(document.statement)


def _belongs(said: Statement, reference: Statement | None, order: Mapping[str, Any]) -> Iterator[Finding]:
    """Compare: `order_id` or accession number, and `study_uid`, are the order's."""
    if said.order_id is not None:
        yield same(said.order_id, order["order_id"], "order_id")
    else:
        accession = reference.accession_number if reference else None
        known = said.accession_number is not None and accession in (None, said.accession_number)
        yield fact(known, "the order_id, or the accession number", shown(said.accession_number))
    yield same(said.study_uid, order["study_uid"], "study_uid")


def _states_something(said: Statement) -> Iterator[Finding]:
    yield fact(said.findings is not None, "findings", "none that can be read")
    yield fact(said.impression is not None, "an impression", "none that can be read")
    yield fact(bool(said.findings or said.impression), "something that it states", "nothing")


def statements_agree(said: Statement, reference: Statement) -> Iterator[Finding]:
    """Compare: two structured reports state the same findings and impression."""
    mine, theirs = (tuple(map(squeezed, one.findings or ())) for one in (said, reference))
    different = sum(one not in theirs for one in mine) + sum(one not in mine for one in theirs)
    yield fact(
        mine == theirs, "the findings of the other types", f"{different} that differ" if different else "another order"
    )
    alike = squeezed(said.impression or "") == squeezed(reference.impression or "")
    yield fact(alike, "the impression of the other types", "the same" if alike else "another one")


def _text_agrees(document: Document, reference: Statement | None) -> Iterator[Finding]:
    """Compare: a text states what the structured report does, and names what that names."""
    if reference is None:
        return
    yield from text_states(document, reference)
    either = [one for one in (reference.order_id, reference.accession_number) if one]
    if either:
        found = any(map(document.names, either))
        yield fact(found, f"{' or '.join(either)} in the text", "in it" if found else "not in it")
    if reference.study_uid:
        found = document.names(reference.study_uid)
        yield fact(found, f"the study UID {reference.study_uid} in the text", "in it" if found else "not in it")


def text_states(document: Document, reference: Statement) -> Iterator[Finding]:
    """Compare: a text states the findings and the impression of a structured report."""
    if not any(page.strip() for page in document.pages):
        yield fact(False, "the findings and the impression", "no text that can be taken out")
        return
    findings = reference.findings or ()
    missing = [number for number, one in enumerate(findings, 1) if not document.states(one)]
    words = f"all {len(findings)} findings of the structured report"
    yield fact(not missing, words, f"without number {', '.join(map(str, missing))}" if missing else "all")
    stated = document.states(reference.impression or "")
    yield fact(stated, "the impression of the structured report", "in it" if stated else "not in it")


@checker("RESULTS-11", "by-order", "by-study", "every-type", "calls-itself-amended")
def serves_the_amended(story: Story) -> Iterator[Part]:
    """Judge `/results` of an order whose amended version is listed: steps `amended/<type>`, `amended-by-study`."""
    new = story.given("amended")["report_id"]
    answers = dict(story.below("amended"))
    reference = reference_of({kind: read_report(kind, one.body) for kind, one in answers.items() if one.succeeded})
    for kind, asked in answers.items():
        name = "by-order" if kind == "json" else "every-type"
        yield part(name, served(asked), on=asked)
        if asked.succeeded:
            yield part(name, _is_version(asked, kind, new, reference), on=asked)
            yield part("calls-itself-amended", _calls_itself_amended(asked, kind), on=asked)
    for asked in story.all("amended-by-study"):
        yield part("by-study", served(asked), on=asked)
        if asked.succeeded:
            yield part("by-study", _is_version(asked, "json", new, None), on=asked)


def _is_version(asked: Exchange, kind: str, new: str, reference: Statement | None) -> Iterator[Finding]:
    """Compare: the amended version is served, as its header says, as it says itself, or as its text shows."""
    named, document = report_headers(asked).report_id, read_report(kind, asked.body)
    yield fact(named in (new, None), f"X-Report-Id {new}, the amended version", named)
    if document and document.statement and document.statement.report_id is not None:
        yield same(document.statement.report_id, new, "report_id of the amended version")
    if document and not document.statement and reference and reference.impression:
        stated = document.states(reference.impression)
        yield fact(stated, "the impression of the amended version", "in it" if stated else "not in it")


def _calls_itself_amended(asked: Exchange, kind: str) -> Iterator[Finding]:
    document = read_report(kind, asked.body)
    if document and document.statement and document.statement.report_status is not None:
        said = document.statement.report_status
        yield fact(said in ("amended", "corrected"), "report_status amended", said)
