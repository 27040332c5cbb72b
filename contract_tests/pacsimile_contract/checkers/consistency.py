"""One consistent view: no answer contradicts an earlier one, and overlapping calls take effect one by one."""

from collections.abc import Iterator, Sequence

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, not_applicable, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.queue_model.concurrent_calls import ObservedStep, books_before, observed_steps
from pacsimile_contract.queue_model.linearizability import Call, Undecided, contradiction
from pacsimile_contract.queue_model.reference import Books
from pacsimile_spec.statuses import COMPLETED

NOT_MODIFIED = 304
AT_ONCE = {
    "completed-is-told": "COMPLETED, as the order was made to be before",
    "completed-is-served": "the report of the order that is COMPLETED",
    "completed-is-listed": "a listing with the report of the order that is COMPLETED",
    "acknowledged-is-not-listed": "a listing without what was acknowledged",
    "after-404": "the order that was made since the study was answered 404",
    "new-order-is-most-recent": "the order that was made last",
}
"""What must hold at once, by part."""


def agrees_with_earlier(name: str, exchange: Exchange, known: dict[str, str]) -> bool:
    """Tell whether an answer agrees with what came before: with `order_id` and `report_id`, which `known` names."""
    if name in ("completed-is-listed", "acknowledged-is-not-listed"):
        listed = known["report_id"] in facts.listing(exchange).report_ids
        return exchange.succeeded and listed == (name == "completed-is-listed")
    if not exchange.succeeded:
        return False
    if exchange.operation == "getOrderIds":
        return (facts.order_ids(exchange).order_ids or ("",))[0] == known["order_id"]
    if exchange.operation == "getStatus":
        status = facts.order_status(exchange)
        return status.order_id == known["order_id"] and (name != "completed-is-told" or status.status == COMPLETED)
    return report_headers(exchange).order_id in (None, known["order_id"])


@checker(
    "CONS-1",
    *AT_ONCE,
    operations={
        "getStatus": ["completed-is-told"],
        "getResult": ["completed-is-served"],
        "listReports": ["completed-is-listed", "acknowledged-is-not-listed"],
        "acknowledgeReports": ["acknowledged-is-not-listed"],
    },
)
def never_contradicts(story: Story) -> Iterator[Part]:
    """Judge calls that began just after the change they must agree with (`now/<part>/<n>`).

    A call that did not agree was repeated (`later/<part>/<n>`). If a repetition agrees, the change took effect late. If
    none does, time is not the cause: the requirement that it breaks is judged elsewhere.
    """
    later: dict[str, list[Exchange]] = {}
    for which, asked in story.below("later"):
        later.setdefault(which, []).append(asked)
    for which, asked in story.below("now"):
        name = which.partition("/")[0]
        known = dict(story.given(f"now/{name}"))
        right = [answer for answer in later.get(which, ()) if agrees_with_earlier(name, answer, known)]
        if agrees_with_earlier(name, asked, known):
            yield part(name, fact(True, AT_ONCE[name], describe_answer(asked)), on=asked)
        elif right:
            late = f"not at once, but {right[0].started - asked.started:.1f} s later"
            yield part(name, fact(False, f"at once {AT_ONCE[name]}", late), on=(right[0], asked))
        else:
            yield not_exercised(name, f"neither at once nor later: {describe_answer(asked)}")


@checker("CONS-1", "overlapping-calls")
def takes_effect_at_one_instant(story: Story) -> Iterator[Part]:
    """Judge calls over eight connections at once: some order of them, true to real time, must explain every answer."""
    everything = observed_steps(story)
    try:
        needed = contradiction([step.call for step in everything], books_before(story))
    except Undecided as error:
        yield not_exercised("overlapping-calls", str(error))
        return
    if story.stopped is not None and not needed:
        return
    shown = narrative(needed, everything)
    exchanges = [step.exchange for step in shown or everything if step.exchange is not None and step.exchange.answer]
    wanted = "calls that take effect at one instant each, between request and answer"
    yield part("overlapping-calls", fact(not needed, wanted, _contradicting(shown)), on=exchanges)


MOST_SHOWN = 8
"""How many calls are shown of a contradiction: those that it needs, and the changes that they are about."""


def narrative(needed: Sequence[Call[Books]], everything: Sequence[ObservedStep]) -> list[ObservedStep]:
    """Return the steps that a reader needs to see a contradiction, in order of time."""
    chosen = [step for step in everything if any(step.call is call for call in needed)]
    about = frozenset(name for step in chosen for name in step.about)
    last = max((step.call.ended for step in chosen), default=0.0)
    changes = [step for step in everything if step not in chosen and not step.call.reads]
    changes = [step for step in changes if step.about & about and step.call.began <= last]
    changes.sort(key=lambda step: step.call.began)
    room = max(MOST_SHOWN - len(chosen), 0)
    return sorted(chosen + changes[len(changes) - min(room, len(changes)) :], key=lambda step: step.call.began)


def _contradicting(shown: Sequence[ObservedStep]) -> str:
    """Describe the calls, each with the milliseconds in which it took place."""
    if not shown:
        return "so it is"
    first = shown[0].call.began
    lines = [f"[{_span(step.call, first)}] {step.call.description}" for step in shown]
    return f"these, which no order explains: {'; '.join(lines)}"


def _span(call: Call[Books], first: float) -> str:
    began, ended = (call.began - first) * 1000, (call.ended - first) * 1000
    return f"{began:.1f}-{ended:.1f} ms" if not call.indeterminate else f"{began:.1f} ms on"


@checker("CONS-1", "not-modified")
def is_never_stale(story: Story) -> Iterator[Part]:
    """Judge calls with the entity tag of an answer from before a change (`If-None-Match`): a 304 would be stale.

    A service that sends no `ETag` has nothing to be judged by.
    """
    for asked in story.exchanges:
        if asked.request.header("If-None-Match") is not None and asked.answer is not None:
            changed = fact(asked.status != NOT_MODIFIED, "what has changed since", describe_answer(asked))
            yield part("not-modified", changed, on=asked)
    if not any(asked.header("ETag") for asked in story.exchanges):
        yield not_applicable("not-modified", "the service sends no entity tags")
