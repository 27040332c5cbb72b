"""Amended reports: a new report that names the one it supersedes."""

from collections.abc import Iterator
from dataclasses import replace

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, same, served
from pacsimile_contract.checkers.queue_findings import (
    acknowledges_exactly,
    listed,
    lists_at_least,
    lists_none,
    says_what_was_done,
)
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

OF_ACKNOWLEDGED, OF_SHOWN, AGAIN, LAST = "of-acknowledged", "of-shown", "again", "last"
"""Labels of amendments: of a report acknowledged before, of one only shown, and of each of the two again."""


@checker("BATCH-12", "listed-again", "supersedes", "superseded-not-listed", "successor-stays")
def lists_amendments(story: Story) -> Iterator[Part]:
    """Judge listings after two reports were amended (`listed`), one of them twice (`amended-again`), and `after`."""
    old = story.given("old")
    new = {name: story.given(name)["report_id"] for name in (OF_ACKNOWLEDGED, OF_SHOWN)}
    for listing in story.all("listed"):
        wanted = [new[OF_ACKNOWLEDGED]]
        yield part(
            "listed-again", lists_at_least(listing, wanted, "the amendment of an acknowledged report"), on=listing
        )
        stays = lists_at_least(
            listing, [new[OF_SHOWN]], "the successor of what was acknowledged after it was superseded"
        )
        yield part("successor-stays", stays, on=(*story.all("by-listing"), listing))
        yield from _supersedes(listing, {new[name]: old[name] for name in new})
    for name in ("amended-again", "after"):
        for listing in story.all(name):
            second = story.given(AGAIN)["report_id"]
            kept = "listed-again" if name == "amended-again" else "successor-stays"
            yield part(kept, lists_at_least(listing, [second], "the amendment of an amendment"), on=listing)
            yield from _supersedes(listing, {second: new[OF_ACKNOWLEDGED]})
            gone = lists_none(listing, [new[OF_ACKNOWLEDGED]], "the amendment that was amended")
            yield part("superseded-not-listed", served(listing), gone, on=listing)
    for after in story.all("after"):
        gone = lists_none(after, [new[OF_SHOWN]], "what was superseded, once its successor is acknowledged")
        yield part("superseded-not-listed", gone, on=(*story.all("by-name"), after))


@checker("BATCH-12", "superseded-by-listing", "superseded-by-name")
def acknowledges_what_was_superseded(story: Story) -> Iterator[Part]:
    """Judge a POST without a body (`by-listing`) after what it lists was amended, and one that names an amended one."""
    for post in story.all("by-listing"):
        shown_then, before = story.last("shown"), story.given("old")[OF_ACKNOWLEDGED]
        got = facts.acknowledgement(post).acknowledged or ()
        missing = [report_id for report_id in listed(shown_then) if report_id not in got and report_id != before]
        whole = fact(not missing, "all of that listing acknowledged, superseded or not", f"not {quote_value(missing)}")
        said = [whole] if says_what_was_done(post) else []
        yield part("superseded-by-listing", served(post), said, on=(shown_then, post))
    for post in story.all("by-name"):
        named = [story.given(name)["report_id"] for name in (OF_ACKNOWLEDGED, LAST)]
        yield part("superseded-by-name", acknowledges_exactly(post, named), on=post)


@checker("BATCH-12", "eleventh-version")
def lists_the_eleventh_version(story: Story) -> Iterator[Part]:
    """Judge the listing of a report that was amended ten times (`shown`), and that it leaves the queue.

    That listing is acknowledged (`by-listing`); the next one is `listed`.
    """
    *former, newest = story.given("versions")["report_ids"]
    for listing in story.all("shown"):
        there = lists_at_least(listing, [newest], "of eleven versions the newest")
        alone = lists_none(listing, former, "former versions of a report that was amended ten times")
        yield part("eleventh-version", there, alone, on=listing)
        for judged in _supersedes(listing, {newest: former[-1]}):
            yield replace(judged, name="eleventh-version")
    for post in story.all("by-listing"):
        done = facts.acknowledgement(post).acknowledged or ()
        marked = fact(newest in done, f"{newest}, which was listed, acknowledged", f"not {newest}")
        yield part("eleventh-version", served(post), [marked] if says_what_was_done(post) else [], on=post)
        for listing in story.all("listed") if post.succeeded else ():
            gone = lists_none(listing, [*former, newest], "any version of the acknowledged report")
            yield part("eleventh-version", gone, on=(post, listing))


def _supersedes(listing: Exchange, amendments: dict[str, str]) -> Iterator[Part]:
    """Judge whether listed amendments name the report that they supersede, and have the status amended."""
    for report in facts.listing(listing).reports or ():
        if report.report_id in amendments:
            yield part(
                "supersedes",
                same(report.supersedes, amendments[report.report_id], "supersedes"),
                same(report.report_status, "amended", "report_status"),
                on=listing,
            )
