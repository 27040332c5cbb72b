"""Studies: their orders, and the report of the most recent one."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, may_change, quote_value, refused, same, served
from pacsimile_contract.checkers.order_reports import type_of
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.model import Document
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

SUBMITTED = "an unknown order was submitted meanwhile"
AMENDED_MEANWHILE = "the report was amended meanwhile: X-Report-Id differs"


@checker("ORDERID-1", "all", "each-once", "no-other", "hundreds")
def lists_every_order(story: Story) -> Iterator[Part]:
    """Judge `/orderId` of studies whose orders are known (steps `asked/<label>`, the large one `many`)."""
    for label, asked in story.below("asked"):
        wanted, got = story.given(label)["order_ids"], facts.order_ids(asked).order_ids or ()
        missing = [order_id for order_id in wanted if order_id not in got]
        twice = sorted({order_id for order_id in got if got.count(order_id) > 1})
        others = [order_id for order_id in got if order_id not in wanted]
        words = f"all {len(wanted)} orders"
        findings = [served(asked), fact(not missing, words, f"{len(got)} entries, without {quote_value(missing[:5])}")]
        once = fact(not twice, "each order once", f"more than once: {quote_value(twice[:5])}")
        alone = fact(not others, "no order but the study's", quote_value(others[:5]))
        if label == "many":
            yield part("hundreds", findings, once, alone, on=asked)
            continue
        yield part("all", findings, on=asked)
        yield part("each-once", once, on=asked)
        if others and may_change(story, label) and list(got[: len(others)]) == others:
            yield not_exercised("no-other", SUBMITTED)
        else:
            yield part("no-other", alone, on=asked)


@checker("ORDERID-2", "newest-first", "first-is-the-most-recent")
def lists_newest_first(story: Story) -> Iterator[Part]:
    """Judge the order of `/orderId` (steps `asked/<label>`), and its first entry by `/status` (`status/<label>`)."""
    status = dict(story.below("status"))
    for label, asked in story.below("asked"):
        known = list(reversed(story.given(label)["order_ids"]))
        got = list(dict.fromkeys(order_id for order_id in facts.order_ids(asked).order_ids or () if order_id in known))
        yield part(
            "newest-first", same(got, [order_id for order_id in known if order_id in got], "newest first,"), on=asked
        )
        if label in status and status[label].succeeded and facts.order_ids(asked).order_ids:
            named = facts.order_status(status[label]).order_id
            first = (facts.order_ids(asked).order_ids or ("",))[0]
            if may_change(story, label) and not {first, named} <= {*known, None}:
                yield not_exercised("first-is-the-most-recent", SUBMITTED)
                continue
            yield part(
                "first-is-the-most-recent",
                same(first, named, "first what /status of the study names,"),
                on=(status[label], asked),
            )


@checker("ORDERID-3", "unknown-study")
def has_no_orders(story: Story) -> Iterator[Part]:
    """Judge `/orderId` of a study that does not exist (step `unknown`)."""
    for asked in story.all("unknown"):
        yield part("unknown-study", refused(asked, 404, reason="study-not-found"), on=asked)


def order_of(asked: Exchange) -> str | None:
    """Return the id of the order whose report was served, by its header or else by json; other types do not tell."""
    named = report_headers(asked).order_id
    document = read_report("json", asked.body) if named is None and type_of(asked) == "json" else None
    return document.statement.order_id if document and document.statement else named


@checker("RESULTS-2", "most-recent", "as-by-order", "every-type")
def serves_the_most_recent(story: Story) -> Iterator[Part]:
    """Judge `/results?study_uid=` (steps `study/<label>`) by the report of the newest order's id (`order/<label>`).

    The report of one study was fetched in the other types too: `in-type/<label>/<type>`. Where the answer was not that
    of the newest order, `meanwhile/study/<label>` and `meanwhile/in-type/<label>/<type>` are the study's status right
    after.
    """
    for label, asked in story.below("in-type"):
        named = report_headers(asked).order_id
        if has_another_newest(story, label.partition("/")[0], f"in-type/{label}", named):
            yield not_exercised("every-type", SUBMITTED)
        else:
            yield part("every-type", _is_of_newest(story, label.partition("/")[0], asked, named), on=asked)
    by_order = dict(story.below("order"))
    for label, asked in story.below("study"):
        if has_another_newest(story, label, f"study/{label}", order_of(asked)):
            yield from (not_exercised(name, SUBMITTED) for name in ("most-recent", "as-by-order"))
            continue
        yield part("most-recent", _is_of_newest(story, label, asked, order_of(asked)), on=asked)
        if label in by_order and asked.succeeded and by_order[label].succeeded:
            versions = {report_headers(answer).report_id for answer in (asked, by_order[label])} - {None}
            if len(versions) > 1 and may_change(story, label):
                yield not_exercised("as-by-order", AMENDED_MEANWHILE)
                continue
            report, report_by_order = (read_report(type_of(answer), answer.body) for answer in (asked, by_order[label]))
            readable = report is not None and report_by_order is not None
            alike = _gist(report) == _gist(report_by_order) if readable else asked.body == by_order[label].body
            finding = fact(alike, "the same report as by order_id", "the same" if alike else "another")
            yield part("as-by-order", finding, on=(by_order[label], asked))


def has_another_newest(story: Story, label: str, step: str, named: str | None = None) -> bool:
    """Tell whether a study that others may change has an unknown order, which the answer `named` or `/status` names.

    `step` is what was asked; `meanwhile/<step>` is the study's status right after.
    """
    named_later = [facts.order_status(exchange).order_id for exchange in story.all(f"meanwhile/{step}")]
    known = (None, *story.given(label)["order_ids"])
    return may_change(story, label) and any(order_id not in known for order_id in (named, *named_later))


def _is_of_newest(story: Story, label: str, asked: Exchange, named: str | None) -> list[Finding]:
    newest = story.given(label)["order_ids"][-1]
    own = fact(named in (newest, None), f"the report of {newest}, the most recent order", named)
    return [served(asked), own]


def _gist(document: Document | None) -> tuple[object, ...]:
    """Return a report's version and what it states. Another requirement judges its times."""
    statement = document.statement if document else None
    return (statement.report_id, statement.findings, statement.impression) if statement else ()


@checker("RESULTS-3", "received", "processing", "failed", "cancelled")
def the_most_recent_decides(story: Story) -> Iterator[Part]:
    """Judge `/results?study_uid=` where an older order is COMPLETED and the newest is not (steps `study/<part>`)."""
    for name, asked in story.below("study"):
        older, newest = story.given(name)["order_ids"][0], story.given(name)["order_ids"][-1]
        whose = order_of(asked) if asked.succeeded else None
        if has_another_newest(story, name, f"study/{name}", whose):
            yield not_exercised(name, SUBMITTED)
            continue
        is_right = not asked.succeeded or whose == newest or read_report(type_of(asked), asked.body) is None
        yield part(
            name,
            fact(
                is_right,
                f"no report of {older}, which is not the most recent order",
                f"{describe_answer(asked)}, of {whose}",
            ),
            form(asked.succeeded or asked.status is None or asked.status < 500, "a refusal", describe_answer(asked)),
            on=asked,
        )
