"""`POST /reports` with a body of ten thousand ids: the most that one acknowledgement may name."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import refused, served
from pacsimile_contract.checkers.queue_findings import lists_none, says_what_was_done
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story


@checker("BATCH-11", "ten-thousand", "more-than-ten-thousand")
def acknowledges_ten_thousand(story: Story) -> Iterator[Part]:
    """Judge a POST with 10,001 ids (`too-many`), then one with 10,000 (`ten-thousand`): known ids, some twice.

    Another POST (`long-names`) has 10,000 unknown ids of the greatest length.
    """
    for refusal in story.all("too-many"):
        reasons = ("invalid-body", "body-too-large")
        yield part("more-than-ten-thousand", refused(refusal, 400, 413, reason=reasons), on=refusal)
    for post in story.all("long-names"):
        yield part("ten-thousand", served(post), on=post)
    for post in story.all("ten-thousand"):
        ids = story.given("queue")["report_ids"]
        got = facts.acknowledgement(post).acknowledged or ()
        right = sorted(got) == sorted(ids)
        each_once = fact(right, f"{len(ids)} reports acknowledged, once each", f"{len(got)}, {len(set(got))} different")
        said = says_what_was_done(post)
        yield part("ten-thousand", served(post), [each_once] if said else [], on=post)
        missed = facts.acknowledgement(post).not_found
        if post.succeeded and missed is not None and story.has("unknown"):
            unknown = story.given("unknown")["count"]
            unknown_listed = fact(len(set(missed)) == unknown, f"{unknown} unknown ids in not_found", len(set(missed)))
            yield part("ten-thousand", unknown_listed, on=post)
        if "too-many" in {step.label for step in story.steps} and post.succeeded and said:
            refused_call_changed_nothing = fact(
                set(ids) <= set(got), "nothing acknowledged by the refused call", f"only {len(set(got))} were left"
            )
            yield part("more-than-ten-thousand", refused_call_changed_nothing, on=(story.last("too-many"), post))


@checker("CONS-1", "many-acknowledged")
def acknowledges_many_at_once(story: Story) -> Iterator[Part]:
    """Judge listings right `after-ten-thousand` were named, by either client: what was acknowledged is not listed."""
    for after in story.all("after-ten-thousand"):
        post = story.last("ten-thousand")
        if post.succeeded and after.succeeded:
            done = facts.acknowledgement(post).acknowledged if says_what_was_done(post) else None
            gone = frozenset(story.given("queue")["report_ids"] if done is None else done)
            yield part("many-acknowledged", lists_none(after, gone, "what was acknowledged before"), on=(post, after))
