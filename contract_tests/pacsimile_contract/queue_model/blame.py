"""Which requirement a wrong answer breaks, by what happened in the history before it."""

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
    """Blame a POST without a body that marked a report which this client's last listing did not hold."""
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
    other = listed_last(past, _other_client(who))
    was_shown = any(report in event.answer.reports for event in listings(past, who))
    if not was_shown and other is not None and report in past[other].answer.reports:
        return "BATCH-9", f"only client {_other_client(who)} was shown {report}"
    return "BATCH-5", f"client {who}'s last listing did not hold {report}"


def marked_too_little(past: PlayedHistory, who: int, report: str, superseded: bool) -> Blame:
    """Blame a POST without a body that did not mark a report which this client's last listing held."""
    since = past[(listed_last(past, who) or 0) + 1 :]
    if superseded:
        return "BATCH-12", f"{report} was superseded after client {who} was shown it, and may still be acknowledged"
    if any(event.act.kind == "names" and event.act.who == who for event in since):
        return "BATCH-11", f"an acknowledgement by name leaves what client {who} was shown as it was"
    if any(event.act.who == _other_client(who) and event.act.kind in ("lists", "posts", "names") for event in since):
        return "BATCH-9", f"what client {_other_client(who)} does leaves what client {who} was shown as it was"
    return "BATCH-5", f"client {who}'s last listing held {report}"


def listed_wrongly(past: PlayedHistory, who: int, report: str, acknowledged: frozenset[str], superseded: bool) -> Blame:
    """Blame a listing that holds a report which it must not hold."""
    if report in (UNKNOWN, FOREIGN) or ready_at(past, report) is None:
        return "BATCH-2", f"{report} is not ready"
    if superseded:
        return "BATCH-12", f"{report} was superseded"
    if report not in acknowledged:
        return "BATCH-2", f"{report} is not listed any more"
    marks = [
        place
        for place, event in enumerate(past)
        if _is_acknowledgement(event.act.kind) and report in event.answer.reports
    ]
    marked = marks[-1] if marks else 0
    gone = any(event.act.kind == "lists" and event.answered and event.act.limit is None for event in past[marked:])
    if gone:
        return "BATCH-2", f"{report} was acknowledged, was gone, and came back"
    if past[marked].act.who != who:
        return "CONS-1", f"{report} was acknowledged, which counts for every client at once"
    requirement = "BATCH-11" if past[marked].act.kind == "names" else "BATCH-5"
    return requirement, f"{report} was acknowledged in step {marked + 1}"


def lacking(past: PlayedHistory, report: str, limit: int | None) -> Blame:
    """Blame a listing that lacks a report which waits."""
    listed_at = [
        place for place, event in enumerate(past) if event.act.kind == "lists" and report in event.answer.reports
    ]
    since = max(listed_at[-1] if listed_at else -1, ready_at(past, report) or 0)
    amendment = "BATCH-12", f"{report} is an amendment, which is listed whatever became of what it supersedes"
    versions = {report, *superseded_by(past, report)}
    for place in range(len(past) - 1, since, -1):
        event = past[place]
        if _asks_for_any(event, versions):
            return asked_for(report)
        if _is_acknowledgement(event.act.kind) and event.answered:
            own = (versions - {report}) & set(event.answer.reports)
            return amendment if own else _blame_acknowledgement(past[:place], event.act.kind, event.act.who, report)
    if limit is not None:
        return "BATCH-13", f"a listing with limit={limit} holds the oldest that wait"
    if not listed_at and len(versions) > 1:
        return amendment
    if listed_at:
        return "BATCH-3", f"{report} was listed before, and nothing was acknowledged since"
    return "BATCH-1", f"{report} is ready and not acknowledged"


def not_marked(past: PlayedHistory, report: str, superseded: bool) -> Blame:
    """Blame an acknowledgement by name that did not mark a report which it names and which waits."""
    versions = {report, *superseded_by(past, report)}
    acted = [
        event
        for event in past
        if _asks_for_any(event, versions) or (_is_acknowledgement(event.act.kind) and event.answered)
    ]
    if acted and _asks_for_any(acted[-1], versions):
        return asked_for(report)
    return ("BATCH-12" if superseded else "BATCH-11"), f"{report} is ready and was not acknowledged before"


def asked_for(report: str) -> Blame:
    """Blame a call for an order or its report that took the report off the list."""
    return "RESULTS-6", f"{report} was asked for since, which acknowledges nothing"


def _asks_for_any(event: PlayedAct, versions: set[str]) -> bool:
    return event.act.kind in ("fetches", "asks") and event.act.about[0] in versions


def _blame_acknowledgement(past: PlayedHistory, kind: str, who: int, report: str) -> Blame:
    """Blame the acknowledgement that took a report off the list without saying so."""
    reason = f"the acknowledgement before did not say that it marked {report}"
    if kind == "names":
        return "BATCH-11", reason
    return marked_too_much(past, who, report, frozenset())[0], reason


def _is_acknowledgement(kind: str) -> bool:
    return kind in ("posts", "names")


def _posted_since(past: PlayedHistory, who: int, place: int | None) -> bool:
    since = past[0 if place is None else place + 1 :]
    return any(event.act.kind == "posts" and event.act.who == who and event.answered for event in since)


def _other_client(who: int) -> int:
    return 3 - who
