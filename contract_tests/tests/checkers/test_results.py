"""The checkers of RESULTS-1, RESULTS-4, RESULTS-5, RESULTS-6 and RESULTS-9 on stories written by hand."""

import base64
import hashlib
from typing import Any

import pytest

from contract_tests.tests.helpers.handmade_reports import json_bytes, pdf_bytes, text_of
from contract_tests.tests.helpers.handwritten import exchange, judged, problem, story, verdicts
from pacsimile_contract.checkers import results
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.provenance import unmarked

PASS, FAIL, WARN = Verdict.PASS, Verdict.FAIL, Verdict.WARN
UNEXERCISED, NOT_APPLICABLE = Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE
ORDER = {"order_id": "A-1", "study_uid": "1.2.3"}
BODIES = {"json": json_bytes(), "txt": text_of().encode(), "pdf": pdf_bytes(text_of())}
MEDIA_TYPES = {"json": "application/json", "txt": "text/plain; charset=utf-8", "pdf": "application/pdf"}


def served(kind: str, body: bytes | None = None, media_type: str | None = None, **headers: str) -> Exchange:
    """Return a report as it is served."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    content = BODIES[kind] if body is None else body
    return exchange("getResult", 200, body=content, media_type=media_type or MEDIA_TYPES[kind], headers=named)


def refused(code: int, reason: str, **headers: str) -> Exchange:
    """Return a refusal."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return exchange("getResult", code, problem(reason, code), headers=named)


def told(*steps: tuple[str, Exchange], level: str = "standard") -> Story:
    """Return a story about one order."""
    return story(*steps, one=ORDER, level={"value": level})


def type_served(kind: str, answer: Exchange, profile: Any = "strict") -> Verdict:
    """Return the verdict of RESULTS-1 on one type."""
    return verdicts(results.serves_each_type, told((f"asked/one/{kind}", answer)), profile)[kind]


@pytest.mark.parametrize("kind", ["json", "txt", "pdf"])
def test_a_type_is_served_as_itself(kind: str) -> None:
    """RESULTS-1: bytes of another type are a fact, another media type is form."""
    other = "pdf" if kind == "json" else "json"
    for answer, strict, documented in (
        (served(kind), PASS, PASS),
        (served(kind, X_Order_Id="A-1"), PASS, PASS),
        (served(kind, X_Order_Id="A-2"), FAIL, FAIL),
        (served(kind, media_type=MEDIA_TYPES[kind].upper()), PASS, PASS),
        (served(kind, media_type="application/octet-stream"), FAIL, WARN),
        (served(kind, body=BODIES[other]), FAIL, FAIL),
        (served(kind, body=b""), FAIL, FAIL),
        (refused(404, "report-type-not-available"), FAIL, FAIL),
    ):
        assert type_served(kind, answer) is strict
        assert type_served(kind, answer, "documented") is documented


def test_text_says_how_it_is_encoded() -> None:
    """RESULTS-1: `charset=utf-8` is required of text/plain, in any case and order, and quoted if one likes."""
    for media_type, verdict in (
        ('Text/Plain; format=flowed; Charset="UTF-8"', PASS),
        ("text/plain", FAIL),
        ("text/plain; charset=iso-8859-1", FAIL),
    ):
        assert type_served("txt", served("txt", media_type=media_type)) is verdict


def test_a_type_that_no_order_offers_does_not_apply() -> None:
    """RESULTS-1: only what `report_types` names is asked for; at `smoke` nobody looked."""
    steps = (("asked/one/json", served("json")),)
    assert verdicts(results.serves_each_type, told(*steps))["dicom-sr"] is NOT_APPLICABLE
    assert verdicts(results.serves_each_type, told(*steps, level="smoke"))["dicom-sr"] is UNEXERCISED


WAIT = {"Retry_After": "5"}


@pytest.mark.parametrize("state", results.STATES)
def test_an_order_without_report_conflicts(state: str) -> None:
    """RESULTS-4: 409 for its own reason, with Retry-After exactly where waiting helps; a report is a fact."""
    reason = results.STATES[state]
    right, wrong = (WAIT, {}) if reason == "report-not-ready" else ({}, WAIT)
    for answer, strict, documented in (
        (refused(409, reason, **right), PASS, PASS),
        (refused(409, reason, **wrong), FAIL, WARN),
        (refused(409, "order-lost", **right), FAIL, WARN),
        (refused(404, "order-not-found", **right), FAIL, WARN),
        (served("json"), FAIL, WARN),
    ):
        for part, label in ((state, "by-order"), ("by-study", "by-study")):
            steps = story((f"{label}/{state}", answer))
            assert verdicts(results.refuses_without_report, steps)[part] is strict
            assert verdicts(results.refuses_without_report, steps, "documented")[part] is documented


def test_an_order_may_be_completed_meanwhile() -> None:
    """RESULTS-4: a report is no fault where the status says so right after; while it says PROCESSING it is."""
    for status, verdict in (("COMPLETED", UNEXERCISED), ("PROCESSING", FAIL)):
        after = ("meanwhile/by-order/processing", exchange(document={"status": status}))
        steps = story(("by-order/processing", served("json")), after)
        assert verdicts(results.refuses_without_report, steps)["processing"] is verdict


@pytest.mark.parametrize(
    ("part", "code", "reason"),
    [
        ("unknown", 400, ""),
        ("none", 400, ""),
        ("ruled-out", 404, "report-type-not-available"),
        ("not-offered", 404, "report-type-not-available"),
        ("of-a-group", 404, "report-type-not-available"),
        ("not-offered-yet", 409, "report-not-ready"),
    ],
)
def test_a_type_that_is_not_to_be_had_is_refused(part: str, code: int, reason: str) -> None:
    """RESULTS-5: each for its own reason; json in its place is none."""
    good = refused(code, reason or "invalid-parameter")
    others = [refused(other, "something-else") for other in (400, 404, 409) if other != code]
    bad = [served("json"), refused(500, "internal-error"), *others]
    if reason:
        bad.append(refused(code, "order-not-found"))
    for answer, verdict in [(good, PASS), *((one, FAIL) for one in bad)]:
        assert verdicts(results.knows_its_types, story((f"{part}/x", answer)))[part] is verdict


def again(first: Exchange, second: Exchange, kind: str = "json", label: str = "again") -> dict[str, Verdict]:
    """Return the verdicts of RESULTS-6 on a report fetched twice."""
    steps = told((f"asked/one/{kind}", first), (f"{label}/one/{kind}", second))
    return verdicts(results.says_the_same_again, steps)


@pytest.mark.parametrize(("part", "label"), [("says-the-same", "again"), ("says-the-same-later", "later")])
def test_a_report_says_the_same_each_time(part: str, label: str) -> None:
    """RESULTS-6: each field of its schema, times included; members of its own may differ, at the price of a SHOULD."""
    moved = {"completed_at": "2026-03-01T10:09:01Z"}
    for second, verdict, bytes_verdict in (
        (served("json"), PASS, PASS),
        (served("json", json_bytes(printed_at="now")), PASS, WARN),
        (served("json", json_bytes(times=moved)), FAIL, WARN),
        (served("json", json_bytes(impression="Another.")), FAIL, WARN),
        (served("json", json_bytes(critical=True)), FAIL, WARN),
        (served("json", X_Report_Id="R-2"), UNEXERCISED, UNEXERCISED),
        (refused(404, "order-not-found"), UNEXERCISED, UNEXERCISED),
    ):
        found = again(served("json"), second, label=label)
        assert (found[part], found["same-bytes"]) == (verdict, bytes_verdict)


def test_text_has_no_fields_to_compare() -> None:
    """RESULTS-6: of text and PDF other bytes are only what SHOULD not be."""
    found = again(served("txt"), served("txt", text_of().encode() + b"Printed at 10:01\n"), "txt")
    assert (found["says-the-same"], found["same-bytes"]) == (UNEXERCISED, WARN)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"0123456789ABX", "other bytes from byte 13 of 13 on"),
        (b"0X2345", "other bytes from byte 2 of 6 on"),
        (b"0123456789", "10 bytes, the first 10 of 13"),
        (b"", "no bytes"),
        (b"0123456789ABCD", "14 bytes, of which the first 13 are the same"),
    ],
)
def test_it_says_how_the_bytes_differ(body: bytes, words: str) -> None:
    """RESULTS-6: where, or by how much one body is longer than the other."""
    labels = {"asked/a/txt": served("txt", b"0123456789ABC"), "again/a/txt": served("txt", body)}
    compared = [part for part in results.says_the_same_again(story(*labels.items())) if part.name == "same-bytes"]
    assert [finding.got for part in compared for finding in part.findings] == [words]


def listed(*ids: str) -> Exchange:
    """Return a listing."""
    return exchange("listReports", 200, {"reports": [{"report_id": one} for one in ids]})


def test_fetching_acknowledges_nothing() -> None:
    """RESULTS-6: what was listed before is listed after; what became ready between does no harm."""
    for after, verdict in ((listed("R-1", "R-2"), PASS), (listed("R-2"), FAIL), (listed("R-3", "R-2", "R-1"), PASS)):
        steps = story(("before", listed("R-1", "R-2")), ("fetched/json", served("json")), ("after", after))
        assert verdicts(results.retrieving_is_safe, steps)["acknowledges-nothing"] is verdict
    unfetched = story(("before", listed("R-1")), ("fetched/json", refused(409, "order-failed")), ("after", listed()))
    assert verdicts(results.retrieving_is_safe, unfetched)["acknowledges-nothing"] is UNEXERCISED


def test_a_digest_is_there_and_matches() -> None:
    """RESULTS-9: a SHOULD, so WARN at worst; of every report, a group's too."""
    right = base64.b64encode(hashlib.sha256(BODIES["json"]).digest()).decode()
    for value, expected in (
        (f"sha-256=:{right}:", (PASS, PASS)),
        (f"sha-256=:{right[::-1]}:", (PASS, WARN)),
        ("md5=:AAAA:", (WARN, UNEXERCISED)),
        (None, (WARN, UNEXERCISED)),
    ):
        answer = served("json", **({"Content_Digest": value} if value else {}))
        told_ = story(("asked/one/json", answer))
        found = verdicts(results.digest_matches, told_)
        assert (found["present"], found["matches"]) == expected
        if expected[0] is WARN:
            note = judged(results.digest_matches, told_).parts[0].evidence[0].note
            assert unmarked(note) == f"expected Content-Digest with sha-256; got {value or 'none'}"


def test_a_failed_order_says_so_whatever_type_is_asked_for() -> None:
    """RESULTS-5: its state comes before the types that it would offer."""
    for reason, code, verdict in (
        ("order-failed", 409, PASS), ("report-type-not-available", 404, FAIL), ("report-not-ready", 409, FAIL)
    ):  # fmt: skip
        told_ = story(("not-offered-yet/failed", refused(code, reason)))
        assert verdicts(results.knows_its_types, told_)["not-offered-yet"] is verdict
