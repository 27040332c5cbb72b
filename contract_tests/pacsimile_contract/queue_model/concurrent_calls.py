"""Overlapping calls of a story, each as a step over the queue's books (CONS-1).

Steps `at-once/<n>-<who>` are calls, with the named reports noted under the same label; `change/<n>` are changes that a
state made, from `began` to `ended`; `before` says what was true when the first call was sent.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.queue_model.linearizability import Call
from pacsimile_contract.queue_model.reference import Books
from pacsimile_spec.statuses import COMPLETED

Transition = Callable[[Books], Books | None]

CALLS, CHANGES, BEFORE = "at-once", "change", "before"
NOT_OFFERED = "report-type-not-available"


@dataclass(frozen=True, eq=False)
class ObservedStep:
    """A call or a change, the identifiers that it is about, and its exchange (None for a change that a state made)."""

    call: Call[Books]
    about: frozenset[str]
    exchange: Exchange | None = None


def books_before(story: Story) -> Books:
    """Return the books at the beginning of a story."""
    books = Books()
    for order, report in story.given(BEFORE)["versions"]:
        books = books.completed(order, report)
    return books


def observed_steps(story: Story) -> list[ObservedStep]:
    """Return every call and change of a story. Refused calls are left out, since they show no state."""
    calls = story.below(CALLS)
    markers = {exchange.request.client for _, exchange in calls if exchange.operation == "acknowledgeReports"}
    steps = [_read(who, exchange, story.values.get(f"{CALLS}/{who}", {}), markers) for who, exchange in calls]
    settle = story.given(BEFORE).get("settle", 0.0)
    if settle:
        steps = [step if step is None or step.call.reads else _delayed(step, settle) for step in steps]
    changes = [values for label, values in story.values.items() if label.startswith(CHANGES + "/")]
    return [step for step in steps if step is not None] + [step for known in changes for step in _changes(known)]


def _delayed(step: ObservedStep, settle: float) -> ObservedStep:
    """Let a change take effect up to `settle` seconds later, as the operator allows."""
    return replace(step, call=replace(step.call, ended=step.call.ended + settle))


def _changes(known: Mapping[str, Any]) -> list[ObservedStep]:
    """Return the steps of a state's change. An order that it submits may be seen before it is COMPLETED."""
    order, report, kind = known["order_id"], known.get("report_id"), known["kind"]
    if kind != "submitted":
        words = {"completed": "completes", "amended": "is amended"}[kind]
        return [_change(known, f"order {order} {words}: report {report} is ready", _completing(order, str(report)))]
    study = known["study_uid"]

    def submitting(books: Books) -> Books:
        return books.submitted(order, study)

    made = [_change(known, f"order {order} of {study} is submitted", submitting)]
    if report:
        after = partial(_if_submitted, order, study)
        completing = _completing(order, report)
        made.append(_change(known, f"order {order} of {study} completes: report {report} is ready", completing, after))
    return made


def _if_submitted(order: str, study: str, books: Books) -> bool:
    return order in books.of_study(study)


def _completing(order: str, report: str) -> Callable[[Books], Books]:
    return lambda books: books.completed(order, report)


def _change(
    known: Mapping[str, Any],
    description: str,
    effect: Callable[[Books], Books],
    possible: Callable[[Books], bool] = lambda books: True,
) -> ObservedStep:
    def step(books: Books) -> Books | None:
        return effect(books) if possible(books) else None

    about = frozenset(
        identifier for identifier in (known["order_id"], known.get("report_id"), known.get("study_uid")) if identifier
    )
    return ObservedStep(Call(description, known["began"], known["ended"], step, effect), about)


def _read(who: str, exchange: Exchange, noted: Mapping[str, Any], markers: set[str | None]) -> ObservedStep | None:
    lost = exchange.answer is None or (exchange.status or 0) >= 500
    name = who.partition("-")[2]
    if exchange.operation == "listReports":
        return _listing(name, exchange, lost, marks=exchange.request.client in markers)
    if exchange.operation == "acknowledgeReports":
        return _acknowledgement(name, exchange, lost, noted.get("report_ids"))
    readers = {"getStatus": _status, "getOrderIds": _order_ids, "getResult": _result}
    reader = readers.get(str(exchange.operation))
    step = None if lost or reader is None else reader(exchange)
    if step is None:
        return None
    asked = next(
        (exchange.given[parameter] for parameter in ("order_id", "study_uid") if parameter in exchange.given), ""
    )
    description = f"{name} asks {exchange.operation} of {asked}: {_answered(exchange)}"
    return ObservedStep(_call(description, exchange, step, _same, reads=True), frozenset([asked]), exchange)


def _same(books: Books) -> Books:
    return books


def _call(
    description: str, exchange: Exchange, step: Transition, effect: Callable[[Books], Books], *, reads: bool
) -> Call[Books]:
    return Call(description, exchange.started, exchange.ended, step, effect, reads)


def _listing(name: str, exchange: Exchange, lost: bool, *, marks: bool) -> ObservedStep | None:
    client, limit = str(exchange.request.client), exchange.given.get("limit")
    ids = [report_id for report_id in facts.listing(exchange).report_ids if report_id is not None]

    def effect(books: Books) -> Books:
        return books.listed(client, ids) if marks else books

    def step(books: Books) -> Books | None:
        return effect(books) if _shows(ids, books, limit) else None

    if exchange.succeeded and facts.listing(exchange).reports is not None:
        description = f"{name} lists{f' {limit} at most' if limit else ''}: {', '.join(ids) or 'nothing'}"
        return ObservedStep(_call(description, exchange, step, effect, reads=not marks), frozenset(ids), exchange)
    if not lost or not marks:
        return None
    return ObservedStep(
        _lost(f"{name} lists: no answer", exchange, lambda books: _shown_unseen(books, client)), frozenset()
    )


def _shown_unseen(books: Books, client: str) -> Books:
    """Return the books after a listing whose answer got lost: it is remembered all the same (BATCH-5)."""
    return books.listed(client, books.listable)


def _lost(description: str, exchange: Exchange, effect: Callable[[Books], Books]) -> Call[Books]:
    """Return a call that may or may not have taken effect."""
    return Call(description, exchange.started, math.inf, effect, effect)


def _shows(ids: Sequence[str], books: Books, limit: str | None) -> bool:
    waiting = books.listable
    if len(set(ids)) < len(ids):
        return False
    if limit is None:
        return set(ids) == waiting
    return set(ids) <= waiting and len(set(ids)) == min(int(limit), len(waiting))


def _acknowledgement(name: str, exchange: Exchange, lost: bool, named: Sequence[str] | None) -> ObservedStep | None:
    client = str(exchange.request.client)
    acknowledgement = facts.acknowledgement(exchange)
    says = exchange.says("Acknowledgement", "acknowledged")
    done, unknown = frozenset(acknowledgement.acknowledged or ()), frozenset(acknowledgement.not_found or ())

    def marks(books: Books) -> frozenset[str]:
        return books.marked_by_listing(client) if named is None else books.marked_by_name(named)

    def effect(books: Books) -> Books:
        return books.marked(marks(books))

    def step(books: Books) -> Books | None:
        fits = marks(books) == done and (named is None or books.unknown(named) == unknown)
        return effect(books) if fits or not says else None

    what = "what it was shown last" if named is None else ", ".join(named) or "nothing"
    if exchange.succeeded and (acknowledgement.acknowledged is not None or not says):
        marked = f"{', '.join(sorted(done)) or 'nothing'} newly marked" if says else _answered(exchange)
        description = f"{name} acknowledges {what}: {marked}"
        return ObservedStep(
            _call(description, exchange, step, effect, reads=False), done | frozenset(named or ()), exchange
        )
    if not lost:
        return None
    description = f"{name} acknowledges {what}: {_answered(exchange)}"
    return ObservedStep(_lost(description, exchange, effect), frozenset(named or ()))


def _order(exchange: Exchange, books: Books) -> str | None:
    """Return the order that a call is about: the named one, or the most recent one of the named study."""
    if "order_id" in exchange.given:
        return exchange.given["order_id"]
    return next(iter(books.of_study(exchange.given["study_uid"])), None)


def _status(exchange: Exchange) -> Transition | None:
    status = facts.order_status(exchange)

    def step(books: Books) -> Books | None:
        order = _order(exchange, books)
        if exchange.status == 404 or order is None:
            return books if exchange.status == 404 and order is None else None
        done = books.newest(order) is not None
        return books if status.order_id == order and (status.status == COMPLETED) == done else None

    return step if exchange.status in (200, 404) else None


def _order_ids(exchange: Exchange) -> Transition | None:
    order_ids = facts.order_ids(exchange).order_ids or ()

    def step(books: Books) -> Books | None:
        return books if books.of_study(exchange.given["study_uid"]) == order_ids else None

    return step if exchange.status in (200, 404) else None


def _result(exchange: Exchange) -> Transition | None:
    report, status = report_headers(exchange).report_id, exchange.status
    reason = facts.problem(exchange).reason
    offered = reason != NOT_OFFERED

    def step(books: Books) -> Books | None:
        order = _order(exchange, books)
        if status == 404 and reason is None:  # nothing there: neither such an order, nor a report of it yet
            return books if order is None or books.newest(order) is None else None
        if order is None or (status == 404 and offered):
            return books if order is None and status == 404 and offered else None
        newest = books.newest(order)
        if status == 409 or newest is None:
            return books if status == 409 and newest is None else None
        return books if status == 404 or report in (None, newest) else None

    return step if status in (200, 404, 409) else None


def _answered(exchange: Exchange) -> str:
    if exchange.answer is None:
        return "no answer"
    status = facts.order_status(exchange)
    details = {
        "getStatus": f" {status.order_id} {status.status}",
        "getOrderIds": f" {', '.join(facts.order_ids(exchange).order_ids or ())}",
        "getResult": f" report {report_headers(exchange).report_id}",
    }
    return f"{exchange.status}{details.get(str(exchange.operation), '') if exchange.succeeded else ''}"
