"""`/results`: an order's report in the asked type, the same each time, and the refusals where there is none."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, may_change, quote_value, refused, served
from pacsimile_contract.checkers.order_reports import answers_by_order
from pacsimile_contract.dialects.vocabulary import distinguishes_not_ready
from pacsimile_contract.documents import read_report, recognised
from pacsimile_contract.documents.headers import digests, report_headers
from pacsimile_contract.documents.json_report import comparable_content
from pacsimile_contract.english import with_article
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, not_applicable, not_exercised, part, should
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.type_parts import part_of
from pacsimile_spec.report_types import ORDER_TYPES, REPORT_TYPES
from pacsimile_spec.statuses import COMPLETED

TYPE_PARTS = tuple(map(part_of, ORDER_TYPES))
"""A part for each type."""

UNSTRUCTURED = "no order offers a type with members to compare with"
NOT_OFFERED = "the orders that were asked for do not offer it: see report_types of /status"


def is_of_type(asked: Exchange, report_type: str) -> list[Finding]:
    """Compare: the bytes are a report of that type (fact), under the media type of the table (form)."""
    findings = has_bytes_of_type(asked, report_type)
    wanted, _, parameter = REPORT_TYPES[report_type].media_type.partition("; ")
    content_type = (asked.header("Content-Type") or "").lower().replace('"', "")
    findings.append(form(asked.media_type == wanted, f"media type {wanted}", quote_value(asked.media_type) or "none"))
    if parameter:
        parameters = [text.strip() for text in content_type.split(";")[1:]]
        findings.append(form(parameter in parameters, f"media type {wanted}; {parameter}", quote_value(content_type)))
    return findings


def has_bytes_of_type(asked: Exchange, report_type: str) -> list[Finding]:
    """Compare: the bytes are a report of that type; nothing where the type is unknown."""
    looks = recognised(report_type, asked.body)
    if looks is None:
        return []
    got = f"bytes of another kind ({quote_value(asked.media_type)})"
    return [fact(looks, f"bytes of {with_article(report_type)} report", got)]


@checker("RESULTS-1", *TYPE_PARTS)
def serves_each_type(story: Story) -> Iterator[Part]:
    """Judge `/results?order_id=` in each type that the order offers (steps `asked/<order>/<type>`)."""
    seen: set[str] = set()
    for order, answers in answers_by_order(story).items():
        seen |= set(answers)
        for report_type, asked in answers.items():
            wanted, named = story.given(order)["order_id"], report_headers(asked).order_id
            yield part(part_of(report_type), served(asked), on=asked)
            if asked.succeeded:
                own = fact(named in (wanted, None), f"X-Order-Id {wanted}", named)
                yield part(part_of(report_type), own, is_of_type(asked, report_type), on=asked)
    yield from unseen(story, seen)


def unseen(story: Story, seen: set[str]) -> Iterator[Part]:
    """Mark each type that no order offered as not applicable, if the scenario came to its end."""
    if seen and story.stopped is None and story.given("level")["value"] != "smoke":
        yield from (not_applicable(part_of(name), NOT_OFFERED) for name in ORDER_TYPES if name not in seen)


STATES = {"received": "report-not-ready", "processing": "report-not-ready", "failed": "order-failed"}
STATES |= {"cancelled": "order-cancelled"}
"""The problem type of an order that has no report, by its status in lower case."""


@checker("RESULTS-4", *STATES, "by-study")
def refuses_without_report(story: Story) -> Iterator[Part]:
    """Judge `/results` of orders that are not COMPLETED (steps `by-order/<status>`, `by-study/<status>`).

    Where a report was served, step `meanwhile/<label>` is the status right after: the order may have been finished.
    So it is after any other answer of an order that others may move on: cancelled, or not the study's newest any more.
    """
    for way in ("by-order", "by-study"):
        for state, asked in story.below(way):
            name = state if way == "by-order" else way
            after = [facts.order_status(exchange) for exchange in story.all(f"meanwhile/{way}/{state}")]
            if any(status.status == COMPLETED for status in after):
                yield not_exercised(name, "the order was completed meanwhile")
            elif may_change(story, state) and any(_moved(status, story.given(state), state) for status in after):
                yield not_exercised(name, "the order ended meanwhile, or is not the most recent one any more")
            else:
                yield part(name, conflicts(asked, STATES[state]), on=asked)


def _moved(after: facts.OrderStatus, known: Mapping[str, Any], state: str) -> bool:
    """Tell whether the order has left this state, or whether another order was answered."""
    orders = (None, *([known["order_id"]] if "order_id" in known else known["order_ids"]))
    return after.status not in (None, state.upper()) or after.order_id not in orders


def conflicts(asked: Exchange, reason: str) -> Iterator[Finding]:
    """Compare: 409 for that reason, with `Retry-After` only where waiting helps."""
    yield from refused(asked, 409, reason=reason)
    if reason == "report-not-ready" and not distinguishes_not_ready(asked.dialect):
        words = "an answer by which a client tells a report that is not ready from one that is lost"
        yield should(False, words, describe_answer(asked))
    if asked.status == 409 and asked.says_header("Retry-After"):
        waits, retry_after = reason == "report-not-ready", asked.header("Retry-After")
        yield form(
            (retry_after is not None) is waits,
            f"409 with{'' if waits else 'out'} Retry-After",
            quote_value(retry_after),
        )


@checker(
    "RESULTS-5",
    "unknown",
    "none",
    "ruled-out",
    "not-offered",
    "not-offered-yet",
    "of-a-group",
    operations={"getResult": ["ruled-out", "not-offered", "not-offered-yet"], "getGroupReport": ["of-a-group"]},
)
def knows_its_types(story: Story) -> Iterator[Part]:
    """Judge `/results` and `/report` with a type that is unknown, missing, ruled out or not offered."""
    for name in ("unknown", "none"):
        for _, asked in story.below(name):
            yield part(name, refused(asked, 400), on=asked)
    for name in ("ruled-out", "not-offered", "of-a-group"):
        for _, asked in story.below(name):
            yield part(name, refused(asked, 404, reason="report-type-not-available"), on=asked)
    for state, asked in story.below("not-offered-yet"):
        yield part("not-offered-yet", refused(asked, 409, reason=STATES.get(state, "report-not-ready")), on=asked)


@checker("RESULTS-6", "says-the-same", "says-the-same-later", "same-bytes")
def says_the_same_again(story: Story) -> Iterator[Part]:
    """Judge reports fetched again at once (`again/<order>/<type>`) and after a while (`later/<order>/<type>`)."""
    first = dict(story.below("asked"))
    for name, prefix in (("says-the-same", "again"), ("says-the-same-later", "later")):
        for label, again in story.below(prefix):
            before = first.get(label)
            if before is None or not before.succeeded or not again.succeeded:
                continue
            if before.header("X-Report-Id") == again.header("X-Report-Id"):
                yield part(name, _same_content(before, again, label.rpartition("/")[2]), on=(before, again))
                alike = before.body == again.body
                got = "the same" if alike else _first_difference(before.body, again.body)
                yield part("same-bytes", should(alike, "the same bytes", got), on=(before, again))


def _first_difference(before: bytes, again: bytes) -> str:
    """Say where two bodies that differ begin to, or which of them is the beginning of the other."""
    for place, (was, now) in enumerate(zip(before, again, strict=False), 1):
        if was != now:
            return f"other bytes from byte {place} of {len(again)} on"
    if len(again) < len(before):
        return f"{len(again)} bytes, the first {len(again)} of {len(before)}" if again else "no bytes"
    return f"{len(again)} bytes, of which the first {len(before)} are the same"


def _same_content(before: Exchange, again: Exchange, report_type: str) -> Iterator[Finding]:
    """Compare the members of structured types. Of text and PDF only the bytes are compared, as a SHOULD."""
    first, second = read_report(report_type, before.body), read_report(report_type, again.body)
    if first is None or second is None or first.statement is None or second.statement is None:
        return
    if report_type == "json":
        was, now = comparable_content(before.body), comparable_content(again.body)
        different = [name for name in was if was[name] != now.get(name)] + [name for name in now if name not in was]
        yield fact(
            not different, "the same in each field of its schema", f"differences in {quote_value(', '.join(different))}"
        )
    else:
        alike = replace(first.statement, attachments=()) == replace(second.statement, attachments=())
        yield fact(alike, "the same statements", "the same" if alike else "other statements")


@checker("RESULTS-6", "acknowledges-nothing", operations={"listReports": ["acknowledges-nothing"]})
def retrieving_is_safe(story: Story) -> Iterator[Part]:
    """Judge the listing before (`before`) and after (`after`) reports were fetched (`fetched/...`)."""
    if any(asked.succeeded for _, asked in story.below("fetched")):
        before, after = story.last("before"), story.last("after")
        lost = [
            report_id
            for report_id in facts.listing(before).report_ids
            if report_id not in facts.listing(after).report_ids
        ]
        finding = fact(not lost, "every report still listed", f"no longer {quote_value(lost)}")
        yield part("acknowledges-nothing", served(after), finding, on=(before, after))


@checker("RESULTS-9", "present", "matches")
def digest_matches(story: Story) -> Iterator[Part]:
    """Judge `Content-Digest` of every report that was served (RFC 9530)."""
    for asked in story.exchanges:
        if asked.operation in ("getResult", "getGroupReport") and asked.status == 200:
            matches = digests(asked)
            digest = asked.header("Content-Digest") or "none"
            yield part(
                "present",
                should("sha-256" in (matches or {}), "Content-Digest with sha-256", quote_value(digest)),
                on=asked,
            )
            failed = [name for name, holds in (matches or {}).items() if not holds]
            if matches:
                yield part(
                    "matches",
                    should(not failed, "the digest of the bytes", f"another digest by {quote_value(failed)}"),
                    on=asked,
                )
