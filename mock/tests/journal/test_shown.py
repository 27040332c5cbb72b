"""The journal shows what came, so that one finds what one looks for; secrets and tokens never, wherever they stand."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock.tests.helpers.in_process import Caller, Reply, Service, basic
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.exchange import Call
from pacsimile_mock.journal.excerpt import excerpt
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.query import describe
from pacsimile_mock.journal.secrets import HIDDEN, Secrets

KNOWN_IN_BASE64 = b64encode(b"known-secret").decode()

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def latest(service: Service) -> Entry:
    """The entry of the latest call."""
    return list(service.world.journal.entries())[-1]


def test_a_wrong_parameter_is_shown_as_it_came(service: Service, caller: Caller) -> None:
    """Its name and its value, also in what the refusal says."""
    caller.get("/status", orderId="ORD-1")
    entry = latest(service)
    assert entry.parameters == {"orderId": "ORD-1"}
    assert entry.got is not None
    assert entry.got.startswith("The query parameter 'orderId' is not known to getStatus")


def test_an_unknown_path_is_shown(service: Service, caller: Caller) -> None:
    """Also a path into a world that is not there."""
    for path in ("/Status", "/w/nowhere/status", "/"):
        caller.get(path, a="b")
        assert (latest(service).path, latest(service).parameters) == (path, {"a": "b"})
    caller.get("/status")
    assert latest(service).path == "/status"


def test_who_a_call_with_a_wrong_secret_said_it_was_is_shown(service: Service, caller: Caller) -> None:
    """By Basic and in the form; as a claim, for nothing of it is proven. Who is known is no claim."""
    service.call("GET", "/oauth2/token", {"Authorization": basic("hospital-viewer", "wrong")})
    assert (latest(service).client_id, latest(service).claimed_client_id) == (None, "hospital-viewer")
    service.call("POST", "/oauth2/token", FORM, b"grant_type=client_credentials&client_id=me&client_secret=wrong")
    assert (latest(service).client_id, latest(service).claimed_client_id) == (None, "me")
    assert latest(service).parameters == {
        "grant_type": "client_credentials",
        "client_id": "me",
        "client_secret": HIDDEN,
    }
    caller.ask_token()
    assert (latest(service).client_id, latest(service).claimed_client_id) == (caller.client.client_id, None)


def test_another_organizations_name_is_shown(service: Service, caller: Caller) -> None:
    """As it was asked for."""
    caller.get("/reports", organizationId="clinic")
    assert latest(service).parameters == {"organizationId": "clinic"}


def test_a_name_that_is_given_again_is_shown_again(service: Service, caller: Caller) -> None:
    """Both values."""
    caller.call("GET", "/status?order_id=A&order_id=B&order_id")
    assert latest(service).parameters == {"order_id": "A", "order_id (2)": "B", "order_id (3)": ""}


def test_controls_are_escaped_and_length_is_cut(service: Service, caller: Caller) -> None:
    """ANSI, bidi and broken UTF-8 do nothing to who reads it."""
    caller.call("GET", "/status?%1b%5b31m=%e2%80%ae%00%ff&x=" + "y" * 5_000)
    assert latest(service).parameters == {"\\x1b[31m": "\\u202e\\x00\N{REPLACEMENT CHARACTER}", "x": "y" * 200 + "..."}
    service.call("GET", "/%1b[m" + "z" * 5_000)
    assert latest(service).path == "/\\x1b[m" + "z" * 196 + "..."


@given(st.text())
def test_an_excerpt_is_printable_and_short(text: str) -> None:
    """Whatever it was; what is both already stays as it is."""
    told = excerpt(text, 50)
    assert told.isprintable()
    assert told.encode() is not None
    assert len(told) <= 53 * 10
    assert told == text or not text.isprintable() or len(text) > 50


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
def test_a_secret_is_hidden_wherever_a_client_puts_it(token_format: str) -> None:
    """In the query, in the path, in a name, in the form, as a client id, encoded; in what the client is told too."""
    service = Service(WorldOptions(scenario="empty", pace="manual", token_format=token_format))
    caller = service.client()
    token, secret = caller.token, caller.client.client_secret
    other = next(iter(service.state.worlds.create(WorldOptions(scenario="empty")).clients.values())).client_secret
    pair = b64encode(f"{caller.client.client_id}:{secret}".encode()).decode()
    hidden = (token, secret, other, pair, "invented-4711", b64encode(secret.encode()).decode())
    replies: list[Reply] = []
    for text in (*hidden[:4], hidden[5]):
        targets = (
            f"/status?order_id={quote(text)}",
            f"/status?order_id=x-{quote(text)}",
            f"/status?{quote(text)}=1",
            f"/status?study_uid={quote('Basic ' + text)}",
            f"/report?study_group={quote(text)}&report_type=json",
            f"/orders/{quote(text)}",
            f"/{quote(text)}/{quote(text)}",
            f"/oauth2/token?scope={quote(text)}&grant_type={quote(text)}",
        )
        replies.extend(caller.call("GET", target) for target in targets)
        replies.append(caller.ask_token(scope=text))
        replies.append(caller.ask_token(grant_type=text))
        replies.append(service.call("GET", "/oauth2/token", {"Authorization": basic(text, caller.client.client_id)}))
        form = f"grant_type={quote(text)}&client_id={quote(text)}&client_secret=invented-4711&scope=invented-4711"
        replies.append(service.call("POST", "/oauth2/token", FORM, form.encode()))
    kept = [repr(describe(entry)) for entry in service.world.journal.entries()]
    told = [reply.body.decode() for reply in replies]
    assert len(kept) > 60
    for text in hidden:
        assert [line for line in kept if text in line] == []
        assert [line for line in told if text in line] == []
    assert sum(HIDDEN in line for line in kept) > 50


@pytest.mark.parametrize(
    ("text", "shown_as"),
    [
        ("Basic ZGVtbzpzZWNyZXQ=", HIDDEN),
        ("ZGVtbzpzZWNyZXQ=", HIDDEN),
        ("bearer abc", HIDDEN),
        ("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.sig", HIDDEN),
        ("pac_default_abcdef", HIDDEN),
        ("known-secret", HIDDEN),
        (f"/orders/{KNOWN_IN_BASE64}", HIDDEN),
        (f"/{KNOWN_IN_BASE64}/{KNOWN_IN_BASE64}", HIDDEN),
        (f"a_{KNOWN_IN_BASE64}-b", HIDDEN),
        ("a known-secret b", f"a {HIDDEN} b"),
        ("abc", HIDDEN),
        ("abcdef", "abcdef"),
        ("ORD-5QBC5V-000003", "ORD-5QBC5V-000003"),
        ("1.2.840.99999.77.4242", "1.2.840.99999.77.4242"),
        ("Xanthippe Quandt-Mustermann, ward 7", "Xanthippe Quandt-Mustermann, ward 7"),
        ("client_credentials", "client_credentials"),
        ("status.read reports.read", "status.read reports.read"),
        ("8f14e45f-ceea-467f-a8d5-1b2c3d4e5f60", "8f14e45f-ceea-467f-a8d5-1b2c3d4e5f60"),
    ],
)
def test_what_is_no_secret_is_left_alone(text: str, shown_as: str) -> None:
    """Identifiers, names, scopes; a short secret is hidden where it is all that there is."""
    mask = Secrets(lambda: ["known-secret", "abc"]).mask_of(Call("GET", "/", "", {}))
    assert mask.text(text) == shown_as


@pytest.mark.parametrize("name", ["client_secret", "access_token", "Authorization", "password", "apiKey", "api_key"])
def test_a_value_is_hidden_where_its_name_says_so(name: str) -> None:
    """Whatever it looks like; and then wherever else the same call has it."""
    call: Any = Call("GET", "/status", f"{name}=plain-looking&order_id=plain-looking", {})
    mask = Secrets().mask_of(call)
    assert mask.value(name, "plain-looking") == mask.value("order_id", "plain-looking") == HIDDEN
