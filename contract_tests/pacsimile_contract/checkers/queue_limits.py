"""`limit`: a listing holds the oldest reports up to this number, and a walk reaches all of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, refused, served
from pacsimile_contract.checkers.queue_findings import listed
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story


@checker(
    "BATCH-13",
    "so-many",
    "oldest-first",
    "walk",
    "late-finisher",
    operations={"acknowledgeReports": ["walk", "late-finisher"]},
)
def walks_through_all(story: Story) -> Iterator[Part]:
    """Judge a walk (`walk/<n>`): pages listed with a limit, each acknowledged (`walk-post`), until one is empty."""
    for whole in story.all("whole"):
        yield part("oldest-first", served(whole), _in_order(whole), on=whole)
    pages, posts = [page for _, page in story.below("walk")], story.all("walk-post")
    for page in pages:
        yield part("so-many", served(page), on=page)
    answered = all(exchange.succeeded for exchange in (*pages, *posts))
    if pages and answered and not _takes_what_comes_later(pages, story) and not _stands_still(pages):
        yield from _pages(pages, story.given("walk"))
        yield from _walked(pages, story.given("walk"))


def _stands_still(pages: Sequence[Exchange]) -> bool:
    """Tell whether the first POST had no effect, which BATCH-5 judges."""
    return len(pages) > 1 and bool(listed(pages[0])) and listed(pages[0]) == listed(pages[1])


def _takes_what_comes_later(pages: Sequence[Exchange], story: Story) -> bool:
    """Tell whether a POST acknowledged reports later than its page, which BATCH-5 and BATCH-6 judge."""
    seconds = story.given("walk")["seconds"]
    for page, post in zip(pages, story.all("walk-post"), strict=False):
        latest = max((seconds.get(report_id, 0) for report_id in listed(page)), default=0)
        if any(seconds.get(report_id, 0) > latest for report_id in facts.acknowledgement(post).acknowledged or ()):
            return True
    return False


def _pages(pages: Sequence[Exchange], known: Mapping[str, Any]) -> Iterator[Part]:
    """Judge each page: as many waiting reports as its limit allows, none of those left out being older."""
    seconds, ready_from = known["seconds"], known["ready_from"]
    gone: set[str] = set()
    for number, page in enumerate(pages):
        got = listed(page)
        waiting = {report_id for report_id in seconds if ready_from.get(report_id, 0) <= number} - gone
        wanted = min(known["limits"][number], len(waiting | set(got)))
        yield part("so-many", fact(len(got) == wanted, f"{wanted} reports", len(got)), on=page)
        latest = max((seconds[report_id] for report_id in got if report_id in seconds), default=0)
        older = sorted(report_id for report_id in waiting - set(got) if seconds[report_id] < latest)
        oldest = fact(
            not older or not got, "the oldest that wait", f"{quote_value(got)}, though older is {quote_value(older)}"
        )
        yield part("oldest-first", oldest, _in_order(page), on=page)
        gone |= set(got)


def _walked(pages: Sequence[Exchange], known: Mapping[str, Any]) -> Iterator[Part]:
    """Judge the whole walk: it has seen each report once."""
    seen = [report for page in pages for report in listed(page)]
    late = known["ready_from"]
    missed = [report_id for report_id in known["seconds"] if report_id not in seen and report_id not in late]
    twice = sorted({report_id for report_id in seen if seen.count(report_id) > 1})
    all_seen = fact(not missed, "none missed", f"missed {quote_value(missed)}")
    yield part("walk", all_seen, fact(not twice, "none twice", f"twice {quote_value(twice)}"), on=pages)
    for report_id in late:
        yield part(
            "late-finisher",
            fact(report_id in seen, f"{report_id}, which finished late, listed", "never listed"),
            on=pages,
        )


def _in_order(listing: Exchange) -> Finding:
    times = [report.completed_at for report in facts.listing(listing).reports or ()]
    known = [time for time in times if time is not None]
    right = all(earlier <= later for earlier, later in pairwise(known))
    return fact(right, "oldest completed_at first", "another order" if not right else "in order")


@checker("BATCH-13", "spelling", "most", "border")
def reads_the_limit(story: Story) -> Iterator[Part]:
    """Judge listings with what is no limit (`spelling/<limit>`), with the greatest (`most`), and with `border/<limit>`.

    A border is as many as the listing without a limit (`first`) has.
    """
    for limit, asked in story.below("spelling"):
        findings = refused(asked, 400, reason="invalid-parameter")
        yield part(
            "spelling", findings, fact(not asked.succeeded, f"limit={limit} refused", f"{asked.status}"), on=asked
        )
    for asked in story.all("most"):
        yield part("most", served(asked), on=asked)
    for limit, asked in story.below("border"):
        first = story.last("first")
        ready, got = len(listed(first)), len(listed(asked))
        wanted = min(int(limit), ready)
        as_many = fact(got == wanted, f"{wanted} of {ready} reports", got)
        yield part("border", served(asked), as_many, on=(first, asked))
