"""The checker of SEC-5 on stories written by hand."""

from base64 import b64encode
from dataclasses import replace

import pytest

from contract_tests.tests.helpers.handwritten import HOME, exchange, problem, story, verdicts
from pacsimile_contract.checkers import disclosure as checks
from pacsimile_contract.client.requests import basic, query_of
from pacsimile_contract.evidence.exchange import Exchange, Headers
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED
SECRET = "s3cret+of/a=client"
TOKEN = "opaque-0123456789abcdef"


def judged(answer: Exchange, part: str) -> Verdict:
    """Return the verdict of one part on a run of one exchange."""
    return verdicts(checks.gives_nothing_away, story((answer.operation or "-", answer)))[part]


def refused(detail: str = "", *, sent: Headers = (), query: str = "", headers: Headers = (), **more: str) -> Exchange:
    """Return a refusal whose problem has that detail."""
    document = problem("invalid-parameter", 400, detail=detail, **more)
    return exchange("getStatus", 400, document, sent=sent, headers=headers, url=f"{HOME}/status?{query}")


@pytest.mark.parametrize(
    ("sent", "query", "secret"),
    [
        ((("Authorization", f"Bearer {TOKEN}"),), "", TOKEN),
        ((("Authorization", basic("client", SECRET)),), "", SECRET),
        ((), query_of({"access_token": TOKEN}), TOKEN),
        ((), query_of({"client_secret": SECRET}), SECRET),
        ((), query_of({"client_secret": SECRET}), "s3cret%2Bof%2Fa%3Dclient"),
    ],
)
def test_an_answer_does_not_repeat_what_it_was_trusted_with(sent: Headers, query: str, secret: str) -> None:
    """SEC-5: neither in the body nor in a header, however it was sent."""
    assert judged(refused("no", sent=sent, query=query), "credentials") is PASS
    assert judged(refused(f"no {secret}", sent=sent, query=query), "credentials") is FAIL
    challenge = (("WWW-Authenticate", f'Bearer error_description="{secret}"'),)
    assert judged(refused("no", sent=sent, query=query, headers=challenge), "credentials") is FAIL


def test_a_form_is_looked_into() -> None:
    """SEC-5: a secret in the body of a token request."""
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    for description, verdict in (("no", PASS), (f"not {SECRET}", FAIL)):
        said = {"error": "invalid_client", "error_description": description}
        answer = exchange("postToken", 401, said, method="POST", sent=form)
        answer.request = replace(answer.request, body=query_of({"client_secret": SECRET}).encode())
        assert judged(answer, "credentials") is verdict


@pytest.mark.parametrize(
    "body",
    [
        f'{{"access_token": "{TOKEN}", "report_ids": [',
        f"{{'client_secret': '{TOKEN}'}}",
        f"report_ids=R-1&token={TOKEN}",
        f"password: {TOKEN}\n",
    ],
)
def test_a_body_of_any_type_is_looked_into(body: str) -> None:
    """SEC-5: a malformed one too, which a refusal must not quote."""
    for detail, verdict in (("no", PASS), (f"cannot read {body}", FAIL)):
        answer = exchange("acknowledgeReports", 400, problem("invalid-body", 400, detail=detail), method="POST")
        answer.request = replace(answer.request, body=body.encode())
        assert judged(answer, "credentials") is verdict


def test_credentials_are_not_repeated_as_they_were_encoded() -> None:
    """SEC-5: whoever reads base64 has the secret."""
    header = basic("client", SECRET)
    answer = refused(f"cannot use {header}", sent=(("Authorization", header),))
    assert judged(answer, "credentials") is FAIL


@pytest.mark.parametrize("header", ["Basic !!!", "Basic", "Bearer", "Basic bm8tY29sb24="])
def test_what_carries_no_secret_says_nothing(header: str) -> None:
    """SEC-5: malformed credentials are none."""
    assert judged(refused("Basic !!!", sent=(("Authorization", header),)), "credentials") is OPEN


@pytest.mark.parametrize(
    ("instance", "verdict"),
    [
        ("/status", PASS),
        ("urn:uuid:1", PASS),
        ("/status?occurrence=7", PASS),
        ("/status?order_id=A%20B", FAIL),
        ("/status?order_id=A B", FAIL),
    ],
)
def test_an_instance_leaves_the_query_out(instance: str, verdict: Verdict) -> None:
    """SEC-5: with whatever stands in it."""
    assert judged(refused(query="order_id=A%20B", instance=instance), "instance") is verdict


@pytest.mark.parametrize(
    ("media_type", "body", "verdict"),
    [
        ("text/html", b"<p>No &lt;b&gt;x&lt;/b&gt;</p>", PASS),
        ("text/html", b"<p>No <b>x</b></p>", FAIL),
        ("", b"No <b>x</b>", FAIL),
        ("application/problem+json", b'{"detail": "No <b>x</b>"}', PASS),
    ],
)
def test_a_parameter_is_escaped_in_a_page(media_type: str, body: bytes, verdict: Verdict) -> None:
    """SEC-5: what a browser renders; JSON it does not."""
    url = f"{HOME}/status?{query_of({'order_id': '<b>x</b>'})}"
    answer = exchange("getStatus", 404, body=body, media_type=media_type, url=url)
    assert judged(answer, "markup") is verdict


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ((("Content-Disposition", 'attachment; filename="report.pdf"'),), PASS),
        ((("Content-Disposition", 'attachment; filename=""; filename="x.html"'),), FAIL),
        (((checks.INJECTED, "1"),), FAIL),
    ],
)
def test_no_parameter_stands_raw_in_a_header(headers: Headers, verdict: Verdict) -> None:
    """SEC-5: neither its quotes nor its line breaks end a header."""
    query = query_of({"study_group": '"; filename="x.html'})
    url = f"{HOME}/report?{query}"
    answer = exchange("getGroupReport", 404, problem("study-group-not-found", 404), headers=headers, url=url)
    assert judged(answer, "header") is verdict


@pytest.mark.parametrize(
    ("detail", "verdict"),
    [
        ("The order is unknown. At 10:15 it was not.", PASS),
        ("at line 3 of the form", PASS),
        ('Traceback (most recent call last):\n  File "/srv/app.py", line 7, in get', FAIL),
        ("java.lang.NullPointerException: order\n\tat com.example.Orders.get(Orders.java:41)", FAIL),
        ("TypeError: x\n    at get (/srv/orders.js:10:5)", FAIL),
        ("System.NullReferenceException: x\n   at Orders.Get(String id) in C:\\Orders.cs:line 12", FAIL),
        ("panic: x\n\ngoroutine 17 [running]:\nmain.get()\n\t/srv/orders.go:31 +0x1d", FAIL),
        ("PHP Fatal error: x in /srv/orders.php on line 12", FAIL),
        ("undefined method\n\tfrom /srv/orders.rb:12:in `get'", FAIL),
    ],
)
def test_a_refusal_has_no_stack_trace(detail: str, verdict: Verdict) -> None:
    """SEC-5: of whatever language."""
    assert judged(refused(detail), "stack-trace") is verdict
    page = exchange("getStatus", 500, body=detail.encode(), media_type="text/plain")
    assert judged(page, "stack-trace") is verdict


def test_what_was_served_is_no_refusal() -> None:
    """SEC-5: a report may say what it likes."""
    report = exchange("getResult", 200, body=b"goroutine 1 [running]", media_type="text/plain")
    assert judged(report, "stack-trace") is OPEN


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize(
    ("address", "media_type", "body"),
    [
        ("/status/%3Cb%3Emark", "", ""),
        ("/oauth2/token", "application/x-www-form-urlencoded", query_of({"scope": "<b>mark"})),
        ("/reports", "application/json", '{"report_ids": "<b>mark"}'),
    ],
)
def test_a_path_and_a_body_are_escaped_in_a_page(address: str, media_type: str, body: str, *, escaped: bool) -> None:
    """SEC-5: whatever quotes what was sent, wherever it stood."""
    quoted = b"No &lt;b&gt;mark" if escaped else b"No <b>mark"
    answer = exchange("getStatus", 404, body=quoted, media_type="text/html", url=f"{HOME}{address}")
    sent = (("Content-Type", media_type),)
    answer.request = replace(answer.request, headers=sent, body=body.encode() or None)
    assert judged(answer, "markup") is (PASS if escaped else FAIL)


def test_malformed_basic_is_not_quoted() -> None:
    """SEC-5: what it holds may be the secret alone; with a colon, it is another part's."""
    for held, text, verdict in (
        ("a-secret-without-it", "No colon in 'a-secret-without-it'.", FAIL),
        ("a-secret-without-it", "There is no colon.", PASS),
        ("client:another-secret", "client is unknown", OPEN),
    ):
        sent = (("Authorization", "Basic " + b64encode(held.encode()).decode()),)
        answer = exchange("getToken", 401, {"error": "invalid_client", "error_description": text}, sent=sent)
        told = story(("malformed-basic/1", answer))
        assert verdicts(checks.quotes_no_malformed_credentials, told)["malformed-basic"] is verdict


def test_a_token_in_another_header_is_a_secret() -> None:
    """SEC-5: in headers that gateways trust, and in cookies whose names say so."""
    for sent in (
        ("X-Api-Key", "t0ken-t0ken"), ("Authenticated-Scope", "t0ken-t0ken"), ("Cookie", "lang=de; jwt=t0ken-t0ken"),
    ):  # fmt: skip
        answer = exchange(status=401, document={"detail": "t0ken-t0ken is unknown"}, sent=(sent,))
        found = verdicts(checks.gives_nothing_away, story(("-", answer)))["credentials"]
        assert found is (OPEN if sent[0] == "Authenticated-Scope" else FAIL)
