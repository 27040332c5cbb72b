"""No input makes the service fail or hang."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pacsimile_contract.checkers.common import describe_answer
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.evidence.silence import GONE_AFTER, is_counted
from pacsimile_contract.findings.part import Finding, Part, cannot_tell, fact, part
from pacsimile_contract.findings.reasons import GONE
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story

INPUT_PARTS = ("query", "path", "header", "body", "token-request", "invalid-http")
NOT_IMPLEMENTED = (501, 505)
"""Statuses of a parser for invalid HTTP, and for unknown methods and versions. They are no failure."""
UNAVAILABLE = 503
UNANSWERED = ("closed", "reset", "cut off")
"""How a call may end without an answer although the service is there. `not HTTP` counts too."""
MOST_LOST = 0.1
"""The share of acknowledgements whose answers may be lost on the way. A client repeats such a call (BATCH-14)."""


@checker("PROTO-3", *INPUT_PARTS)
def survives_hostile_input(story: Story) -> Iterator[Part]:
    """Judge hostile input (`<part>/<what>`). A call without an answer was repeated (`again/<part>/<what>`).

    For `huge…` input and invalid HTTP, closing the connection is a refusal. Where nothing answers any more
    (`dead/<part>/<what>`), the cause cannot be told.
    """
    again, dead = dict(story.below("again")), dict(story.below("dead"))
    for name in INPUT_PARTS:
        for what, asked in story.below(name):
            key = f"{name}/{what}"
            if key in dead:
                yield cannot_tell(name, f"nothing answers any more since {what}", [asked])
            else:
                yield _judge(name, what, asked, again.get(key))


def _judge(name: str, what: str, asked: Exchange, again: Exchange | None) -> Part:
    may_close = name == "invalid-http" or what.startswith("huge")
    if asked.answer is None and may_close and not asked.timed_out:
        return part(name, fact(True, "a refusal", describe_answer(asked)), on=asked, silence_counts=True)
    last = asked if asked.answer is not None or again is None else again
    if last.answer is None:
        # twice without an answer is a verdict here, not a fault of the network
        return Part(name, (fact(False, f"an answer to {what}", f"none, twice: {last.failure}"),), (asked, last))
    sound = fact(_sound(last, may_close), f"no failure of the service by {what}", describe_answer(last))
    return part(name, sound, on=last, silence_counts=True)


def _sound(exchange: Exchange, may_close: bool) -> bool:
    status = exchange.status or 0
    return status < 500 or (may_close and status in NOT_IMPLEMENTED)


def _before_silence(story: Story) -> Sequence[Exchange]:
    """Return the exchanges up to the last answer, if the target counts as gone after it; else all of them.

    It does so after so many calls without an answer, or if the run ended for that, as where its state URL is gone too.
    """
    exchanges = story.exchanges
    last = max((place for place, exchange in enumerate(exchanges, 1) if exchange.answer is not None), default=0)
    after = [exchange for exchange in exchanges[last:] if is_counted(exchange)]
    return exchanges[:last] if len(after) >= GONE_AFTER or story.stopped == GONE else exchanges


def _broke_off(asked: Exchange) -> bool:
    return asked.failure in UNANSWERED or asked.speaks_no_http


def _is_unanswered(asked: Exchange) -> bool:
    return asked.timed_out or (_broke_off(asked) and not asked.request.hostile)


def _without_tolerated_losses(unanswered: list[Exchange], documented: Sequence[Exchange]) -> list[Exchange]:
    """Return the acknowledgements that count as unanswered: not those few whose answers were lost on the way."""
    lost = [asked for asked in unanswered if not asked.timed_out]
    calls = sum(asked.operation == "acknowledgeReports" for asked in documented)
    return unanswered if len(lost) > MOST_LOST * calls else [asked for asked in unanswered if asked.timed_out]


def _within(asked: Exchange) -> Finding:
    """Compare: the answer is one that a client can read within bounds."""
    return fact(asked.exceeded_bound is None, "an answer within the bounds of docs/verify.md", asked.exceeded_bound)


@whole_run
@checker("PROTO-3", "any-call")
def never_fails(story: Story) -> Iterator[Part]:
    """Judge every call of a documented operation: no 5xx but 503, and no operation hangs while others answer.

    An answer beyond the bounds of `evidence/bounds.py` fails too, since clients could not read it. Calls to a target
    that is gone do not count as hanging: the run reports that by itself.
    """
    documented = [
        exchange for exchange in _before_silence(story) if exchange.operation is not None and not exchange.request.cut
    ]
    hanging: dict[str, list[Exchange]] = defaultdict(list)
    for asked in documented:
        status = asked.status or 0
        if _is_unanswered(asked):
            hanging[str(asked.operation)].append(asked)
        elif asked.answer is not None:
            sound = status < 500 or status == UNAVAILABLE
            answered = fact(sound, "no failure of the service", asked.status if sound else describe_answer(asked))
            yield part("any-call", answered, _within(asked), on=asked, by_head=True)
    if "acknowledgeReports" in hanging:
        hanging["acknowledgeReports"] = _without_tolerated_losses(hanging["acknowledgeReports"], documented)
    for operation, unanswered in hanging.items():
        if len(unanswered) > 1 and any(exchange.answer for exchange in documented):
            yield Part(
                "any-call",
                (fact(False, f"an answer of {operation}", f"none, {len(unanswered)} times"),),
                tuple(unanswered),
            )
