"""What a correct service may do, where one comparison decides: each beside what stays a fault."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import isolation, protocol, stateless, status, throttling, tokens
from pacsimile_contract.evidence.exchange import Exchange, Headers
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED
USUAL: Headers = (("X-Request-Id", "a"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
ORDER = {"order_id": "ORD-1", "study_uid": "1.2", "created_at": "2024-05-02T08:00:00Z"}


@pytest.mark.parametrize(
    ("again", "verdict"),
    [
        ({**ORDER, "trace": "other"}, PASS),
        ({**ORDER, "created_at": "2024-05-02T10:00:00.000+02:00"}, PASS),
        ({**ORDER, "created_at": "2024-05-02T08:00:01Z"}, FAIL),
        ({**ORDER, "study_uid": "1.3"}, FAIL),
    ],
)
def test_further_members_and_spellings_of_a_time_may_differ(again: dict[str, str], verdict: Verdict) -> None:
    """PROTO-5: an answer says the same where what is described says the same."""
    told = story(
        ("plain/status", exchange(document={**ORDER, "trace": "one"})), ("cookie/status", exchange(document=again))
    )
    assert verdicts(stateless.answers_alike, told)["cookie"] is verdict


@pytest.mark.parametrize(("error", "verdict"), [("invalid_client", PASS), ("invalid_grant", FAIL)])
def test_a_wrong_secret_may_have_a_trace_of_its_own(error: str, verdict: Verdict) -> None:
    """AUTH-4: the same answer, but for further members."""
    wrong, unknown = (
        exchange("getToken", 401, {"error": said, "trace_id": trace})
        for said, trace in ((error, "a"), ("invalid_client", "b"))
    )
    told = story(("wrong-secret/GET", wrong), ("unknown-client/GET", unknown))
    assert verdicts(tokens.refuses_wrong_credentials, told)["same-answer"] is verdict


REFUSED = {"error": "invalid_client"}


def _refused_twice(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, Exchange], ...]:
    """Return the refusals of a wrong secret, with these headers, and of an unknown client."""
    wrong = exchange("getToken", 401, REFUSED, headers=headers)
    return ("wrong-secret/form", wrong), ("unknown-client/form", exchange("getToken", 401, REFUSED))


@pytest.mark.parametrize(("again", "verdict"), [((("X-Now-And-Then", "1"),), FAIL), ((), PASS)])
def test_a_header_that_comes_and_goes_tells_no_client(again: tuple[tuple[str, str], ...], verdict: Verdict) -> None:
    """AUTH-4: a header of the answer to a wrong secret means something if its repeat has it too."""
    told = (
        *_refused_twice((("X-Now-And-Then", "1"),)),
        ("wrong-secret-again/form", exchange("getToken", 401, REFUSED, headers=again)),
        ("unknown-client-again/form", exchange("getToken", 401, REFUSED)),
    )
    assert verdicts(tokens.refuses_wrong_credentials, story(*told))["same-answer"] is verdict


@pytest.mark.parametrize("repeated", ["unknown-client", "wrong-secret"])
def test_a_header_tells_no_client_unless_both_calls_were_repeated(repeated: str) -> None:
    """AUTH-4: one answer alone has whatever it happened to have; its status and body are judged all the same."""
    told = [*_refused_twice((("X-Now-And-Then", "1"),))]
    told += [(f"{repeated}-again/form", asked) for kind, asked in told if kind == f"{repeated}/form"] * 4
    assert verdicts(tokens.refuses_wrong_credentials, story(*told))["same-answer"] is PASS
    told[0] = ("wrong-secret/form", exchange("getToken", 401, {"error": "invalid_grant"}))
    assert verdicts(tokens.refuses_wrong_credentials, story(*told))["same-answer"] is FAIL


def _refusal(*more: tuple[str, str], detail: str = "") -> Exchange:
    said = {**problem("order-not-found", 404), "detail": detail}
    return exchange("getStatus", 404, said, asked={"order_id": "a b"}, headers=(*USUAL, *more))


@pytest.mark.parametrize(
    ("foreign", "again", "verdict"),
    [
        (_refusal(), (), PASS),
        (_refusal(("CF-Ray", "7-FRA"), ("Server-Timing", "a")), (), PASS),
        (_refusal(("X-Odd", "1")), (("unknown-again/status-by-order", _refusal(("X-Odd", "1"))),), PASS),
        (_refusal(("X-Odd", "1")), (("unknown-again/status-by-order", _refusal()),), FAIL),
        (_refusal(detail="No order a%20b."), (), PASS),
        (_refusal(detail="No order a+b."), (), PASS),
        (_refusal(detail="Not yours."), (), FAIL),
    ],
)
def test_headers_come_and_go(foreign: Exchange, again: tuple[tuple[str, Exchange], ...], verdict: Verdict) -> None:
    """SEC-1: a header tells only where no answer about what is unknown ever has it; identifiers may be encoded."""
    detail = "No order a%20b." if b"No order" in foreign.body else ""
    told = story(("unknown/status-by-order", _refusal(detail=detail)), ("foreign/status-by-order", foreign), *again)
    assert verdicts(isolation.answers_as_unknown, told)["as-an-unknown-one"] is verdict


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ((("Cache-Control", "private"), ("Cache-Control", "No-Store")), PASS),
        ((("Cache-Control", "private, no-store, max-age=0"),), PASS),
        ((("Cache-Control", "private"), ("Cache-Control", "max-age=0")), FAIL),
    ],
)
def test_a_list_may_stand_in_several_lines(headers: Headers, verdict: Verdict) -> None:
    """PROTO-1: RFC 9110 section 5.3, and directives have no case (RFC 9111 section 5.2)."""
    rest = (*(one for one in USUAL if one[0] != "Cache-Control"), *headers)
    answer = exchange("getOrderIds", 200, {"study_uid": "1.2", "order_ids": ["ORD-1"]}, headers=rest)
    assert verdicts(protocol.answers_as_described, story(("asked", answer)))["getOrderIds"] is verdict


@pytest.mark.parametrize(
    ("query", "code", "verdict"),
    [
        ("study_uid=1.2%0A", 400, OPEN),
        ("study_uid=1.2%00", 403, OPEN),
        ("study_uid=%FF", 400, OPEN),
        ("study_uid=1.2%20", 400, FAIL),
        ("study_uid=1.2%0A", 404, FAIL),
        ("study_uid=1.2", 414, OPEN),
    ],
)
def test_a_gateway_answers_what_is_hostile_in_its_own_way(query: str, code: int, verdict: Verdict) -> None:
    """PROTO-1 says nothing of it: it has any body, and none of the service's headers."""
    url = f"http://127.0.0.1:9/orderId?{query}"
    page = exchange("getOrderIds", code, body=b"<h1>No</h1>", media_type="text/html", url=url)
    assert verdicts(protocol.answers_as_described, story(("asked", page)))["getOrderIds"] is verdict


@pytest.mark.parametrize(
    ("headers", "verdict"), [((("Retry-After", "1"),), OPEN), ((), FAIL), ((("X-Other", "1"),), FAIL)]
)
def test_who_is_put_off_each_time_has_seen_no_fault(headers: Headers, verdict: Verdict) -> None:
    """A 429 that says when to come back leaves open what was asked."""
    late = exchange("getStatus", 429, problem("too-many-requests", 429), headers=headers)
    told = story(("asked/one", late), one={"order_id": "ORD-1"})
    told.values["asked/one"] = told.values["one"]
    assert verdicts(status.answers_that_order, told)["that-order"] is verdict


@pytest.mark.parametrize(("code", "verdict"), [(503, PASS), (429, OPEN), (200, Verdict.ERROR)])
def test_a_service_may_be_busy_while_it_is_throttled(code: int, verdict: Verdict) -> None:
    """PROTO-4: 429 where 503 was to come is the service's own; 200 is a state that does not do what it says."""
    asked = exchange("getStatus", code, {}, headers=(("Retry-After", "1"),))
    assert verdicts(throttling.says_when_to_come_back, story(("throttled/503", asked)))["503"] is verdict
