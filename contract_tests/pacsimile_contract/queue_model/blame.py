"""Which requirement a wrong answer breaks: found by looking back at what happened since it was right."""

from pacsimile_contract.queue_model.acts import FOREIGN, UNKNOWN
from pacsimile_contract.queue_model.events import (
    PlayedAct,
    PlayedHistory,
    listed_last,
    listings,
    ready_at,
    superseded_by,
)

Blame = tuple[str, str]
"""The requirement's id, and why it is that one, in words."""


def marked_too_much(past: PlayedHistory, who: int, report: str, acknowledged: frozenset[str]) -> Blame:
    """A POST without a body marked what this client's last listing did not hold."""
    shown, ready = listed_last(past, who), ready_at(past, report)
    again = _posted_since(past, who, shown)
    if ready is None:
        return "BATCH-5", f"{report} is no report that was ever ready here"
    if report in acknowledged:
        return ("BATCH-8" if again else "BATCH-5"), f"{report} was acknowledged before"
    if shown is None:
        return "BATCH-7", f"client {who} had never listed"
    if again:
        return "BATCH-8", f"client {who} had acknowledged that listing before"
    if ready > shown:
        return "BATCH-6", f"{report} became ready after the listing"
    other = listed_last(past, _other(who))
    mine = any(report in one.answer.reports for one in listings(past, who))
    if not mine and other is not None and report in past[other].answer.reports:
        return "BATCH-9", f"only client {_other(who)} was shown {report}"
    return "BATCH-5", f"client {who}'s last listing did not hold {report}"


def marked_too_little(past: PlayedHistory, who: int, report: str, superseded: bool) -> Blame:
    """A POST without a body left what this client's last listing held."""
    since = past[(listed_last(past, who) or 0) + 1 :]
    if superseded:
        return "BATCH-12", f"{report} was superseded after client {who} was shown it, and may still be acknowledged"
    if any(one.act.kind == "names" and one.act.who == who for one in since):
        return "BATCH-11", f"an acknowledgement by name leaves what client {who} was shown as it was"
    if any(one.act.who == _other(who) and one.act.kind in ("lists", "posts", "names") for one in since):
        return "BATCH-9", f"what client {_other(who)} does leaves what client {who} was shown as it was"
    return "BATCH-5", f"client {who}'s last listing held {report}"


def listed_wrongly(past: PlayedHistory, who: int, report: str, acknowledged: frozenset[str], superseded: bool) -> Blame:
    """A listing holds what it must not."""
    if report in (UNKNOWN, FOREIGN) or ready_at(past, report) is None:
        return "BATCH-2", f"{report} is not ready"
    if superseded:
        return "BATCH-12", f"{report} was superseded"
    if report not in acknowledged:
        return "BATCH-2", f"{report} is not listed any more"
    marks = [place for place, one in enumerate(past) if _marks(one.act.kind) and report in one.answer.reports]
    marked = marks[-1] if marks else 0
    gone = any(one.act.kind == "lists" and one.answered and one.act.limit is None for one in past[marked:])
    if gone:
        return "BATCH-2", f"{report} was acknowledged, was gone, and came back"
    if past[marked].act.who != who:
        return "CONS-1", f"{report} was acknowledged, which counts for every client at once"
    requirement = "BATCH-11" if past[marked].act.kind == "names" else "BATCH-5"
    return requirement, f"{report} was acknowledged in step {marked + 1}"


def lacking(past: PlayedHistory, report: str, limit: int | None) -> Blame:
    """A listing lacks what waits."""
    seen = [place for place, one in enumerate(past) if one.act.kind == "lists" and report in one.answer.reports]
    since = max(seen[-1] if seen else -1, ready_at(past, report) or 0)
    amendment = "BATCH-12", f"{report} is an amendment, which is listed whatever became of what it supersedes"
    versions = {report, *superseded_by(past, report)}
    for place in range(len(past) - 1, since, -1):
        event = past[place]
        if _asks(event, versions):
            return asked_for(report)
        if _marks(event.act.kind) and event.answered:
            own = (versions - {report}) & set(event.answer.reports)
            return amendment if own else _taken(past[:place], event.act.kind, event.act.who, report)
    if limit is not None:
        return "BATCH-13", f"a listing with limit={limit} holds the oldest that wait"
    if not seen and len(versions) > 1:
        return amendment
    if seen:
        return "BATCH-3", f"{report} was listed before, and nothing was acknowledged since"
    return "BATCH-1", f"{report} is ready and not acknowledged"


def not_marked(past: PlayedHistory, report: str, superseded: bool) -> Blame:
    """An acknowledgement by name left what it names and waits."""
    versions = {report, *superseded_by(past, report)}
    acted = [event for event in past if _asks(event, versions) or (_marks(event.act.kind) and event.answered)]
    if acted and _asks(acted[-1], versions):
        return asked_for(report)
    return ("BATCH-12" if superseded else "BATCH-11"), f"{report} is ready and was not acknowledged before"


def asked_for(report: str) -> Blame:
    """Asking for an order or its report took the report off the list."""
    return "RESULTS-6", f"{report} was asked for since, which acknowledges nothing"


def _asks(event: PlayedAct, versions: set[str]) -> bool:
    return event.act.kind in ("fetches", "asks") and event.act.about[0] in versions


def _taken(past: PlayedHistory, kind: str, who: int, report: str) -> Blame:
    """Who took a report off the list without saying so."""
    told = f"the acknowledgement before did not say that it marked {report}"
    if kind == "names":
        return "BATCH-11", told
    return marked_too_much(past, who, report, frozenset())[0], told


def _marks(kind: str) -> bool:
    return kind in ("posts", "names")


def _posted_since(past: PlayedHistory, who: int, place: int | None) -> bool:
    since = past[0 if place is None else place + 1 :]
    return any(one.act.kind == "posts" and one.act.who == who and one.answered for one in since)


def _other(who: int) -> int:
    return 3 - who
