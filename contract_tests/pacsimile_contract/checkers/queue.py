"""The queue: which reports an acknowledgement without a body takes off the list, and which it leaves."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, same, served
from pacsimile_contract.checkers.queue_findings import (
    acknowledges_exactly,
    acknowledges_nothing,
    listed,
    lists_at_least,
    lists_exactly,
    lists_none,
    says_what_was_done,
)
from pacsimile_contract.evidence.exchange import BUSY
from pacsimile_contract.findings.part import Part, fact, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story


@checker("BATCH-5", "none-left", "answer", "last-listing-alone")
def acknowledges_what_was_listed(story: Story) -> Iterator[Part]:
    """Judge POST without a body after a listing of two (steps `short`, `first-post`, `between`) and one of all."""
    for post in story.all("first-post"):
        short, after = story.last("short"), story.last("between")
        yield part("answer", acknowledges_exactly(post, listed(short)), on=post)
        if post.succeeded:
            kept = [report_id for report_id in story.given("queue")["report_ids"] if report_id not in listed(short)]
            findings = lists_exactly(after, kept, f"{quote_value(kept)}, which the last listing did not hold")
            yield part("last-listing-alone", findings, on=(short, post, after))
    for after in story.all("after"):
        post, left = story.last("last-post"), listed(after)
        if post.succeeded:
            empty = fact(not left, "no report left after list, fetch, acknowledge", quote_value(left))
            yield part("none-left", served(after), empty, on=(post, after), binding=True)


@checker("BATCH-5", "hundreds")
def acknowledges_hundreds(story: Story) -> Iterator[Part]:
    """Judge POST without a body (`post-many`) after a listing of very many (`many`), and the next listing."""
    for post in story.all("post-many"):
        listing = story.last("many")
        got = facts.acknowledgement(post).acknowledged or ()
        whole = fact(
            set(got) == set(listed(listing)), f"all {len(listed(listing))} acknowledged", f"{len(set(got))} of them"
        )
        said = [whole] if says_what_was_done(post) else []
        yield part("hundreds", served(post), said, on=(listing, post))
    for after in story.all("after-many"):
        if story.last("post-many").succeeded:
            gone = frozenset(listed(story.last("many")))
            findings = [served(after), lists_none(after, gone, "what was acknowledged")]
            yield part("hundreds", findings, on=(story.last("post-many"), after))


@checker("BATCH-5", "refused-calls-between")
def refusals_change_no_memory(story: Story) -> Iterator[Part]:
    """Judge a POST without a body (`post`) after a listing (`shown`) and calls that were refused (`refused/…`).

    What that listing did not hold is still listed at the end (`left`). What became ready meanwhile is BATCH-6's.
    """
    new = {story.given(name)["report_id"] for name in NEW if story.has(name)}
    calls = [call for _, call in story.below("refused")]
    refusals = [call for call in calls if call.status not in BUSY]  # what is put off shows nothing by its answer
    for post in story.all("post"):
        if any(call.succeeded for call in calls):
            yield not_exercised("refused-calls-between", "a call that is to be refused was not")
        else:
            shown, after = listed(story.last("shown")), story.all("left") if post.succeeded else []
            others = [report_id for report_id in facts.acknowledgement(post).acknowledged or () if report_id in new]
            yield part("refused-calls-between", acknowledges_exactly(post, [*shown, *others]), on=(*refusals, post))
            for left in after:
                rest = [report_id for report_id in story.given("queue")["report_ids"] if report_id not in shown]
                kept = lists_at_least(left, rest, "what no accepted call acknowledged")
                yield part("refused-calls-between", kept, on=(*refusals, post, left))


@checker("BATCH-6", "refused-listing")
def refused_listings_are_none(story: Story) -> Iterator[Part]:
    """Judge the POST (`unlisted-post`) of a client whose only listing was refused (`unlisted/...`): nothing is listed.

    At the end the organization lists (`left`) what its own listing (`shown`) did not have.
    """
    refusals = [call for _, call in story.below("unlisted")]
    for post in story.all("unlisted-post"):
        if any(call.succeeded for call in refusals):
            yield not_exercised("refused-listing", "a listing that is to be refused was not")
        elif post.succeeded:
            shown = listed(story.last("shown"))
            rest = [report_id for report_id in story.given("queue")["report_ids"] if report_id not in shown]
            kept = [lists_at_least(left, rest, "what nobody acknowledged") for left in story.all("left")]
            yield part("refused-listing", acknowledges_nothing(post), *kept, on=(*refusals, post, *story.all("left")))


@checker("BATCH-6", "after-an-empty-listing")
def remembers_an_empty_listing(story: Story) -> Iterator[Part]:
    """Judge POSTs without a body (`post/...`) after listings of nothing (`empty/...`), and what is `left/...`."""
    empty, left = dict(story.below("empty")), dict(story.below("left"))
    for which, post in story.below("post"):
        if not empty[which].succeeded or listed(empty[which]):
            continue
        ready = [story.given(which)["report_id"]]
        kept = lists_at_least(left[which], ready, "the report that became ready since") if which in left else []
        on = (empty[which], post, *([left[which]] if which in left else []))
        yield part("after-an-empty-listing", acknowledges_nothing(post), kept, on=on)


NEW = ("ready-now", "finished-late", "advanced")
"""How a report became ready after the listing: at once, with an earlier `completed_at`, or an order of long ago."""


@checker("BATCH-6", *NEW)
def leaves_what_became_ready_since(story: Story) -> Iterator[Part]:
    """Judge a POST without a body (`post`), before which reports became ready that the listing (`shown`) lacked.

    The next listing is `left`.
    """
    post, after = story.last("post"), story.last("left")
    for name in NEW:
        if story.has(name) and post.succeeded:
            findings = lists_at_least(after, [story.given(name)["report_id"]], "the report that became ready since")
            yield part(name, findings, on=(story.last("shown"), post, after))


@checker("BATCH-7", "answer", "nothing-acknowledged")
def acknowledges_nothing_before_a_listing(story: Story) -> Iterator[Part]:
    """Judge a POST without a body of a client that never listed (`before`), and its first listing (`listed`)."""
    before, after = story.last("before"), story.last("listed")
    yield part("answer", acknowledges_nothing(before), on=before)
    ready = story.given("queue")["report_ids"]
    yield part("nothing-acknowledged", lists_at_least(after, ready, "every report that is ready"), on=(before, after))


@checker("BATCH-8", "answer", "nothing-else")
def repeating_is_harmless(story: Story) -> Iterator[Part]:
    """Judge a POST without a body (`post`) that is `repeated` once a report is ready that the listing did not show."""
    for repeated in story.all("repeated"):
        if story.last("post").succeeded:
            yield part("answer", acknowledges_nothing(repeated), on=(story.last("post"), repeated))
    for left in story.all("left") if not _taken_after_head(story) and not _taken_before(story) else ():
        findings = lists_at_least(
            left, [story.given("ready")["report_id"]], "what the acknowledged listing did not show"
        )
        yield part("nothing-else", findings, on=(story.last("post"), story.last("repeated"), left))


@checker("BATCH-6", "head")
def head_is_no_listing(story: Story) -> Iterator[Part]:
    """Judge a POST without a body (`after-head`) after HEAD in the place of a listing (`headed`), and what is `left`.

    The listing before is acknowledged already (`repeated`), and a report is ready that it did not show.
    """
    repeated = story.last("repeated")
    for post in story.all("after-head"):
        if not repeated.succeeded or facts.acknowledgement(repeated).acknowledged or _taken_before(story):
            continue
        new = [story.given("ready")["report_id"]]
        kept = [lists_at_least(left, new, "what no listing showed") for left in story.all("left")]
        yield part("head", acknowledges_nothing(post), *kept, on=(story.last("headed"), post, *story.all("left")))


def _taken_before(story: Story) -> bool:
    """Tell whether the first POST took the report that its listing did not show, which BATCH-6 and BATCH-9 judge."""
    taken = [named for post in story.all("post") for named in facts.acknowledgement(post).acknowledged or ()]
    return story.has("ready") and story.given("ready")["report_id"] in taken


def _taken_after_head(story: Story) -> bool:
    return any(facts.acknowledgement(post).acknowledged for post in story.all("after-head"))


@checker("BATCH-9", "each-sees-all", "own-listing", "without-own-listing", "not-the-others")
def clients_do_not_share_listings(story: Story) -> Iterator[Part]:
    """Judge two clients of one organization: the second posts before it ever listed, the first after the other did.

    Steps `listed` and `post` of the first client, `second-posts`, `second-lists` and `second-lists-again`.
    """
    if not story.all("second-posts"):
        return
    ready = story.given("queue")["report_ids"]
    for name in ("listed", "second-lists"):
        for asked in story.all(name):
            wanted = [*ready, story.given("ready")["report_id"]] if name == "second-lists" else ready
            yield part("each-sees-all", lists_at_least(asked, wanted, "every unacknowledged report"), on=asked)
    for post in story.all("second-posts"):
        yield part("without-own-listing", acknowledges_nothing(post), on=(story.last("listed"), post))
    for post in story.all("post"):
        done = facts.acknowledgement(post).acknowledged or ()
        lacking = [report_id for report_id in ready if report_id not in done]
        all_own = fact(not lacking, "all that this client was shown acknowledged", f"not {quote_value(lacking)}")
        if says_what_was_done(post):
            yield part("own-listing", served(post), all_own, on=(story.last("listed"), post))
    for after in story.all("second-lists-again"):
        if story.last("post").succeeded:
            findings = lists_at_least(after, [story.given("ready")["report_id"]], "what only this client was shown")
            steps = (story.last("second-lists"), story.last("post"), after)
            yield part("not-the-others", findings, on=steps)
            if not says_what_was_done(story.last("post")):
                gone = lists_none(after, ready, "all that this client was shown")
                yield part("own-listing", gone, on=steps)


@checker(
    "BATCH-10",
    "status",
    "by-study",
    "order-ids",
    "result",
    operations={"getStatus": ["status", "by-study"], "getOrderIds": ["order-ids"], "getResult": ["result"]},
)
def acknowledging_only_marks(story: Story) -> Iterator[Part]:
    """Judge calls for an order (`acknowledged`) whose report was acknowledged (steps `still/<part>`)."""
    for name, asked in story.below("still"):
        order, post = story.given("acknowledged"), story.last("last-post")
        if not post.succeeded:
            continue
        yield part(name, served(asked), on=(post, asked))
        if name in ("status", "by-study") and asked.succeeded:
            status = facts.order_status(asked)
            yield part(name, same(status.order_id, order["order_id"], "order_id"), on=(post, asked))
            yield part(
                name,
                fact(status.status == "COMPLETED", "status COMPLETED", quote_value(status.status)),
                on=(post, asked),
            )
        if name == "order-ids" and asked.succeeded:
            named = facts.order_ids(asked).order_ids or ()
            yield part(name, fact(order["order_id"] in named, order["order_id"], quote_value(named)), on=(post, asked))
