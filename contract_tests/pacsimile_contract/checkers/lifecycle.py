"""Changes of an order's status, judged over every answer of `/status` in a run."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value
from pacsimile_contract.dialects.vocabulary import in_seconds
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_spec.statuses import ALLOWED, COMPLETED, FINAL

Answered = tuple[Exchange, facts.OrderStatus]


def _answers(story: Story) -> Iterator[Answered]:
    for asked in story.exchanges:
        if asked.operation == "getStatus" and asked.status == 200:
            yield asked, facts.order_status(asked)


def _successions(story: Story) -> Iterator[tuple[Answered, Answered]]:
    """Yield each answer about an order after the last answer that had come before it was asked for.

    Answers are kept apart by client, since two organizations may use the same order id. Overlapping calls have no
    order.
    """
    answers_by_order: dict[tuple[str | None, str], list[Answered]] = defaultdict(list)
    for asked, status in _answers(story):
        if status.order_id is None:
            continue
        known = answers_by_order[asked.request.client, status.order_id]
        earlier = next((answer for answer in reversed(known) if answer[0].ended <= asked.started), None)
        if earlier is not None and earlier[0] is not asked:
            yield earlier, (asked, status)
        known.append((asked, status))


@whole_run
@checker("STATUS-5", "path", "final")
def moves_along_its_path(story: Story) -> Iterator[Part]:
    """Judge each change of status: along RECEIVED, PROCESSING and a final one, which stays."""
    for (first, before), (second, after) in _successions(story):
        if before.status is None or before.status not in ALLOWED or after.status not in ALLOWED:
            continue
        reachable = {before.status, *ALLOWED[before.status]}
        finding = fact(
            after.status in reachable,
            f"after {quote_value(before.status)} one of {quote_value(sorted(reachable))}",
            quote_value(after.status),
        )
        yield part("final" if before.status in FINAL else "path", finding, on=(first, second))


@whole_run
@checker("STATUS-6", "progress-never-falls", "progress-100", "completed-at", "created-before-updated")
def agrees_with_its_status(story: Story) -> Iterator[Part]:
    """Judge progress and times of each answer by its status, and progress by the answer before."""
    for asked, status in _answers(story):
        completed = status.status == COMPLETED
        if status.progress is not None and status.status in ALLOWED:
            words = "progress 100" if completed else f"progress below 100 while {quote_value(status.status)}"
            yield part(
                "progress-100",
                fact((status.progress == 100) is completed, words, quote_value(status.progress)),
                on=asked,
            )
        if status.status in ALLOWED:
            words = "completed_at set" if completed else f"completed_at null while {quote_value(status.status)}"
            finding = fact(
                (status.completed_at is not None) is completed, words, quote_value(_text(status.completed_at))
            )
            yield part("completed-at", finding, on=asked)
        if status.created_at and status.updated_at:
            words = f"updated_at not before created_at {status.created_at}{status.created_at.utc_note}"
            yield part(
                "created-before-updated",
                fact(
                    status.created_at <= status.updated_at,
                    words,
                    quote_value(status.updated_at) + status.updated_at.utc_note,
                ),
                on=asked,
            )
    for (first, before), (second, after) in _successions(story):
        changed = before.status != after.status
        forbidden = changed and after.status not in ALLOWED.get(str(before.status), ())
        if before.progress is not None and after.progress is not None and not forbidden:
            words = f"progress {quote_value(before.progress)} or more"
            finding = fact(after.progress >= before.progress, words, quote_value(after.progress))
            yield part("progress-never-falls", finding, on=(first, second))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@whole_run
@checker("STATUS-7", "created-at", "study-uid", "study-group", "completed-at", "updated-at-never-falls")
def keeps_what_is_set(story: Story) -> Iterator[Part]:
    """Judge what never changes once it is set, and `updated_at`, which never falls."""
    for (first, before), (second, after) in _successions(story):
        kept = (
            ("created-at", before.created_at, after.created_at),
            ("study-uid", before.study_uid, after.study_uid),
            ("study-group", before.study_group, after.study_group),
            ("completed-at", before.completed_at, after.completed_at),
        )
        for name, was, now in kept:
            if was is not None:
                finding = fact(now == was, f"{name.replace('-', '_')} {was}, as before", quote_value(_text(now)))
                yield part(name, finding, on=(first, second))
        if before.updated_at and after.updated_at:
            words = f"updated_at {before.updated_at}{before.updated_at.utc_note} or later"
            yield part(
                "updated-at-never-falls",
                fact(
                    after.updated_at >= before.updated_at,
                    words,
                    quote_value(after.updated_at) + after.updated_at.utc_note,
                ),
                on=(first, second),
            )


@checker("STATUS-7", "updated-at-moves")
def updated_at_moves(story: Story) -> Iterator[Part]:
    """Judge `updated_at` of an order polled after each change (steps `life/<order>`): later each time."""
    lives = dict.fromkeys(name for name, _ in story.below("life"))
    for life in lives:
        polls = story.all(f"life/{life}")
        for first, second in pairwise(polls):
            was, now = facts.order_status(first).updated_at, facts.order_status(second).updated_at
            if was and now:
                later = now >= was if in_seconds(first.dialect) else now > was
                finding = fact(later, f"updated_at later than {was} after a change", quote_value(now))
                yield part("updated-at-moves", finding, on=(first, second))
