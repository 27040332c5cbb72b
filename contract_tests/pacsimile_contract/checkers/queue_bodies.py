"""`POST /reports` with a body: reports acknowledged by name, and bodies that acknowledge nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, refused, same, served
from pacsimile_contract.checkers.queue_findings import (
    acknowledges_each,
    acknowledges_exactly,
    acknowledges_none_but,
    acknowledges_nothing,
    finds_all,
    listed,
    lists_at_least,
    lists_exactly,
    says_what_was_done,
)
from pacsimile_contract.dialects.vocabulary import acknowledges_listings
from pacsimile_contract.findings.part import Finding, Part, fact, form, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

NOT_FOUND = ("unknown", "foreign", "unready", "misspelt")
"""Kinds of reports that an acknowledgement does not find. Each is noted under this label, where it is available."""
OTHER_THINGS = "other-things"
"""What else it does not find: ids of orders, studies and organizations, noted under this label."""
NOW_READY = "now-ready"
"""The label of the order whose report was named too early, once it is COMPLETED."""


@checker(
    "BATCH-11", "named-alone", *NOT_FOUND, OTHER_THINGS, "memory-kept", "acknowledged-before", "empty-list",
    "unready-kept",
)  # fmt: skip
def acknowledges_what_is_named(story: Story) -> Iterator[Part]:
    """Judge a POST (`named`) that names a report twice, and unknown ones, after a listing of two (`short`).

    A second one (`named-again`) names that report, and the one that was not ready yet, if it is now (`now-ready`).
    """
    post, name = story.last("named"), story.given("asked")["report_id"]
    acknowledgement = facts.acknowledgement(post)
    vain = {kind: story.given(kind)["report_id"] for kind in NOT_FOUND if story.has(kind)}
    done = [report_id for report_id in acknowledgement.acknowledged or () if report_id != vain.get("foreign")]
    once = [same(done, [name], "acknowledged, once,")] if says_what_was_done(post) else []
    yield part("named-alone", served(post), once, on=post)
    for kind, report in vain.items():
        missed = acknowledgement.not_found or ()
        finding = fact(missed.count(report) == 1, f"{report} once in not_found", quote_value(missed))
        yield part(kind, served(post), finding, on=post)
    if story.has(OTHER_THINGS):
        missed = acknowledgement.not_found or ()
        lost = [name for name in story.given(OTHER_THINGS)["names"] if missed.count(name) != 1]
        finding = fact(not lost, "each once in not_found", f"not {quote_value(lost)}")
        yield part(OTHER_THINGS, served(post), finding, on=post)
    if not post.succeeded:
        return
    early = [vain["unready"]] if story.has(NOW_READY) else []
    for again in story.all("named-again"):
        if early:
            yield part("acknowledged-before", acknowledges_none_but(again, early), on=(post, again))
            yield part("unready-kept", acknowledges_each(again, early), on=(post, again))
        else:
            yield part("acknowledged-before", acknowledges_nothing(again), finds_all(again), on=(post, again))
    for empty in story.all("empty-list"):
        yield part("empty-list", acknowledges_nothing(empty), on=empty)
    for kept in story.all("without-body"):
        short = story.last("short")
        remembered = [report_id for report_id in listed(short) if report_id != name]
        yield part("memory-kept", acknowledges_exactly(kept, remembered), on=(short, post, kept))
    for after in story.all("after"):
        by_listing = listed(story.last("short")) if acknowledges_listings(post.dialect) else []
        named_nowhere = [
            report_id for report_id in story.given("queue")["report_ids"] if report_id not in (name, *by_listing)
        ]
        yield part("named-alone", lists_exactly(after, named_nowhere, "what was not acknowledged"), on=(post, after))


WRONG_SHAPES: dict[str, bytes] = {
    "empty-object": b"{}",
    "null": b"null",
    "null-ids": b'{"report_ids": null}',
    "a-number": b'{"report_ids": ["$ID", 1]}',
    "another-member": b'{"report_ids": ["$ID"], "access_token": "$SECRET"}',
    "another-name": b'{"reportIds": ["$ID"]}',
    "another-case": b'{"Report_Ids": ["$ID"]}',
    "empty-array": b"[]",
    "ids-empty-object": b'{"report_ids": {}}',
}
"""Bodies of another shape than asked for. `$ID` stands for a report that is listed, `$SECRET` for an invented token."""

MORE_WRONG_SHAPES: dict[str, bytes] = {
    "one-string": b'{"report_ids": "$ID"}',
    "ids-false": b'{"report_ids": false}',
    "empty-string": b'""',
    "array": b'["$ID"]',
    "a-null": b'{"report_ids": ["$ID", null]}',
    "nested": b'{"report_ids": [["$ID"]]}',
    "string": b'"$ID"',
    "true": b"true",
    "entries": b'{"report_ids": [{"report_id": "$ID"}]}',
    "numbered": b'{"report_ids": {"0": "$ID"}}',
    "joined": b'{"report_ids": "$ID,$ID"}',
    "within-data": b'{"data": {"report_ids": ["$ID"]}}',
    "within-an-array": b'[{"report_ids": ["$ID"]}]',
    "a-truth": b'{"report_ids": ["$ID", true]}',
    "a-comment": b'{"report_ids": ["$ID"], "comment": "stored"}',
    "reports": b'{"reports": [{"report_id": "$ID"}]}',
    "report-id": b'{"report_id": "$ID"}',
    "zero": b"0",
}
"""More of them: one in each run, and all at level full."""

UTF_16 = "utf-16"
"""The kind of body that is JSON in another encoding than UTF-8, which some parsers guess."""

MALFORMED: dict[str, bytes] = {
    "cut-off": b'{"access_token": "$SECRET", "report_ids": ["$ID"',
    "white-space": b" \r\n",
    "comma-at-the-end": b'{"report_ids": ["$ID"],}',
    "two-objects": b'{"report_ids": ["$ID"]}{"report_ids": ["$ID"]}',
    UTF_16: b'{"report_ids": ["$ID"]}',
}
"""Bodies that are not JSON in UTF-8 (RFC 8259 section 8.1)."""

MORE_MALFORMED: dict[str, bytes] = {
    "not-utf-8": b'{"report_ids": ["$ID", "\xff\xfe"]}',
    "words": b"report_ids=$ID&client_secret=$SECRET",
    "trailing": b'{"report_ids": ["$ID"]} access_token=$SECRET',
    "comma-in-an-array": b'{"report_ids": ["$ID",]}',
    "remark": b'{"report_ids": ["$ID"] /* stored */}',
    "remark-before": b'// stored\n{"report_ids": ["$ID"]}',
    "apostrophes": b"{'report_ids': ['$ID']}",
    "no-quotes": b'{report_ids: ["$ID"]}',
    "line-break-in-a-text": b'{"report_ids": ["$ID", "a\nb"]}',
    "not-a-number": b'{"report_ids": ["$ID"], "count": NaN}',
    "of-zeros": b'{"report_ids": ["$ID"]}\x00\x00',
    "callback": b'show({"report_ids": ["$ID"]})',
}
"""More of them, which lenient parsers take: one in each run, and all at level full."""

OTHER_TYPES: dict[str, tuple[tuple[str, str], ...]] = {
    "text": (("Content-Type", 'text/plain; profile="application/json"'),),
    "form": (("Content-Type", "application/x-www-form-urlencoded"),),
    "gzip": (("Content-Type", "application/json"), ("Content-Encoding", "gzip")),
}
"""Headers under which a body is not taken."""

MORE_TYPES: dict[str, tuple[tuple[str, str], ...]] = {
    "none": (),
    "json-like": (("Content-Type", "application/json-patch+json"),),
    "text-json": (("Content-Type", "text/json"),),
    "of-an-api": (("Content-Type", "application/vnd.api+json"),),
    "lines": (("Content-Type", "application/x-ndjson"),),
    "bytes": (("Content-Type", "application/octet-stream"),),
    "script": (("Content-Type", "text/javascript"),),
    "xml": (("Content-Type", "application/xml"),),
    "suffix": (("Content-Type", "application/jsonx"),),
}
"""More of them: one in each run, and all at level full."""

JSON_SPELLINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "Application/JSON": (
        ("Content-Language", "de"),
        ("Accept", "text/html, */*;q=0.1"),
        ("Prefer", "return=minimal"),
        ("Idempotency-Key", "pacsimile-1"),
        ("Expect", "100-continue"),
    ),
    "application/json; charset=utf-8": (
        ("Content-Encoding", "identity"),
        ("Transfer-Encoding", "chunked"),
        ("Idempotency-Key", "pacsimile-1"),
    ),
}
"""Media types that name JSON as well, each with further headers that change nothing of what is acknowledged."""


ODD_JSON: dict[str, Callable[[str, str], bytes]] = {
    "byte-order-mark": lambda name, _: b'\xef\xbb\xbf{"report_ids": ["%s"]}' % name.encode(),
    "member-twice": lambda name, other: f'{{"report_ids": ["{name}"], "report_ids": ["{other}"]}}'.encode(),
}
"""By kind, what writes a body of two ids that a JSON parser may read or refuse (RFC 8259 sections 4 and 8.1)."""


@checker("BATCH-11", "odd-json")
def takes_odd_json_or_refuses_it(story: Story) -> Iterator[Part]:
    """Judge bodies that may be read or refused (`odd-json/…`). What they acknowledge is among the ids in them."""
    for kind, post in story.below("odd-json"):
        named, done = story.given(f"odd-json/{kind}")["report_ids"], facts.acknowledgement(post).acknowledged or ()
        others = [report_id for report_id in done if report_id not in named]
        status = form(post.status in (200, 400), "200 or 400", f"{post.status} to {kind}")
        none_else = fact(not others, f"none acknowledged but {quote_value(named)}", f"{quote_value(others)} by {kind}")
        yield part("odd-json", status, none_else, on=post)


@checker("BATCH-11", "wrong-shape", "malformed", "media-type", "nothing-acknowledged")
def refuses_other_bodies(story: Story) -> Iterator[Part]:
    """Judge bodies that must be refused (`wrong-shape/…`, `malformed/…`, `media-type/…`), and the listing `after`."""
    refusals = []
    for name, statuses, reason in (
        ("wrong-shape", (400,), "invalid-body"),
        ("malformed", (400,), "invalid-body"),
        ("media-type", (415,), "unsupported-media-type"),
    ):
        for kind, post in story.below(name):
            refusals.append(post)
            findings = refused(post, *statuses, reason=reason)
            yield part(name, [_with_kind(kind, finding) for finding in findings], on=post)
    unclear = [call for call in refusals if call.answer is None or (call.status or 0) >= 500]
    for after in story.all("after-refusals"):
        if unclear:
            yield not_exercised("nothing-acknowledged", "one of the refused calls was answered 5xx or not at all")
            continue
        ready = story.given("queue")["report_ids"]
        findings = lists_at_least(after, ready, "all that was listed before the refused calls")
        yield part("nothing-acknowledged", findings, on=(*refusals[-1:], after))


ZERO_BYTES: dict[str, tuple[tuple[str, str], ...]] = {"json": (("Content-Type", "application/json"),)}
"""Headers of no body, as a client sends them that has one JSON media type for all of its calls."""

MORE_ZERO_BYTES: dict[str, tuple[tuple[str, str], ...]] = {
    "text": (("Content-Type", "text/plain"),),
    "json-in-utf-8": (("Content-Type", "application/json; charset=utf-8"),),
    "form": (("Content-Type", "application/x-www-form-urlencoded"),),
    "bytes": (("Content-Type", "application/octet-stream"),),
    "no-chunks": (("Transfer-Encoding", "chunked"),),
    "accept": (("Content-Type", "application/json"), ("Accept", "application/json")),
}
"""More of them: one in each run, and all at level full."""


@checker("BATCH-11", "spelling-of-json", "zero-bytes")
def takes_json_and_no_body(story: Story) -> Iterator[Part]:
    """Judge JSON under other spellings of its media type (`json/…`), and zero bytes under any type (`zero-bytes/…`)."""
    for kind, post in story.below("json"):
        yield part("spelling-of-json", acknowledges_exactly(post, [story.given(kind)["report_id"]]), on=post)
    for kind, post in story.below("zero-bytes"):
        listing = story.last(f"before-zero-bytes/{kind}")
        findings = [_with_kind(kind, finding) for finding in acknowledges_exactly(post, listed(listing))]
        yield part("zero-bytes", findings, on=(listing, post))


@checker("BATCH-11", "half-closed", "cut-off")
def waits_for_the_announced_body(story: Story) -> Iterator[Part]:
    """Judge calls whose announced body does not arrive (`half-closed/…`, `reset/…`), by the answer and the listing."""
    for _, post in story.below("half-closed"):
        if post.answer is None:
            continue
        yield part(
            "half-closed",
            fact(not post.succeeded, "a refusal", f"{post.status}"),
            form(post.status in (400, 408), "400", f"{post.status}"),
            on=post,
        )
    for after in story.all("after-cuts"):
        ready = story.given("queue")["report_ids"]
        findings = lists_at_least(after, ready, "all that was listed before the calls whose body did not arrive")
        yield part("cut-off", findings, on=after)


def _with_kind(kind: str, finding: Finding) -> Finding:
    return replace(finding, got=f"{finding.got} to {kind}")
