"""The queue of an existing organization, where others may acknowledge and reports may become ready meanwhile."""

from collections.abc import Iterable, Iterator, Sequence

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, same, served
from pacsimile_contract.checkers.queue_findings import acknowledges_nothing, listed, lists_none, says_what_was_done
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

VANISHED = "a report vanished; another client may have acknowledged it: with `exclusive: true` that is a FAIL"


def _exclusive(story: Story) -> bool:
    return bool(story.given("standing")["exclusive"])


def _kept(name: str, story: Story, after: Exchange, wanted: Iterable[str], on: Sequence[Exchange]) -> Part:
    """Judge that a listing still holds the reports that this run did not acknowledge."""
    missing = [report_id for report_id in wanted if report_id not in listed(after)]
    if missing and after.succeeded and not _exclusive(story):
        return not_exercised(name, VANISHED)
    kept = fact(not missing, "all that this listing did not show still listed", f"not {quote_value(missing)}")
    return part(name, served(after), kept, on=on)


@checker("BATCH-5", "answer", "none-left", "last-listing-alone")
def takes_off_what_was_shown(story: Story) -> Iterator[Part]:
    """Judge POST without a body (`post`) after a listing of two (`short`) of `all`, and the listing `after`."""
    short, post, after = story.last("short"), story.last("post"), story.last("after")
    acknowledged = facts.acknowledgement(post).acknowledged or ()
    surplus, lacking = sorted(set(acknowledged) - set(listed(short))), sorted(set(listed(short)) - set(acknowledged))
    nothing_else = fact(not surplus, "nothing acknowledged but what was listed", quote_value(surplus))
    if not says_what_was_done(post):
        yield part("answer", served(post), on=(short, post))
    elif lacking and not surplus and post.succeeded and not _exclusive(story):
        yield not_exercised("answer", VANISHED)
    else:
        yield part("answer", served(post), nothing_else, same(lacking, [], "left out"), on=(short, post))
    if post.succeeded:
        gone = lists_none(after, listed(short), "what was acknowledged")
        yield part("none-left", served(after), gone, on=(short, post, after), binding=True)
        rest = [report_id for report_id in listed(story.last("all")) if report_id not in listed(short)]
        yield _kept("last-listing-alone", story, after, rest, (short, post, after))


@checker("BATCH-8", "answer")
def does_nothing_twice(story: Story) -> Iterator[Part]:
    """Judge the POST that is `repeated`."""
    for repeated in story.all("repeated"):
        if story.last("post").succeeded:
            yield part("answer", acknowledges_nothing(repeated), on=(story.last("post"), repeated))


@checker("BATCH-9", "each-sees-all")
def shows_both_clients_all(story: Story) -> Iterator[Part]:
    """Judge the listing of another client (`between`): what the first was shown before and after was there, too."""
    before, between, after = story.last("before"), story.last("between"), story.last("after")
    if not (before.succeeded and after.succeeded):
        return
    missing = [
        report_id for report_id in listed(before) if report_id in listed(after) and report_id not in listed(between)
    ]
    complete = fact(not missing, "what the other client is shown before and after", f"not {quote_value(missing)}")
    yield part("each-sees-all", served(between), complete, on=(before, between, after))


@checker("BATCH-9", "own-listing", "not-the-others")
def keeps_clients_apart(story: Story) -> Iterator[Part]:
    """Judge a `post` after a listing of two (`short`) and a longer one by the organization's `second` client."""
    for second in story.all("second-lists"):
        short, post, after = story.last("short"), story.last("post"), story.last("after")
        if not (post.succeeded and second.succeeded):
            return
        lacking = set(listed(short)) - set(facts.acknowledgement(post).acknowledged or ())
        if not says_what_was_done(post):
            own = lists_none(after, listed(short), "what this client was shown last")
            yield part("own-listing", own, on=(short, second, post, after))
        elif lacking and not _exclusive(story):
            yield not_exercised("own-listing", VANISHED)
        else:
            own = same(sorted(lacking), [], "left out")
            yield part("own-listing", own, on=(short, second, post))
        rest = [report_id for report_id in listed(second) if report_id not in listed(short)]
        if rest:
            yield _kept("not-the-others", story, after, rest, (short, second, post, after))


@checker("BATCH-10", "status", "result", operations={"getStatus": ["status"], "getResult": ["result"]})
def marks_and_no_more(story: Story) -> Iterator[Part]:
    """Judge calls for an order (`marked`) whose report was acknowledged."""
    for name, asked in story.below("still"):
        if not story.last("post").succeeded:
            continue
        yield part(name, served(asked), on=(story.last("post"), asked))
        if name == "status" and asked.succeeded:
            order_id = facts.order_status(asked).order_id
            yield part(name, same(order_id, story.given("marked")["order_id"], "order_id"), on=asked)


@checker("BATCH-11", "named-alone", "unknown")
def takes_off_what_is_named(story: Story) -> Iterator[Part]:
    """Judge a POST that names a report and an unknown one (`named`), and the listing `after-named`."""
    named = story.last("named")
    wanted, acknowledgement = story.given("named"), facts.acknowledgement(named)
    got = list(acknowledgement.acknowledged or ())
    if not says_what_was_done(named):
        yield part("named-alone", served(named), on=named)
    elif not got and named.succeeded and not _exclusive(story):
        yield not_exercised("named-alone", VANISHED)
    else:
        yield part("named-alone", served(named), same(got, [wanted["report_id"]], "acknowledged"), on=named)
    yield part(
        "unknown",
        served(named),
        same(list(acknowledgement.not_found or ()), [wanted["unknown"]], "not_found"),
        on=named,
    )
    for after in story.all("after-named"):
        if named.succeeded and after.succeeded:
            gone = lists_none(after, [wanted["report_id"]], "what was acknowledged by name")
            yield part("named-alone", gone, on=(named, after))
