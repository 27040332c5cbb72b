"""What may leave the process."""

from base64 import b64encode
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from pacsimile_contract.client.report_links import may_follow
from pacsimile_contract.client.requests import basic
from pacsimile_contract.client.safety import Safety
from pacsimile_contract.errors import Forbidden
from pacsimile_contract.evidence.exchange import Headers, Request
from pacsimile_contract.target.model import Client, Target

HOME = "https://api.staging.example"
STANDING = Client("primary", "client-1", "the-secret-1", "org-a")
OWNED = Client("state-x", "client-x", "the-secret-x", "org-x", owned=True)
TARGET = Target(HOME, HOME + "/oauth2", {"primary": STANDING})
MINE, THEIRS = "token-of-an-owned-client", "token-of-a-standing-client"


def rules(target: Target = TARGET, allow: str | None = None) -> Safety:
    """Return rules that know a standing and an owned client, each with a token."""
    made = Safety(target, allow)
    made.own("org-x", [OWNED])
    made.note_token(MINE, OWNED)
    made.note_token(THEIRS, STANDING)
    made.invent("org-nobody")
    made.invent("A" * 64)
    return made


def as_base64(text: str) -> str:
    """Return a text as HTTP Basic sends it."""
    return b64encode(text.encode()).decode()


def request(method: str, path: str, token: str | None = None, headers: Headers = ()) -> Request:
    """Return a request below the base URL."""
    sent = (("Authorization", f"Bearer {token}"),) if token else ()
    return Request(method, HOME + path, sent + headers)


@pytest.mark.parametrize(
    "allowed",
    [
        request("GET", "/status?order_id=A", THEIRS),
        request("GET", "/results?order_id=A&report_type=json", THEIRS),
        request("GET", "/reports?organizationId=org-x", MINE),
        request("GET", "/reports?organizationId=org-x"),
        request("GET", "/reports", "a-forged-token"),
        request("POST", "/oauth2/token"),
        request("POST", "/reports?organizationId=org-x", MINE),
        request("POST", "/reports?organizationId=org-nobody", MINE),
        request("POST", "/reports?organizationId=org-x"),
        request("POST", "/reports?organizationId=", MINE),
        request("POST", "/reports?organizationId=org-x+%21", MINE),
        request("POST", "/reports?organizationId=org-x&organizationId=org-nobody+%21", MINE),
        request("POST", "/reports?organizationId=" + "A" * 65, MINE),
        request("POST", "/reports", MINE),
        request("DELETE", "/status?order_id=A", MINE),
        request("GET", "/status", MINE, (("X-HTTP-Method-Override", "POST"),)),
        Request("DELETE", HOME + "/status", organizations=frozenset({"org-x"})),
    ],
)
def test_what_harms_nobody_may_leave(allowed: Request) -> None:
    """GET, the token POST, and anything that concerns organizations of this run alone."""
    rules().check(allowed)


@pytest.mark.parametrize(
    "forbidden",
    [
        request("POST", "/reports?organizationId=org-a", THEIRS),
        request("POST", "/reports?organizationId=org-a", MINE),
        request("POST", "/reports?organizationId=org-x", THEIRS),
        request("POST", "/reports?organizationId=org-x&organizationId=org-a", MINE),
        request("POST", "/reports?organizationid=org-a", MINE),
        request("POST", "/reports?organizationId=&organizationId=org-a", MINE),
        request("POST", "/reports?organizationId=org-a+", MINE),
        request("POST", "/reports?organizationId=org-x,org-a", MINE),
        request("POST", "/reports?organizationId=org%252Da", MINE),
        request("POST", "/reports?organizationId=%EF%BD%8Frg-a", MINE),
        request("POST", "/reports?organizationId=org-x;organizationId=somebody", MINE),
        request("POST", "/reports?organizationId=" + "B" * 65, MINE),
        request("POST", "/reports?organizationId=", THEIRS),
        request("POST", "/reports?organizationId="),
        request("POST", "/reports?organizationId=org-a"),
        request("POST", "/reports?organizationId=org-nobody"),
        request("POST", "/reports"),
        request("POST", "/oauth2/token/", THEIRS),
        request("POST", "/oauth2/revoke", THEIRS),
        request("DELETE", "/status?order_id=A", THEIRS),
        request("HEAD", "/status?order_id=A", THEIRS),
        request("OPTIONS", "/status"),
        request("GET", "/reports?organizationId=org-a", THEIRS),
        request("GET", "/reports?organizationId=org-a", MINE),
        request("GET", "/reports?organizationId=org-x", THEIRS),
        request("GET", "//Reports/;x?organizationId=org-a", THEIRS),
        request("GET", "/%72eports", THEIRS),
        request("GET", "/reports?organizationId=somebody", headers=(("X-Original-Authorization", f"Bearer {THEIRS}"),)),
        request("GET", "/reports?organizationId=somebody", headers=(("Cookie", f"a=b; token={THEIRS}"),)),
        request("GET", "/status", THEIRS, (("X-HTTP-Method-Override", "POST"),)),
        request("GET", "/reports?_method=POST&organizationId=org-x"),
        request("GET", f"/status?order_id=A&access_token={THEIRS}"),
        request("GET", "/oauth2/token?client_secret=the-secret-1"),
        Request("GET", "https://elsewhere.example/status"),
        Request("GET", "http://api.staging.example/status"),
        Request("POST", HOME + "/reports", (("Authorization", basic("client-1", "x")),)),
    ],
)
def test_what_could_harm_stays(forbidden: Request) -> None:
    """A change or a listing of an existing organization, an override, a secret in a URL, another address."""
    with pytest.raises(Forbidden):
        rules().check(forbidden)


@pytest.mark.parametrize(
    "value",
    [
        THEIRS,
        f"Bearer:{THEIRS}",
        f"Bearer token={THEIRS}",
        f"OAuth {THEIRS}",
        f"Bearer pacsimile-invented, Bearer {THEIRS}",
        f"Bearer {MINE}, Bearer {THEIRS}",
        f"Basic {as_base64(f'x-token:{THEIRS}')}",
        f"Basic {as_base64(f'{THEIRS}:')}",
        f"Basic {as_base64('nobody:x')}, Basic {as_base64(f'{THEIRS}:')}",
    ],
)
def test_a_token_of_an_existing_client_lists_nothing_in_any_form(value: str) -> None:
    """A service may read it from any form of `Authorization`, or of another header."""
    for name in ("Authorization", "authorization", "X-Access-Token"):
        with pytest.raises(Forbidden, match="listing"):
            rules().check(request("GET", "/reports?organizationId=org-nobody", headers=((name, value),)))
        rules().check(request("GET", "/status?order_id=A", headers=((name, value),)))


@pytest.mark.parametrize("text", [THEIRS, "a+token/with=signs"])
def test_a_token_of_an_existing_client_changes_nothing_from_a_body(text: str) -> None:
    """As it is, or encoded as in a form."""
    known = rules()
    known.note_token(text, STANDING)
    for body in (f"access_token={text}", urlencode({"access_token": text})):
        sent = replace(request("POST", "/reports?organizationId=org-x", MINE), body=body.encode())
        with pytest.raises(Forbidden, match="states"):
            known.check(sent)
    known.check(replace(request("POST", "/reports?organizationId=org-x", MINE), body=b"access_token=somebody"))


def test_a_token_that_is_a_piece_of_another_is_not_sent_with_it() -> None:
    """A service may number its tokens: the tenth does not hold the first. Behind the tenth, the first is sent too."""
    known = rules()
    known.note_token("token-1", STANDING)
    known.note_token("token-10", OWNED)
    known.check(request("GET", "/reports?organizationId=org-x", "token-10"))
    with pytest.raises(Forbidden, match="listing"):
        known.check(request("GET", "/reports?organizationId=org-x", "token-10, token-1"))


def test_listing_goes_out_by_word() -> None:
    """`listing: {allowed: true}` opens GET /reports, and nothing else."""
    open_target = replace(TARGET, listing_allowed=True)
    rules(open_target).check(request("GET", "/reports?organizationId=org-a", THEIRS))
    with pytest.raises(Forbidden):
        rules(open_target).check(request("POST", "/reports?organizationId=org-a", THEIRS))


def test_acknowledging_takes_two_words_for_one_organization() -> None:
    """The target file and the command line have to name the same organization, and the call that one alone."""
    word = replace(TARGET, acknowledge_allowed=True, acknowledge_organization="org-a")
    post = replace(request("POST", "/reports?organizationId=org-a", THEIRS), by_word=True)
    rules(word, "org-a").check(post)
    with pytest.raises(Forbidden):  # a probe that acknowledges where the service fails to refuse it
        rules(word, "org-a").check(replace(post, by_word=False))
    for target, allow in ((word, None), (word, "org-b"), (TARGET, "org-a")):
        with pytest.raises(Forbidden):
            rules(target, allow).check(post)
    with pytest.raises(Forbidden):
        rules(word, "org-a").check(replace(post, url=post.url.replace("org-a", "org-b")))


def test_no_secret_goes_over_plain_http_off_this_machine() -> None:
    """Not before the operator gives a reason."""
    clear = "http://api.staging.example"
    target = replace(TARGET, base_url=clear, oauth2_endpoint=clear + "/oauth2")
    sent = Request("GET", clear + "/status", (("Authorization", "Bearer x"),))
    with pytest.raises(Forbidden, match="plain_http"):
        Safety(target).check(sent)
    Safety(replace(target, plain_http_allowed=True)).check(sent)


def test_a_proxy_elsewhere_reaches_itself_at_a_loopback_address() -> None:
    """So what it is asked for there goes over the network, and is not on this machine."""
    here = "http://127.0.0.1:8090"
    target = replace(TARGET, base_url=here, oauth2_endpoint=here + "/oauth2")
    sent = Request("GET", here + "/status", (("Authorization", "Bearer x"),))
    Safety(replace(target, proxy="http://127.0.0.1:3128")).check(sent)
    with pytest.raises(Forbidden, match="plain_http"):
        Safety(replace(target, proxy="http://proxy.example:3128")).check(sent)


@pytest.mark.parametrize(
    ("base", "link", "follows"),
    [
        ("https://api.example", "https://reports.example/1", True),
        ("https://api.example", "http://127.0.0.1:8090/1", False),
        ("https://api.example", "https://localhost/1", False),
        ("http://127.0.0.1:8090", "http://127.0.0.1:8091/1", True),
        ("http://127.0.0.1:8090", "http://reports.example/1", False),
    ],
)
def test_no_service_elsewhere_leads_to_an_address_of_this_machine(base: str, link: str, follows: bool) -> None:
    """What listens there may trust whoever is on this machine."""
    assert may_follow(replace(TARGET, base_url=base), link) == follows


ALLOWING = replace(TARGET, hostile_input=True)


def raw(content: bytes, path: str = "/status", **more: Any) -> Request:
    """Return raw bytes that are meant as a GET of that path."""
    return Request("GET", HOME + path, raw=content, hostile=True, **more)


@pytest.mark.parametrize(
    "allowed",
    [
        raw(b"GET /status?order_id=\xff HTTP/1.1\r\n\r\n"),
        raw(b"GET /status HTTP/1.1\r\nAuthorization: Bearer " + MINE.encode() + b"\r\n\r\n"),
        raw(b"POST /reports?organizationId=org-x HTTP/1.1\r\n\r\n", "/reports?organizationId=org-x"),
        raw(b"BREW /status HTTP/1.1\r\n\r\n", organizations=frozenset({"org-x"})),
    ],
)
def test_raw_bytes_may_concern_organizations_of_this_run(allowed: Request) -> None:
    """One GET of no listing with nobody's token, or whatever names an organization that a state made."""
    rules(ALLOWING).check(allowed)
    with pytest.raises(Forbidden, match="hostile_input"):
        rules().check(allowed)


@pytest.mark.parametrize(
    "forbidden",
    [
        raw(b"GET /status HTTP/1.1\r\nAuthorization: Bearer " + THEIRS.encode() + b"\r\n\r\n"),
        raw(b"GET /oauth2/token HTTP/1.1\r\nAuthorization: " + basic("client-1", "no").encode() + b"\r\n\r\n"),
        raw(b"GET /%2572eports?organizationId=org-b HTTP/1.1\r\n\r\n"),
        raw(b"POST /status HTTP/1.1\r\n\r\n"),
        raw(b"GET / HTTP/1.1\r\n\r\nPOST /reports HTTP/1.1\r\n\r\n"),
        raw(b"POST /reports?organizationId=org%2Da HTTP/1.1\r\n\r\n", "/reports?organizationId=org-x"),
    ],
)
def test_raw_bytes_reach_no_standing_organization(forbidden: Request) -> None:
    """No token, client or organization that no state made; no second request behind the first; no other method."""
    with pytest.raises(Forbidden):
        rules(ALLOWING).check(forbidden)


def test_plain_http_is_tried_with_an_invented_token_alone() -> None:
    """SEC-4: the host's plain port gets nobody's token, and only there where the service itself uses TLS."""
    known = rules()
    known.invent("made-up-token")
    plain = replace(request("GET", "/status", "made-up-token"), url="http://api.staging.example/status")
    known.check(plain)
    for other in (
        replace(plain, headers=(("Authorization", f"Bearer {THEIRS}"),)),
        replace(plain, headers=(("Authorization", "Bearer another"),)),
        replace(plain, url="http://elsewhere.example/status"),
        replace(plain, method="POST"),
    ):
        with pytest.raises(Forbidden):
            known.check(other)
