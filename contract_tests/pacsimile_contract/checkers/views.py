"""All views of an order agree, and each type that an order names is served."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, quote_value, same, served
from pacsimile_contract.checkers.order_reports import type_of
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import ListedReport, OrderStatus
from pacsimile_contract.findings.part import Finding, Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_spec.statuses import ALLOWED


@checker(
    "CONS-2",
    "status-by-study",
    "listing",
    "headers",
    "json-report",
    "named-types",
    "no-other-type",
    "not-before-completed",
    operations={
        "getStatus": ["status-by-study"],
        "listReports": ["listing"],
        "getResult": ["json-report", "named-types", "no-other-type", "not-before-completed"],
    },
)
def views_agree(story: Story) -> Iterator[Part]:
    """Judge listings (`listing`) by the other views of the listed orders.

    Steps `by-order/<id>`, `by-study/<id>`, `report/<id>`; the types, `typed` and `narrow` (a status each) with
    `<label>-type/<type>`; `unfinished` (a status). Orders that changed between two listings are not judged.
    """
    listings = [facts.listing(asked).reports or () for asked in story.all("listing")]
    listed = {entry.order_id: entry for entry in (listings or [()])[0] if all(entry in listing for listing in listings)}
    by_study, reports = dict(story.below("by-study")), dict(story.below("report"))
    for order, asked in story.below("by-order"):
        if not asked.succeeded:
            continue
        status, entry = facts.order_status(asked), listed.get(order)
        if entry is None:
            continue
        if order in by_study and by_study[order].succeeded:
            findings = _alike(status, facts.order_status(by_study[order]))
            yield part("status-by-study", findings, on=(asked, by_study[order]))
        yield part("listing", _listed_alike(asked, entry), on=(asked, story.last("listing")))
        if order in reports and reports[order].succeeded:
            yield part("headers", _headed_alike(entry, reports[order]), on=(story.last("listing"), reports[order]))
        if order in reports and reports[order].succeeded:
            yield part("json-report", _reported_alike(asked, entry, reports[order]), on=(asked, reports[order]))
    yield from _types(story)


@checker("CONS-2", "status-by-study-after-changes", operations={"getStatus": ["status-by-study-after-changes"]})
def agrees_after_each_change(story: Story) -> Iterator[Part]:
    """Judge an order asked for by study (`of-its-study/<order>`) after it was asked for by id (`life/<order>`).

    It may have moved on meanwhile, but never back. What was asked for by study can be a step of its life too.
    """
    before: dict[str, Exchange] = {}
    for step in story.steps:
        way, _, name = step.label.partition("/")
        if way == "life" and "study_uid" not in step.exchange.given:
            before[name] = step.exchange
        elif way == "of-its-study" and name in before and before[name].succeeded and step.exchange.succeeded:
            findings = _not_behind(facts.order_status(before[name]), facts.order_status(step.exchange))
            yield part("status-by-study-after-changes", findings, on=(before[name], step.exchange))


def _not_behind(by_order: OrderStatus, by_study: OrderStatus) -> Iterator[Finding]:
    """Compare: the status by study is not older than the status by id before it."""
    if by_order.order_id != by_study.order_id:
        return
    if by_order.updated_at and by_study.updated_at:
        yield fact(
            by_order.updated_at <= by_study.updated_at,
            f"updated_at {by_order.updated_at} or later",
            quote_value(by_study.updated_at),
        )
    if by_order.progress is not None and by_study.progress is not None:
        yield fact(
            by_order.progress <= by_study.progress,
            f"progress {quote_value(by_order.progress)} or more",
            quote_value(by_study.progress),
        )
    if by_order.status is not None and by_order.status in ALLOWED and by_study.status in ALLOWED:
        reachable = sorted({by_order.status, *ALLOWED[by_order.status]})
        yield fact(by_study.status in reachable, f"one of {quote_value(reachable)}", quote_value(by_study.status))


def _alike(by_order: OrderStatus, by_study: OrderStatus) -> Iterator[Finding]:
    if by_order.order_id == by_study.order_id:
        different = [name for name in OrderStatus.__slots__ if getattr(by_order, name) != getattr(by_study, name)]
        yield fact(
            not different, "the same by study as by order", f"differences in {quote_value(', '.join(different))}"
        )


def _listed_alike(asked: Exchange, entry: ListedReport) -> Iterator[Finding]:
    """Compare: what both the status and the listing say of an order is the same."""
    status = facts.order_status(asked)
    for name, got, wanted in (
        ("study_uid", entry.study_uid, status.study_uid),
        ("study_group", entry.study_group, status.study_group),
    ):
        if asked.says("OrderStatus", name) and asked.says("ReportList.reports", name):
            yield same(got, wanted, name)
    if entry.report_types is not None and status.report_types is not None:
        yield same(sorted(entry.report_types), sorted(status.report_types), "report_types")
    if entry.report_status == "final" and entry.completed_at and status.completed_at:
        alike = entry.completed_at == status.completed_at
        yield fact(alike, f"completed_at {status.completed_at}", quote_value(entry.completed_at))


def _headed_alike(entry: ListedReport, report: Exchange) -> Iterator[Finding]:
    headers = report_headers(report)
    if headers.order_id is not None:
        yield same(headers.order_id, entry.order_id, "X-Order-Id")
    if headers.report_id is not None:
        yield same(headers.report_id, entry.report_id, "X-Report-Id")


def _reported_alike(asked: Exchange, entry: ListedReport, report: Exchange) -> Iterator[Finding]:
    """Compare: what the report says of its order is what the other views, which say it too, say."""
    status = facts.order_status(asked)
    document = read_report("json", report.body) if type_of(report) == "json" else None
    statement = document.statement if document else None
    if statement is None:
        return
    pairs = (
        ("order_id", statement.order_id, status.order_id),
        ("study_uid", statement.study_uid, status.study_uid),
        ("report_id", statement.report_id, entry.report_id),
        ("report_status", statement.report_status, entry.report_status),
    )
    said = [pair for pair in pairs if report.says("JsonReport", pair[0])]
    yield from (same(got, wanted, name) for name, got, wanted in said if wanted is not None)
    if statement.supersedes is not None and asked.says("ReportList.reports", "supersedes"):
        yield same(statement.supersedes, entry.supersedes, "supersedes")
    times = (
        ("received_at", statement.received_at, status.created_at),
        ("completed_at", statement.completed_at, entry.completed_at),
    )
    for name, got, wanted in times:
        if got is not None and wanted is not None:
            yield fact(got == wanted, f"{name} {wanted}, as the other views have it", quote_value(got))


def _types(story: Story) -> Iterator[Part]:
    for label in ("typed", "narrow"):
        for status in story.all(label):
            named = facts.order_status(status).report_types
            if named is None:
                continue
            for report_type, asked in story.below(f"{label}-type"):
                if report_type in named:
                    yield part("named-types", served(asked), on=(status, asked))
                else:
                    finding = fact(
                        not asked.succeeded, f"no {report_type}: report_types does not name it", describe_answer(asked)
                    )
                    yield part("no-other-type", finding, on=(status, asked))
    for status in story.all("unfinished"):
        named = facts.order_status(status).report_types
        if named is not None:
            yield part("not-before-completed", same(list(named), [], "report_types before COMPLETED"), on=status)
