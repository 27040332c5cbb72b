"""Orders each of which offers some types of a report only: it serves those, and no other type."""

from collections.abc import Iterator
from itertools import pairwise

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, quote_value, same, served
from pacsimile_contract.checkers.groups import is_not_offered
from pacsimile_contract.checkers.queue_findings import (
    acknowledges_each,
    acknowledges_exactly,
    listed,
    lists_at_least,
    lists_none,
)
from pacsimile_contract.checkers.results import has_bytes_of_type
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story


@checker(
    "CONS-2", "some-types-served", "some-types-alone", "some-types-listed",
    operations={
        "getResult": ["some-types-served", "some-types-alone"],
        "listReports": ["some-types-listed"],
    },
)  # fmt: skip
def serves_what_is_offered(story: Story) -> Iterator[Part]:
    """Judge orders each of which offers some types only (`order-<number>`): its state said which.

    Steps `not-offered/order-<number>/<type>`, `offered/order-<number>` in one of its types, and the listing `listed`.
    RESULTS-1 judges the media types.
    """
    for label, asked in story.below("not-offered"):
        order, _, report_type = label.partition("/")
        yield part("some-types-alone", _is_refused(asked, report_type, _types(story, order)), on=asked)
    for _, asked in story.below("offered"):
        yield part("some-types-served", served(asked), on=asked)
        if asked.succeeded:
            yield part("some-types-served", has_bytes_of_type(asked, asked.given["report_type"]), on=asked)
    by_order = {story.given(label)["order_id"]: label for label in story.values if label.startswith("order-")}
    for asked in story.all("listed"):
        for entry in facts.listing(asked).reports or ():
            if entry.order_id in by_order and entry.report_types is not None:
                wanted = sorted(_types(story, by_order[entry.order_id]))
                listed = same(sorted(entry.report_types), wanted, f"report_types of {entry.order_id}")
                yield part("some-types-listed", listed, on=asked)


@checker("BATCH-1", "whatever-types")
def lists_whatever_types(story: Story) -> Iterator[Part]:
    """Judge the listing (`listed`) of an organization whose orders (`made`) offer all types but one, or one alone."""
    for asked in story.all("listed"):
        orders = [entry.order_id for entry in facts.listing(asked).reports or ()]
        missing = [name for name in story.given("made")["order_ids"] if orders.count(name) != 1]
        once = fact(not missing, "a report of each order once, whatever types it offers", quote_value(missing))
        yield part("whatever-types", served(asked), once, on=asked)


@checker("BATCH-13", "whatever-types", operations={"listReports": ["whatever-types"]})
def lists_the_oldest_first(story: Story) -> Iterator[Part]:
    """Judge the order of that listing: by `completed_at`, whatever types the reports offer."""
    for asked in story.all("listed"):
        times = [entry.completed_at for entry in facts.listing(asked).reports or () if entry.completed_at]
        late = [str(after) for before, after in pairwise(times) if after < before]
        yield part("whatever-types", form(not late, "the oldest first", quote_value(late)), on=asked)


@checker("BATCH-5", "whatever-types")
def acknowledges_whatever_is_listed(story: Story) -> Iterator[Part]:
    """Judge the acknowledgement without a body (`bodyless`) of that listing, and the next listing (`after`)."""
    for post in story.all("bodyless"):
        shown = listed(story.last("listed"))
        yield part("whatever-types", acknowledges_exactly(post, shown), on=(story.last("listed"), post))
        for after in story.all("after"):
            gone = lists_none(after, shown, "what was acknowledged, whatever types it offers")
            yield part("whatever-types", served(after), gone, on=(post, after))


@checker("BATCH-12", "whatever-types")
def lists_amendments_of_whatever_types(story: Story) -> Iterator[Part]:
    """Judge the listing (`after`) behind amendments of acknowledged reports (`amended-…`), half of them `named`.

    The others were amended behind the POST by name, which so cannot have acknowledged them.
    """
    amended = [story.given(label)["report_id"] for label in story.values if label.startswith("amended-")]
    named = story.given("named")["report_ids"] if story.has("named") else ()
    left = [report_id for report_id in amended if report_id not in named]
    for after in story.all("after") if left else ():
        yield part("whatever-types", lists_at_least(after, left, "each amended report"), on=after)


@checker("BATCH-11", "whatever-types")
def acknowledges_whatever_types(story: Story) -> Iterator[Part]:
    """Judge the acknowledgement by name (`named`) of reports behind unknown ids, and the next listing (`after`)."""
    for post in story.all("named"):
        wanted = story.given("named")["report_ids"]
        yield part("whatever-types", served(post), acknowledges_each(post, wanted), on=post)
        for after in story.all("after") if post.succeeded else ():
            gone = lists_none(after, wanted, "what was acknowledged by name, whatever types it offers")
            yield part("whatever-types", served(after), gone, on=(post, after))


@checker("GROUP-1", "whatever-types")
def reports_a_group_of_whatever_types(story: Story) -> Iterator[Part]:
    """Judge the report (`asked/<type>`) of a group whose orders offer one type each: GROUP-2 judges what it holds."""
    for _, asked in story.below("asked"):
        if not is_not_offered(asked):
            yield part("whatever-types", served(asked), on=asked)


@checker("STATUS-2", "whatever-types", operations={"getStatus": ["whatever-types"]})
def the_newest_of_whatever_types(story: Story) -> Iterator[Part]:
    """Judge the status (`study/status`) and the report (`offered/newest`) of a study, by its newest order.

    That one offers one type, and the older one all.
    """
    for asked in story.all("study/status"):
        named = same(facts.order_status(asked).order_id, story.given("study")["order_id"], "order_id")
        yield part("whatever-types", served(asked), named, on=asked)
    for asked in story.all("offered/newest"):
        named_by = report_headers(asked).order_id
        if asked.succeeded and named_by is not None and "study_uid" in asked.given:
            yield part("whatever-types", same(named_by, story.given("study")["order_id"], "X-Order-Id"), on=asked)


@checker("ORDERID-1", "whatever-types")
def order_ids_of_whatever_types(story: Story) -> Iterator[Part]:
    """Judge the order ids (`study/order-ids`) of that study: both."""
    for asked in story.all("study/order-ids"):
        wanted = [story.given("study")[name] for name in ("order_id", "older")]
        got = list(facts.order_ids(asked).order_ids or ())
        yield part("whatever-types", served(asked), same(sorted(got), sorted(wanted), "order_ids"), on=asked)


def _types(story: Story, order: str) -> list[str]:
    return list(story.given(order)["report_types"])


def _is_refused(asked: Exchange, report_type: str, offered: list[str]) -> Finding:
    expected = f"no {report_type}: the order offers {', '.join(offered)}"
    return fact(not asked.succeeded, expected, describe_answer(asked))
