"""No input makes the service fail or hang."""

from collections.abc import Iterator, Mapping, Sequence

from pacsimile_contract.checkers.common import told
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.evidence.silence import GONE_AFTER, is_counted
from pacsimile_contract.findings.part import Finding, Part, cannot_tell, fact, part
from pacsimile_contract.findings.registry import checker, over_the_run
from pacsimile_contract.findings.story import Story

PARTS = ("query", "path", "header", "body", "token-request", "invalid-http")
NOT_IMPLEMENTED = (501, 505)
"""What a parser says to invalid HTTP and to methods and versions that it does not know: no failure."""
UNAVAILABLE = 503
UNANSWERED = ("closed", "reset", "cut off")
"""How a call may end without an answer, though the service is there; `not HTTP`, as well, whatever it is."""


@checker("PROTO-3", *PARTS)
def survives_hostile_input(story: Story) -> Iterator[Part]:
    """Judge hostile input (`<part>/<what>`). What was not answered was asked again (`again/<part>/<what>`).

    Closing the connection is a refusal of what is `huge…` and of invalid HTTP. Where nothing answers any more
    (`dead/<part>/<what>`), we cannot tell whether this input was the reason.
    """
    again, dead = dict(story.below("again")), dict(story.below("dead"))
    for name in PARTS:
        for what, asked in story.below(name):
            key = f"{name}/{what}"
            if key in dead:
                yield cannot_tell(name, f"nothing answers any more since {what}", [asked])
            else:
                yield _judged(name, what, asked, again.get(key))


def _judged(name: str, what: str, asked: Exchange, again: Exchange | None) -> Part:
    may_close = name == "invalid-http" or what.startswith("huge")
    if asked.answer is None and may_close and not asked.timed_out:
        return part(name, fact(True, "a refusal", told(asked)), on=asked)
    last = asked if asked.answer is not None or again is None else again
    if last.answer is None:
        # twice without an answer is a verdict here, not a fault of the network
        return Part(name, (fact(False, f"an answer to {what}", f"none, twice: {last.failure}"),), (asked, last))
    return part(name, fact(_sound(last, may_close), f"no failure of the service by {what}", told(last)), on=last)


def _sound(exchange: Exchange, may_close: bool) -> bool:
    status = exchange.status or 0
    return status < 500 or (may_close and status in NOT_IMPLEMENTED)


def _before_silence(exchanges: Sequence[Exchange]) -> Sequence[Exchange]:
    """Return the exchanges up to the last answer, where so many came after it that the target counts as gone."""
    last = max((place for place, one in enumerate(exchanges, 1) if one.answer is not None), default=0)
    after = [one for one in exchanges[last:] if is_counted(one)]
    return exchanges[:last] if len(after) >= GONE_AFTER else exchanges


def _broke_off(asked: Exchange) -> bool:
    return asked.failure in UNANSWERED or asked.speaks_no_http


def _within(asked: Exchange) -> Finding:
    """Compare: the answer is one that a client can read within bounds."""
    return fact(asked.excess is None, "an answer within the bounds of docs/verify.md", asked.excess)


@over_the_run
@checker("PROTO-3", "any-call")
def never_fails(story: Story) -> Iterator[Part]:
    """Judge every call of a documented operation: no 5xx but 503, no operation hangs while others answer.

    Nor does an answer pass our bounds (`evidence/bounds.py`), which a client could not read either. What a target
    that is gone did not answer is no hanging: the run tells that by itself.
    """
    documented = [one for one in _before_silence(story.exchanges) if one.operation is not None and not one.request.cut]
    hanging: Mapping[str, list[Exchange]] = {}
    for asked in documented:
        status = asked.status or 0
        if asked.timed_out or (_broke_off(asked) and not asked.request.hostile):
            hanging = {**hanging, str(asked.operation): [*hanging.get(str(asked.operation), []), asked]}
        elif asked.answer is not None:
            sound = status < 500 or status == UNAVAILABLE
            answered = fact(sound, "no failure of the service", asked.status if sound else told(asked))
            yield part("any-call", answered, _within(asked), on=asked, by_head=True)
    for operation, asked_ in hanging.items():
        if len(asked_) > 1 and any(one.answer for one in documented):
            yield Part(
                "any-call", (fact(False, f"an answer of {operation}", f"none, {len(asked_)} times"),), tuple(asked_)
            )
