"""Listing: all that is ready and not acknowledged, nothing else, and without any effect."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, same, served
from pacsimile_contract.checkers.queue_findings import listed, lists_at_least, lists_none
from pacsimile_contract.english import with_article
from pacsimile_contract.findings.part import Part, fact, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

PART_BY_STATUS = {"RECEIVED": "unfinished", "PROCESSING": "unfinished", "FAILED": "failed", "CANCELLED": "cancelled"}
"""By status of an order, the part of BATCH-2 that it is judged in."""

NEARLY_DONE, MOST_PROGRESS = "nearly-done", 99
"""The label of an order in PROCESSING that has the greatest progress, and that progress."""

LATE = ("late", "another-late")
"""The labels of two reports that finished late: they became ready after a listing that they would have begun."""

NO_LONGER_LISTED = "a report is no longer listed; with `exclusive: true` that would be a FAIL"


@checker("BATCH-1", "all", "fetched", "once", operations={"getResult": ["fetched"]})
def lists_all_that_is_ready(story: Story) -> Iterator[Part]:
    """Judge a listing (step `first`) in an organization whose ready reports are known (`queue`), one `fetched`.

    The last one (`acknowledged`) has the reports that finished late, in the place of others. That of the other
    organization (`others`) has its two.
    """
    late = [story.given(label)["report_id"] for label in LATE if story.has(label)]
    for after in story.all("acknowledged") if late else ():
        yield part("all", lists_at_least(after, late, "every report that finished late"), on=after)
    for others in story.all("others"):
        ready = story.given("others")["report_ids"]
        yield part("all", lists_at_least(others, ready, "every report that is ready"), on=others)
    for first in story.all("first"):
        if story.has("queue"):
            fetched = story.given("fetched")["value"]
            ready = [report_id for report_id in story.given("queue")["report_ids"] if report_id != fetched]
            yield part("all", lists_at_least(first, ready, "every report that is ready"), on=first)
            if fetched is not None:
                asked = (*story.all("fetch"), first)
                yield part(
                    "fetched", lists_at_least(first, [fetched], "a report that was fetched, not acknowledged"), on=asked
                )
        ids = listed(first)
        again = sorted({report_id for report_id in ids if ids.count(report_id) > 1})
        yield part("once", served(first), fact(not again, "each report once", f"twice {quote_value(again)}"), on=first)


@checker("BATCH-1", "any-organization")
def lists_in_any_organization(story: Story) -> Iterator[Part]:
    """Judge the listing (`left`) of another organization that was made, but for reports that others `tried` to mark."""
    for left in story.all("left"):
        tried = story.given("tried")["report_ids"]
        ready = [report_id for report_id in story.given("queue")["report_ids"] if report_id not in tried]
        yield part("any-organization", lists_at_least(left, ready, "every report that is ready"), on=left)


@checker("BATCH-2", *dict.fromkeys(PART_BY_STATUS.values()), "of-another", "acknowledged", "nothing-else")
def lists_nothing_else(story: Story) -> Iterator[Part]:
    """Judge listings before (`first`) and after (`acknowledged`) two reports were acknowledged by name (`named`)."""
    first = story.last("first")
    if not first.succeeded:
        return
    orders = {report.order_id for report in facts.listing(first).reports or ()}
    for status, name in {**PART_BY_STATUS, NEARLY_DONE: "unfinished"}.items():
        if story.has(status):
            order = story.given(status)["order_id"]
            yield part(
                name, fact(order not in orders, f"no report of {with_article(status)} order", f"of {order}"), on=first
            )
    if story.has("other"):
        foreign = [story.given("other")["report_id"]]
        yield part("of-another", lists_none(first, foreign, "reports of another organization"), on=first)
    if story.has("queue"):
        known = story.given("queue")["report_ids"]
        surplus = [report_id for report_id in listed(first) if report_id not in known]
        yield part("nothing-else", fact(not surplus, "no report but those made ready", quote_value(surplus)), on=first)
    for post, after in zip(story.all("named"), story.all("acknowledged"), strict=False):
        if post.succeeded and after.succeeded:
            gone = story.given("named")["report_ids"]
            yield part("acknowledged", lists_none(after, gone, "what was acknowledged"), on=(post, after))
    for order, asked in story.below("status-of"):
        status_of_order = facts.order_status(asked).status
        for name in dict.fromkeys(PART_BY_STATUS.values()) if asked.succeeded else ():
            unlike = fact(
                PART_BY_STATUS.get(str(status_of_order)) != name,
                f"no report of {with_article(name)} order",
                f"{order}, {quote_value(status_of_order)}",
            )
            yield part(name, unlike, on=(first, asked))


@checker("BATCH-3", "unchanged", "with-limit", "became-ready")
def listing_is_safe(story: Story) -> Iterator[Part]:
    """Judge listings after a first one (`first`): again and again, after a short one, and after a report became ready.

    In an organization of the run's own, all steps `again/...` list what the first did, with a limit or without.
    """
    first = story.last("first")
    before, own_state = listed(first), story.has("queue")
    for name, label in (("unchanged", "second"), ("with-limit", "after-short")):
        for again in story.all(label):
            if set(before) - set(listed(again)) and not own_state and not story.given("standing")["exclusive"]:
                yield not_exercised(name, NO_LONGER_LISTED)
                continue
            yield part(name, lists_at_least(again, before, "what the first listing held"), on=(first, again))
            if own_state and set(before) <= set(listed(again)):
                yield part(name, same(listed(again), before, "the same reports in the same order,"), on=(first, again))
    for _, again in story.below("again"):
        yield part("unchanged", same(listed(again), before, "the same reports in the same order,"), on=(first, again))
    yield from _the_same_pages(story)
    for again in story.all("after-ready"):
        may = {*before, story.given("ready")["report_id"]}
        surplus = [report_id for report_id in listed(again) if report_id not in may]
        more = fact(not surplus, "nothing more but what became ready", quote_value(surplus))
        yield part(
            "became-ready", lists_at_least(again, before, "what the first listing held"), more, on=(first, again)
        )


def _the_same_pages(story: Story) -> Iterator[Part]:
    """Judge a page that was asked for again (`page/...`), by whichever client: it has the same reports."""
    pages = [page for _, page in story.below("page")]
    for page in pages[1:]:
        yield part("with-limit", same(listed(page), listed(pages[0]), "the same page as before,"), on=(pages[0], page))


@checker("BATCH-4", "empty", "with-limit")
def lists_nothing(story: Story) -> Iterator[Part]:
    """Judge listings where no report is ready (steps `asked/<part>`)."""
    for name, asked in story.below("asked"):
        reports = facts.listing(asked).reports
        got = "no list that can be read" if reports is None else f"{len(reports)} reports"
        yield part(name, served(asked), fact(reports == (), "reports []", got), on=asked)
