"""Large result sets: complete and well-formed."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, same, says_type_not_offered, served
from pacsimile_contract.checkers.queue_findings import listed, lists_exactly
from pacsimile_contract.documents import read_group
from pacsimile_contract.findings.part import Part, fact, form, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

IN_PLAIN = ("json", "csv")
"""Types in which order ids stand unchanged."""


@checker("PROTO-6", "listing", "each-once", "well-formed", operations={"listReports": ["listing"]})
def lists_very_many(story: Story) -> Iterator[Part]:
    """Judge a listing of very many reports (step `many`): all of them, each once, each entry whole.

    A `limit` of a few less leaves just these out (`nearly-all`).
    """
    for short in story.all("nearly-all"):
        wanted, got = int(short.given["limit"]), len(set(listed(short)))
        yield part("listing", served(short), fact(got == wanted, f"{wanted} reports", got), on=short)
    for listing in story.all("many"):
        ready = story.given("queue")["report_ids"]
        yield part("listing", lists_exactly(listing, frozenset(ready), f"all {len(ready)} reports"), on=listing)
        ids = listed(listing)
        yield part("each-once", same(len(ids), len(set(ids)), "as many entries as reports,"), on=listing)
        reports = facts.listing(listing).reports or ()
        if reports and not _is_whole(reports[0]):
            continue  # a member that no entry has is PROTO-1's
        lacking = [report for report in reports if not _is_whole(report)]
        names = [report.report_id for report in lacking[:3]]
        whole = form(
            not lacking, "every entry with all its members", f"{len(lacking)} without, as {quote_value(names)}"
        )
        yield part("well-formed", whole, on=listing)


def _is_whole(report: facts.ListedReport) -> bool:
    known = (
        report.report_id,
        report.order_id,
        report.study_uid,
        report.report_status,
        report.report_types,
        report.completed_at,
    )
    return all(known)


@checker("PROTO-6", "orders-of-a-study", operations={"getOrderIds": ["orders-of-a-study"]})
def names_hundreds_of_orders(story: Story) -> Iterator[Part]:
    """Judge `/orderId` of a study with hundreds of orders (step `order-ids`): all of them, each once."""
    for asked in story.all("order-ids"):
        known, got = story.given("study")["order_ids"], facts.order_ids(asked).order_ids or ()
        right = sorted(got) == sorted(known)
        whole = fact(right, f"{len(known)} order IDs, each once", f"{len(got)}, {len(set(got) & set(known))} of them")
        yield part("orders-of-a-study", served(asked), whole, on=asked)


@checker("PROTO-6", "group", operations={"getGroupReport": ["group"]})
def reports_a_large_group(story: Story) -> Iterator[Part]:
    """Judge the report of a large group in each type (steps `group/<type>`): every COMPLETED order is in it."""
    for report_type, asked in story.below("group"):
        if says_type_not_offered(asked):
            continue  # a group may offer fewer types than there are
        document = read_group(report_type, asked.body) if asked.succeeded else None
        if document is None and asked.succeeded and report_type not in IN_PLAIN:
            yield not_exercised("group", f"the {report_type} report cannot be read, which GROUP-1 judges")
            continue
        names = document.names if document else lambda order_id, body=asked.body: order_id.encode() in body
        missing = [order_id for order_id in story.given("group")["order_ids"] if not names(order_id)]
        finding = fact(not missing, f"every order in the {report_type} report", f"not {quote_value(missing[:5])}")
        yield part("group", served(asked), finding, on=asked)
