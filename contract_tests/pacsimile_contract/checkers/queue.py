"""The queue: what is listed, and what an acknowledgement takes off the list."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import same, served, shown
from pacsimile_contract.history import Story
from pacsimile_contract.registry import checker
from pacsimile_contract.verdict import Part, fact, part


@checker("BATCH-5", "none-left", "answer", "last-listing-alone")
def acknowledges_what_was_listed(story: Story) -> Iterator[Part]:
    """Judge POST without a body after a listing of two (steps `short`, `first-post`, `between`) and one of all."""
    for post in story.all("first-post"):
        shown_to_me, after = facts.listing(story.one("short")).report_ids, story.one("between")
        said = facts.acknowledgement(post)
        yield part(
            "answer",
            served(post),
            same(sorted(said.acknowledged or ()), sorted(map(str, shown_to_me)), "acknowledged"),
            on=post,
        )
        kept = [one for one in story.given("queue")["report_ids"] if one not in shown_to_me]
        yield part(
            "last-listing-alone",
            served(after),
            fact(
                set(facts.listing(after).report_ids) == set(kept),
                f"the next listing holds {shown(kept)}, which the last listing did not",
                shown(facts.listing(after).report_ids),
            ),
            on=(story.one("short"), post, after),
        )
    for after in story.all("after"):
        left = facts.listing(after).report_ids
        yield part(
            "none-left",
            served(after),
            fact(not left, "no report left after list, fetch, acknowledge", shown(left)),
            on=(story.one("last-post"), after),
            binding=True,
        )
