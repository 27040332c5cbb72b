"""Acknowledgements last, and are done wholly or not at all, even where the answer got lost."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, served
from pacsimile_contract.checkers.queue_findings import finds_all, listed, lists_at_least, lists_none
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

ROUNDS = ("by-name", "by-listing")
"""How the acknowledgement was made whose answer was not awaited."""


@checker("BATCH-14", "wholly-or-not", "may-be-repeated", "stays", "none-lost", "after-restart")
def lasts(story: Story) -> Iterator[Part]:
    """Judge acknowledgements of many reports: `named`, then `lost/<round>`, each with a listing, then `repeat/<round>`.

    At the end another client lists (`others-view`), and every report is named once more (`all-named`).
    """
    yield from _whole(story)
    repeated = dict(story.below("repeat"))
    for way, after in story.below("after-repeat"):
        report_ids = story.given(way)["report_ids"]
        findings = [served(repeated[way]), *finds_all(repeated[way])]
        gone = lists_none(after, report_ids, "what was acknowledged twice, since the first answer was lost")
        yield part("may-be-repeated", findings, [gone] if repeated[way].succeeded else [], on=(repeated[way], after))
    named = story.last("named")
    for step in ("others-view", "after-restart"):
        done = [*story.given("named")["report_ids"]] if named.succeeded else []
        done += [
            report_id for way in repeated if repeated[way].succeeded for report_id in story.given(way)["report_ids"]
        ]
        for view in story.all(step):
            name = "stays" if step == "others-view" else step
            yield part(name, served(view), lists_none(view, done, "what was acknowledged before"), on=view)
            yield part(
                name, lists_at_least(view, story.given("left")["report_ids"], "what nobody acknowledged"), on=view
            )
    for post in story.all("all-named"):
        last = story.all("after-restart") or story.all("others-view")
        got = sorted(facts.acknowledgement(post).acknowledged or ())
        right = fact(
            got == sorted(listed(last[-1])), "exactly the listed reports newly acknowledged", f"{len(got)} reports"
        )
        yield part("none-lost", served(post), right, finds_all(post), on=(last[-1], post))


def _whole(story: Story) -> Iterator[Part]:
    """Judge the listing after each acknowledgement that was not answered 200: all of it is listed still, or none."""
    tries = [("named", post, after) for post, after in zip(story.all("named"), story.all("after-named"), strict=False)]
    lost = dict(story.below("lost"))
    tries += [(way, lost[way], after) for way, after in story.below("after-lost") if way in lost]
    for name, post, after in tries:
        report_ids = story.given(name)["report_ids"]
        left = [report_id for report_id in report_ids if report_id in listed(after)]
        if not after.succeeded:
            continue
        if post.succeeded:
            yield part(
                "wholly-or-not",
                fact(not left, "all acknowledged", f"listed still {quote_value(left)}"),
                on=(post, after),
            )
        else:
            whole = fact(
                len(left) in (0, len(report_ids)),
                f"all {len(report_ids)} or none listed still",
                f"{len(left)} listed still",
            )
            yield part("wholly-or-not", whole, on=after)


@checker("BATCH-14", "stays-over-time", "none-lost-over-time")
def lasts_over_time(story: Story) -> Iterator[Part]:
    """Judge listings long after acknowledgements (`later/...`): by name (`last-post`), and by listing.

    The reports named are noted as `named`; those that nobody acknowledged, an amended one among them, as `left`.
    """
    done = [*story.given("named")["report_ids"]] if story.last("last-post").succeeded else []
    if any(post.succeeded for post in story.all("post")):
        done += listed(story.last("short"))
    for _, view in story.below("later"):
        stays = lists_none(view, done, "what was acknowledged before")
        yield part("stays-over-time", served(view), stays, on=(story.last("last-post"), view))
        left = story.given("left")["report_ids"]
        yield part("none-lost-over-time", lists_at_least(view, left, "what nobody acknowledged"), on=view)
