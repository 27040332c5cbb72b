"""Reports after an amendment: the newest version is served, in every type, and says that it is one."""

import re
from collections.abc import Iterator

from pacsimile_contract.checkers.common import quote_value, same, served
from pacsimile_contract.checkers.contents import compare_contents
from pacsimile_contract.checkers.order_reports import Report, read_all, reference_of, type_of
from pacsimile_contract.documents import readers
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, part, should
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

_WORDS = re.compile(r"amend|correct|addend|revis", re.IGNORECASE)


@checker("RESULTS-11", "by-order", "by-study", "every-type", "calls-itself-amended")
def serves_the_amended(story: Story) -> Iterator[Part]:
    """Judge `/results` of an order whose amended version is listed: steps `amended/<type>`, `amended-by-study`.

    Where it was amended once more, they are `again/<type>` and `again-by-study`. A type may be asked for in one of the
    two ways alone.
    """
    yield from _serves(story, "amended")
    if story.has("again"):
        yield from _serves(story, "again")


def _serves(story: Story, label: str) -> Iterator[Part]:
    new = story.given(label)["report_id"]
    answers, by_study = dict(story.below(label)), story.all(f"{label}-by-study")
    reports = read_all(answers)
    reference = reference_of({**read_all({type_of(asked): asked for asked in by_study}), **reports})
    for kind, asked in answers.items():
        name, report = "by-order" if kind == "json" else "every-type", reports.get(kind)
        yield part(name, served(asked), on=asked)
        if asked.succeeded:
            yield part(name, _is_version(asked, report, new, reference), on=asked)
        if report is not None:
            yield part("calls-itself-amended", _calls_itself_amended(report), on=asked)
    older = story.given("study")["order_ids"][:-1] if story.has("study") else ()
    for asked in by_study:
        yield part("by-study", served(asked), on=asked)
        if asked.succeeded and report_headers(asked).order_id not in older:  # RESULTS-2 judges that
            report = read_all({type_of(asked): asked}).get(type_of(asked))
            yield part("by-study", _is_version(asked, report, new, reference), on=asked)
            if report is not None and report_headers(asked).report_id == new:
                yield part("calls-itself-amended", _calls_itself_amended(report), on=asked)


def _is_version(asked: Exchange, report: Report | None, new: str, reference: Report | None) -> Iterator[Finding]:
    """Compare: the amended version is served, by its header, by its own report_id, or by what it states."""
    named = report_headers(asked).report_id
    yield fact(named in (new, None), f"X-Report-Id {new}, the amended version", named)
    statement = report.statement if report is not None else None
    if statement is not None and statement.report_id is not None and report is not None and report.kind == "json":
        yield same(statement.report_id, new, "report_id of the amended version")
    if report is not None and reference is not None and report is not reference:
        yield from compare_contents(report, reference)


def _calls_itself_amended(report: Report) -> Iterator[Finding]:
    """Compare: json, FHIR and HL7 by their status; DICOM by what it replaces, else by words; a text by words."""
    statement = report.statement
    wanted = readers()[report.kind].amended
    if statement is not None and wanted:
        is_amended = statement.report_status in wanted
        yield fact(
            is_amended, f"{report.place('report_status')} {' or '.join(wanted)}", quote_value(statement.report_status)
        )
        return
    is_amended = any(map(_WORDS.search, report.document.pages))
    words = f"the word amended, corrected, addendum or revised in {report.name}"
    if statement is None:
        yield should(is_amended, words, "in it" if is_amended else "not in it")
    else:
        replaces = statement.report_status == "amended"
        expected = f"{report.place('report_status')} that names what it replaces, or {words}"
        yield fact(replaces or is_amended, expected, "so" if replaces or is_amended else "neither")
