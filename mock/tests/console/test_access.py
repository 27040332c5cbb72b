"""Who gets into the console, and whose forms it does what they say."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client, TestResponse

from pacsimile_mock.config import ServerOptions
from pacsimile_mock.console import access
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.app import create_app

TOKEN = "the-control-token"
CODE = access.code_of(TOKEN)
HOME = access.HOME
JOURNAL = f"{HOME}/worlds/default/journal"
CLOCK = f"{HOME}/worlds/default/clock"


@pytest.fixture(scope="module")
def state() -> Iterator[ServerState]:
    made = ServerState(ServerOptions(control_token=TOKEN), "http://localhost")
    yield made
    made.close()


@pytest.fixture
def browser(state: ServerState) -> Client:
    """A browser that is not signed in."""
    return Client(create_app(state))


@pytest.fixture
def visitor(browser: Client) -> Client:
    """A browser that is signed in."""
    assert browser.get(f"{access.SIGN_IN}?code={CODE}").location == HOME
    return browser


def form_token(visitor: Client) -> str:
    cookie = visitor.get_cookie(access.cookie_name(TOKEN), path=HOME)
    assert cookie is not None
    return access.form_token(TOKEN, cookie.value)


def is_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 303 and answer.location.startswith(access.SIGN_IN)


def test_a_stranger_sees_nothing(browser: Client) -> None:
    """No page, no stream, no change; of a world that there is not, no more than of one that there is."""
    for path in ("", "/worlds", "/worlds/default/journal", "/worlds/nowhere/journal", "/worlds/default/journal/stream"):
        assert is_sign_in(browser.get(HOME + path))
    assert is_sign_in(browser.post(CLOCK, data={"freeze": "1"}))


@pytest.mark.parametrize("given", [CODE, TOKEN])
def test_the_code_and_the_control_token_sign_in(browser: Client, given: str) -> None:
    signed = browser.post(access.SIGN_IN, data={"token": f" {given}\n"})
    cookie = signed.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", f"Path={HOME}"))
    assert TOKEN not in cookie and CODE not in cookie
    assert browser.get(JOURNAL).status_code == 200


def test_over_tls_the_cookie_is_for_tls_alone(browser: Client) -> None:
    signed = browser.get(f"{access.SIGN_IN}?code={CODE}", base_url="https://localhost")
    assert "Secure" in signed.headers["Set-Cookie"]


@pytest.mark.parametrize("given", ["", "x", CODE[:-1], CODE.upper(), TOKEN + "x", "é"])
def test_anything_else_does_not(browser: Client, given: str) -> None:
    refused = browser.post(access.SIGN_IN, data={"token": given})
    assert refused.status_code == 403 and "Set-Cookie" not in refused.headers
    assert browser.get(access.SIGN_IN, query_string={"code": given}).status_code == 403
    assert is_sign_in(browser.get(JOURNAL))


@pytest.mark.parametrize("cookie", ["", ".", "a", "a.b", "é.é", "another"])
def test_a_made_up_session_is_none(browser: Client, cookie: str) -> None:
    """Nor is one that another control token made."""
    cookie = access.new_session("another token") if cookie == "another" else cookie
    assert is_sign_in(
        browser.get(JOURNAL, headers={"Cookie": f"{access.cookie_name(TOKEN)}={cookie}".encode().decode("latin-1")})
    )


def test_the_code_opens_nothing_of_the_control_api(browser: Client) -> None:
    for bearer in (CODE, access.new_session(TOKEN)):
        assert browser.get("/_mock/worlds", headers={"Authorization": f"Bearer {bearer}"}).status_code == 401


def test_a_session_opens_nothing_of_the_control_api(visitor: Client) -> None:
    assert visitor.get("/_mock/worlds").status_code == 401


def test_a_form_of_the_session_changes_something(visitor: Client, state: ServerState) -> None:
    for change, frozen in (("freeze", True), ("run", False)):
        done = visitor.post(CLOCK, data={change: "1", "form_token": form_token(visitor)})
        assert (done.status_code, done.location) == (303, CLOCK)
        assert state.worlds.default.clock.frozen is frozen


def test_a_form_of_another_page_does_not(visitor: Client, state: ServerState) -> None:
    """Without its token, with another session's, or from another origin although it knows the token."""
    known = form_token(visitor)
    others = access.form_token(TOKEN, access.new_session(TOKEN))
    for data, headers in (
        ({}, {}),
        ({"form_token": ""}, {}),
        ({"form_token": others}, {}),
        ({"form_token": known}, {"Origin": "https://evil.example"}),
        ({"form_token": known}, {"Origin": "null"}),
    ):
        refused = visitor.post(CLOCK, data={"freeze": "1", **data}, headers=headers)
        assert refused.status_code == 403
    assert not state.worlds.default.clock.frozen


def test_a_get_changes_nothing(visitor: Client) -> None:
    for path in (
        "/worlds/default/reset",
        "/worlds/default/faults/clear",
        "/worlds/default/orders/ORD-5QBC5V-000003/amend",
    ):
        refused = visitor.get(HOME + path)
        assert refused.status_code == 405 and refused.headers["Allow"] == "POST"


def test_a_foreign_host_gets_nothing(visitor: Client) -> None:
    """A page that has bound its own name to this address (DNS rebinding) is refused before it can sign in."""
    for path in (access.SIGN_IN, JOURNAL, f"{HOME}/assets/console.js"):
        assert visitor.get(path, headers={"Host": "evil.example"}).status_code == 421


def test_signing_out_ends_the_session_of_the_browser(visitor: Client) -> None:
    assert visitor.post(f"{HOME}/sign-out").status_code == 403
    assert visitor.get(JOURNAL).status_code == 200  # another page's form does not sign out
    visitor.post(f"{HOME}/sign-out", data={"form_token": form_token(visitor)})
    assert is_sign_in(visitor.get(JOURNAL))


def test_without_the_control_api_there_is_no_console() -> None:
    state = ServerState(ServerOptions(control=False), "http://localhost")
    assert Client(create_app(state)).get(access.SIGN_IN).status_code == 404
    state.close()


def test_every_answer_says_what_a_browser_may_do(visitor: Client) -> None:
    """No inline script, no other page's frame, no other origin, nothing kept."""
    for path in (JOURNAL, f"{HOME}/worlds", f"{HOME}/assets/console.css", f"{HOME}/nothing/here", access.SIGN_IN):
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers


def test_a_form_that_is_too_large_is_refused(visitor: Client) -> None:
    """What a form may have is bounded by the server, whoever sends it; the pages stay."""
    answer = visitor.post(CLOCK, data={"advance": "1" * 100, "form_token": form_token(visitor)})
    assert answer.status_code == 400
    assert visitor.get(JOURNAL).status_code == 200


def test_two_mocks_of_a_host_do_not_sign_each_other_out(visitor: Client) -> None:
    """Ports share cookies, so that each mock has a name of its own for its own."""
    assert access.cookie_name(TOKEN) != access.cookie_name("another")
    visitor.set_cookie(access.cookie_name("another"), access.new_session("another"), path=HOME)
    assert visitor.get(JOURNAL).status_code == 200


@pytest.mark.parametrize("origin", ["http://[", "null", "", "://", "http://evil.example"])
def test_no_origin_breaks_a_form(visitor: Client, origin: str) -> None:
    for path in (CLOCK, f"{HOME}/sign-out"):
        answer = visitor.post(path, data={"form_token": form_token(visitor)}, headers={"Origin": origin})
        assert answer.status_code == 403 and answer.mimetype == "text/html"


def test_a_form_that_cannot_be_read_is_no_call_of_a_client(visitor: Client, state: ServerState) -> None:
    total = state.worlds.default.journal.total
    fields = {f"field{number}": "x" for number in range(2_000)}
    for path in (CLOCK, access.SIGN_IN):
        answer = visitor.post(path, data={**fields, "file": (BytesIO(b"x"), "x")})
        assert answer.status_code == 413 and answer.mimetype == "text/html"
    assert state.worlds.default.journal.total == total


def test_a_failure_of_a_page_is_told_on_a_page(visitor: Client, state: ServerState, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(type(state.worlds), "find", lambda *_: 1 / 0)
    failed = visitor.get(JOURNAL)
    assert failed.status_code == 500 and failed.mimetype == "text/html" and "report it" in failed.text


def test_signing_in_leads_to_the_page_that_was_asked_for(browser: Client) -> None:
    """So that the address of an order can be pasted into a ticket."""
    asked = browser.get(f"{HOME}/worlds/default/orders?status=FAILED&study_group=A%20%26%20B")
    page = parse_qs(urlsplit(asked.location).query)["page"][0]
    assert "/worlds/default/orders" in browser.get(asked.location).text
    signed = browser.post(access.SIGN_IN, data={"token": TOKEN, "page": page})
    assert signed.location == f"{HOME}/worlds/default/orders?status=FAILED&study_group=A%20%26%20B"


@pytest.mark.parametrize(
    "page",
    ["//evil.example", "https://evil.example", "/worlds/../../control", "/worlds/\r\nX: y", "/sign-out", "@evil"],
)
def test_signing_in_leads_nowhere_else(browser: Client, page: str) -> None:
    assert browser.post(access.SIGN_IN, data={"token": TOKEN, "page": page}).location == HOME


@pytest.mark.parametrize("path", ["/", "/worlds/default"])
def test_a_shortened_address_leads_on(visitor: Client, path: str) -> None:
    assert visitor.get(HOME + path).location in (HOME, JOURNAL)


@pytest.mark.parametrize("host", ["mock.example", "127.0.0.1:8080"])
def test_behind_a_proxy_addresses_have_its_path(host: str) -> None:
    """Whether or not the proxy keeps `Host`: links, forms, the cookie, and the origin of forms."""
    state = ServerState(ServerOptions(control_token=TOKEN, public_url="https://mock.example/pacs"), "http://localhost")
    browser = Client(create_app(state), use_cookies=False)
    home = f"/pacs{HOME}"
    signed = browser.get(f"{access.SIGN_IN}?code={CODE}", headers={"Host": host})
    cookie = signed.headers["Set-Cookie"]
    assert signed.location == home and f"Path={home}" in cookie and ("Secure" in cookie) is (host == "mock.example")
    headers = {"Host": host, "Cookie": cookie.partition(";")[0]}
    page = browser.get(f"{HOME}/worlds/default/reference", headers=headers).text
    assert f'href="{home}/worlds/default/orders"' in page and 'data-path="/pacs/status"' in page
    assert f'"{HOME}' not in page
    data = {"advance": "1s", "form_token": access.form_token(TOKEN, headers["Cookie"].partition("=")[2])}
    moved = browser.post(CLOCK, data=data, headers={**headers, "Origin": "https://mock.example"})
    assert (moved.status_code, moved.location) == (303, f"/pacs{CLOCK}")
    state.close()
