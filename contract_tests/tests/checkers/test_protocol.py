"""The checkers of PROTO-2, PROTO-3, SEC-4 and SEC-6 on stories written by hand."""

from dataclasses import replace

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import hostile, protocol, seclusion
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.evidence.silence import GONE_AFTER
from pacsimile_contract.findings.reasons import GONE
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, WARN, ERROR, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.NOT_EXERCISED


def said(code: int | None, allow: str | None = None, method: str = "DELETE", failure: str = "timeout") -> Exchange:
    """Return an answer to a probe."""
    headers = (("Allow", allow),) if allow else ()
    return exchange(None, code, headers=headers, method=method, failure=failure)


def test_an_unknown_path_is_404() -> None:
    """PROTO-2: and nothing else, with a valid token."""
    for code, verdict in ((404, PASS), (200, FAIL), (401, FAIL), (308, FAIL), (400, FAIL)):
        told = story(("unknown-path/nosuch", said(code)))
        assert verdicts(protocol.knows_paths_and_methods, told)["unknown-path"] is verdict


@pytest.mark.parametrize(
    ("code", "allow", "method", "allowed"),
    [
        (405, "GET, POST", PASS, PASS),
        (405, "get,post , HEAD", PASS, PASS),
        (405, "GET", PASS, FAIL),
        (405, "GET, POST, DELETE", PASS, FAIL),
        (405, None, PASS, FAIL),
        (501, None, PASS, OPEN),
        (400, None, FAIL, OPEN),
        (200, None, FAIL, OPEN),
        (404, None, FAIL, OPEN),
    ],
)
def test_an_undocumented_method_is_405_with_allow(code: int, allow: str, method: Verdict, allowed: Verdict) -> None:
    """PROTO-2: `Allow` names the documented methods, maybe more, but not the refused one; 501 goes without."""
    told = story(("method/DELETE/reports", said(code, allow)), **{"DELETE/reports": {"methods": ["GET", "POST"]}})
    found = verdicts(protocol.knows_paths_and_methods, told)
    assert (found["undocumented-method"], found["allow"]) == (method, allowed)


def test_a_parser_may_not_know_a_rare_method() -> None:
    """PROTO-2: 400 is its refusal; of a method that each parser knows it is none."""
    for method, code, verdict in (
        ("SEARCH", 400, PASS),
        ("PUT", 400, FAIL),
        ("TRACE", 200, FAIL),
        ("TRACE", 405, PASS),
    ):
        told = story(
            (f"method/{method}/status", said(code, "GET", method)), **{f"{method}/status": {"methods": ["GET"]}}
        )
        assert verdicts(protocol.knows_paths_and_methods, told)["undocumented-method"] is verdict


def test_head_is_answered_as_get_is_or_refused() -> None:
    """PROTO-2: what does not exist is not there for HEAD either."""
    for code, verdict in ((404, PASS), (405, PASS), (501, PASS), (200, FAIL), (500, FAIL)):
        told = story(("head/status", said(code, method="HEAD")))
        assert verdicts(protocol.knows_paths_and_methods, told)["head"] is verdict


@pytest.mark.parametrize(
    ("code", "allow", "with_token", "without"),
    [
        (405, "GET", PASS, PASS),
        (405, None, FAIL, PASS),
        (200, "GET, HEAD, OPTIONS", PASS, PASS),
        (204, "GET", PASS, PASS),
        (204, "OPTIONS", FAIL, FAIL),
        (200, None, FAIL, FAIL),
        (501, None, PASS, PASS),
        (401, None, FAIL, PASS),
        (404, None, FAIL, PASS),
        (500, None, FAIL, FAIL),
    ],
)
def test_options_is_answered_with_allow_or_refused(
    code: int, allow: str | None, with_token: Verdict, without: Verdict
) -> None:
    """PROTO-2: whatever a browser's preflight has asked for; without a token it may be refused for that."""
    known = {"preflight/status": {"methods": ["GET"]}}
    for label, verdict in (("options", with_token), ("options-without-a-token", without)):
        told = story((f"{label}/preflight/status", said(code, allow, method="OPTIONS")), **known)
        assert verdicts(protocol.knows_paths_and_methods, told)["options"] is verdict


def test_without_a_token_any_refusal_will_do() -> None:
    """PROTO-2: of path, method or token."""
    for code, verdict in ((401, PASS), (403, PASS), (404, PASS), (405, PASS), (200, FAIL), (500, FAIL)):
        told = story(("without-a-token/nosuch", said(code)))
        assert verdicts(protocol.knows_paths_and_methods, told)["without-a-token"] is verdict


def test_a_problem_says_the_status_that_it_has() -> None:
    """PROTO-1: its member `status` is the answer's (RFC 9457 section 3.1.2)."""
    usual = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("X-Request-Id", "1"))
    for status, verdict in ((404, PASS), (400, FAIL)):
        answer = exchange("getStatus", 404, problem("order-not-found", status), headers=usual)
        assert verdicts(protocol.answers_as_described, story(("getStatus", answer)))["getStatus"] is verdict


def test_a_body_that_did_not_arrive_may_be_refused_by_the_parser() -> None:
    """PROTO-1: whose 400 and 408 are of any form; a refusal of what arrived is not, nor is another status."""
    for status, cut, verdict in ((400, "half-closed", OPEN), (400, None, FAIL), (404, "half-closed", FAIL)):
        bare = exchange("acknowledgeReports", status, method="POST")
        bare.request = replace(bare.request, cut=cut)
        assert verdicts(protocol.answers_as_described, story(("cut", bare)))["acknowledgeReports"] is verdict


@pytest.mark.parametrize("part", hostile.INPUT_PARTS)
def test_hostile_input_is_refused_not_fallen_over(part: str) -> None:
    """PROTO-3: whatever is no 5xx will do."""
    for code, verdict in ((400, PASS), (404, PASS), (200, PASS), (431, PASS), (500, FAIL), (502, FAIL), (503, FAIL)):
        assert verdicts(hostile.survives_hostile_input, story((f"{part}/nul", said(code))))[part] is verdict


@pytest.mark.parametrize(
    ("label", "status", "closed", "timeout"),
    [("query/nul", FAIL, FAIL, FAIL), ("query/huge-value", PASS, PASS, FAIL), ("invalid-http/x", PASS, PASS, FAIL)],
)
def test_closing_is_a_refusal_of_what_is_huge_or_invalid(
    label: str, status: Verdict, closed: Verdict, timeout: Verdict
) -> None:
    """PROTO-3: of that, 501 and 505 are refusals too; hanging never is one. Without an answer it is asked twice."""
    part = label.partition("/")[0]
    for code, failure, verdict in (
        (501, "", status),
        (505, "", status),
        (None, "closed", closed),
        (None, "timeout", timeout),
    ):
        told = story((label, said(code, failure=failure)), (f"again/{label}", said(code, failure=failure)))
        assert verdicts(hostile.survives_hostile_input, told)[part] is verdict


def test_what_is_answered_at_the_second_time_is_no_failure() -> None:
    """PROTO-3: unless that answer is one."""
    for code, verdict in ((400, PASS), (500, FAIL)):
        told = story(("body/nul", said(None)), ("again/body/nul", said(code)))
        assert verdicts(hostile.survives_hostile_input, told)["body"] is verdict


def test_where_nothing_answers_any_more_we_cannot_tell() -> None:
    """PROTO-3: ERROR, and the part names the last input."""
    told = story(("body/nul", said(None)), ("again/body/nul", said(None)), ("dead/body/nul", said(None)))
    assert verdicts(hostile.survives_hostile_input, told)["body"] is ERROR


def call(code: int | None, operation: str | None = "getStatus", failure: str = "timeout") -> tuple[str, Exchange]:
    """Return a step of a whole run."""
    return (operation or "-", exchange(operation, code, failure=failure))


ACK = "acknowledgeReports"


@pytest.mark.parametrize(
    ("steps", "verdict"),
    [
        ([call(200), call(404), call(503)], PASS),
        ([call(200), call(500)], FAIL),
        ([call(200), call(502, "getToken")], FAIL),
        ([call(200), call(500, None)], PASS),
        ([call(200), call(None), call(200)], PASS),
        ([call(200), call(None, "listReports"), call(None, "listReports")], FAIL),
        ([call(200), call(None, failure="reset"), call(None, failure="reset")], FAIL),
        ([*[call(200, ACK)] * 18, *[call(None, ACK, failure="closed")] * 2], PASS),
        ([*[call(200, ACK)] * 17, *[call(None, ACK, failure="closed")] * 2], FAIL),
        ([*[call(200, ACK)] * 18, *[call(None, ACK)] * 2], FAIL),
        ([call(200), *[call(None, failure="refused")] * 2, *[call(None)] * GONE_AFTER], PASS),
        ([call(200), *[call(None)] * GONE_AFTER, call(200)], FAIL),
        ([call(None), call(None)], OPEN),
        ([], OPEN),
    ],
)
def test_no_call_of_a_run_fails_or_hangs(steps: list[tuple[str, Exchange]], verdict: Verdict) -> None:
    """PROTO-3: 5xx but 503 fails; so does an operation that hangs again and again while others answer.

    BATCH-14 allows for an acknowledgement whose answer is lost now and then: a tenth of them.
    """
    assert verdicts(hostile.never_fails, story(*steps))["any-call"] is verdict


def test_a_target_that_is_gone_does_not_hang() -> None:
    """PROTO-3: where the run ended since nothing answers, its state URL either, two calls say no more than four."""
    told = story(call(200), call(None, failure="timeout"), call(None, failure="timeout"))
    assert verdicts(hostile.never_fails, told)["any-call"] is FAIL
    told.stopped = GONE
    assert verdicts(hostile.never_fails, told)["any-call"] is PASS


def test_plain_http_serves_nothing_and_asks_for_no_token() -> None:
    """SEC-4: refused connections and redirects are right; data is a failure of fact, a challenge one of form."""
    challenge = exchange(None, 401, headers=(("WWW-Authenticate", "Bearer"),))
    for answer, strict, documented in (
        (said(None, failure="refused"), PASS, PASS),
        (said(308), PASS, PASS),
        (said(403), PASS, PASS),
        (said(200), FAIL, FAIL),
        (challenge, FAIL, WARN),
    ):
        told = story(("plain", answer))
        assert verdicts(seclusion.is_served_by_tls, told)["plain-http"] is strict
        assert verdicts(seclusion.is_served_by_tls, told, "documented")["plain-http"] is documented


def test_an_answer_by_tls_shows_a_valid_chain() -> None:
    """SEC-4: the connection verifies it; no answer fails, and says why."""
    for answer, verdict in ((said(404), PASS), (said(None, failure="TLS: self-signed certificate"), FAIL)):
        assert verdicts(seclusion.is_served_by_tls, story(("by-tls", answer)))["tls"] is verdict


def test_nobody_sees_the_audit_log() -> None:
    """SEC-6: open, whatever the story."""
    assert set(verdicts(seclusion.leaves_records, story()).values()) == {OPEN}


def test_a_405_is_as_described() -> None:
    """PROTO-1: a problem with the usual headers; to a rare method, a parser may answer."""
    usual = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("X-Request-Id", "1"))
    right = {"document": problem("method-not-allowed", 405), "headers": (*usual, ("Allow", "GET"))}
    page = {"body": b"<p>", "media_type": "text/html", "headers": (*usual, ("Allow", "GET"))}
    for method, answer, verdict in (
        ("PUT", right, PASS), ("PUT", page, FAIL), ("PUT", {**right, "headers": (("Allow", "GET"),)}, FAIL),
        ("TRACE", page, OPEN),
    ):  # fmt: skip
        told = story((f"method/{method}/status", exchange(None, 405, method=method, **answer)))
        assert verdicts(protocol.refuses_methods_as_described, told)["method-not-allowed"] is verdict
