"""A `curl` line sends what was sent: of wrong credentials it names the wrong ones, and makes them of the right ones."""

import base64
import json

import pytest

from contract_tests.tests.transcript.test_curl_lines import words
from pacsimile_contract.client.requests import basic
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.generation import forgery
from pacsimile_contract.redaction.derivations import FOURTH_PART
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.target.model import Client
from pacsimile_contract.transcript.curl import curl

CLAIMS = {"sub": "client-1", "exp": 1_800_000_000, "scope": "status.read reports.read"}
JWT = forgery.assemble_jwt({"alg": "ES256", "kid": "k1"}, CLAIMS, bytes(range(1, 65)))
OPAQUE = "opaque-t0ken-of-the-Service-8141"
KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
CLIENTS = {
    "primary": Client("primary", "client-1", "k7q0v9x4z8w3j6", "org-a"),
    "other": Client("other", "client-2", "m5n2b8v1c4x7l9", "org-b"),
}


@pytest.fixture
def redactor() -> Redactor:
    """Return what knows two clients, and a token of each kind given to the first."""
    made = Redactor("salt")
    made.credentials.token_url = "https://h/oauth2/token"
    for client in CLIENTS.values():
        made.add_client(client)
    for token in (JWT, OPAQUE):
        made.add_token(token, CLIENTS["primary"])
    return made


def line(redactor: Redactor, authorization: str) -> str:
    """Return the lines of a call with that Authorization; nothing of a secret or token is in them."""
    found = curl(Exchange(1, Request("GET", "http://h/status", (("Authorization", authorization),))), redactor)
    hidden = [one.client_secret for one in CLIENTS.values()] + [JWT, OPAQUE, *JWT.split(".")[:2]]
    assert [one for one in hidden if one in found] == []
    return found


FORGED = [
    *((JWT, one) for one in (*forgery.widened(JWT), *forgery.resigned(JWT), JWT + FOURTH_PART, *forgery.unsigned(JWT))),
    *((OPAQUE, one) for one in forgery.altered(OPAQUE)),
]


@pytest.mark.parametrize("place", range(len(FORGED)))
def test_a_forged_token_is_made_of_the_right_one(redactor: Redactor, place: int) -> None:
    """Each spelling of each forgery: the shell sends the very token that was sent."""
    token, forged = FORGED[place]
    text = line(redactor, f"Bearer {forged}")
    assert text.splitlines()[-1] == 'curl -i -H "Authorization: Bearer $FORGED_TOKEN" http://h/status'
    assert f"Authorization: Bearer {forged}" in words(text, {}, token)


def test_a_token_under_the_public_key_is_told_in_words(redactor: Redactor) -> None:
    """No line of a shell makes it."""
    forged = forgery.signed_with_public_key(JWT, KEY)[0]
    text = line(redactor, f"Bearer {forged}")
    assert "# FORGED_TOKEN: the claims of $TOKEN under alg HS256" in text
    assert "Bearer $FORGED_TOKEN" in text


def test_the_right_credentials_have_their_ordinary_names(redactor: Redactor) -> None:
    """The primary client's, another client's, and a token that was asked for with fewer scopes."""
    assert line(redactor, f"Bearer {OPAQUE}") == 'curl -i -H "Authorization: Bearer $TOKEN" http://h/status'
    assert line(redactor, basic("client-1", "k7q0v9x4z8w3j6")) == 'curl -i -u "$CLIENT:$SECRET" http://h/status'
    assert line(redactor, basic("client-2", "m5n2b8v1c4x7l9")).startswith('curl -i -u "$OTHER_CLIENT:$OTHER_SECRET"')
    redactor.add_token("of-the-other", CLIENTS["other"])
    redactor.add_token("narrow-token", CLIENTS["primary"], "status.read")
    assert line(redactor, "Bearer of-the-other").startswith('OTHER_TOKEN=$(curl -s -u "$OTHER_CLIENT:$OTHER_SECRET"')
    narrow = line(redactor, "Bearer narrow-token")
    assert "STATUS_READ_TOKEN=$(curl" in narrow
    assert "&scope=status.read'" in narrow
    assert narrow.endswith('"Authorization: Bearer $STATUS_READ_TOKEN" http://h/status')


@pytest.mark.parametrize("wrong", ["b3h6d1f8s5a2p4", "k7q0v9x4z8w3j67777", "k7q0v9x4z8", "K7Q0V9X4Z8W3J6"])
def test_a_wrong_secret_is_another_than_the_right_one(redactor: Redactor, wrong: str) -> None:
    """Of the same length, longer, cut, in another case: it is made of the right one, which the line never sends."""
    text = line(redactor, basic("client-1", wrong))
    assert text.splitlines()[-1] == 'curl -i -u "$CLIENT:$WRONG_SECRET" http://h/status'
    _, sent = words(text, {"CLIENT": "client-1", "SECRET": "k7q0v9x4z8w3j6"})[1:3]
    name, _, secret = sent.partition(":")
    assert name == "client-1"
    assert len(secret) == len(wrong)
    assert secret != "k7q0v9x4z8w3j6"


def test_an_unknown_client_and_an_invented_token_are_made_up(redactor: Redactor) -> None:
    """Others do as well as those that were sent."""
    unknown = line(redactor, basic("client-9", "k7q0v9x4z8w3j6"))
    assert unknown.endswith('curl -i -u "$UNKNOWN_CLIENT:$SECRET" http://h/status')
    assert words(unknown, {"CLIENT": "client-1", "SECRET": "s"})[2] != "client-1:s"
    invented = line(redactor, "Bearer some-thing-else")
    sent = words(invented, {})[2].removeprefix("Authorization: Bearer ")
    assert len(sent) == len("some-thing-else")


def test_what_is_no_basic_is_shown_where_it_is_ours(redactor: Redactor) -> None:
    """Malformed values are our own words; one that could hold a secret is told as what it is."""
    assert "-H 'Authorization: Basic !!!'" in line(redactor, "Basic !!!")
    odd = line(redactor, "Basic " + base64.b64encode(b"client-1k7q0v9x4z8w3j6").decode() + "!")
    assert odd.startswith("# AUTHORIZATION: what is no bearer token")


def test_what_a_state_makes_is_told_and_made_again(redactor: Redactor) -> None:
    """An expired token, and one that the real key signed with other claims."""
    redactor.credentials.states_url = "http://h/states"
    redactor.add_made_token("expired-token", "expired_token", {})
    redactor.add_made_token("signed-token", "token_with", {"claims": {"aud": "urn:another"}})
    expired, signed = (line(redactor, f"Bearer {one}") for one in ("expired-token", "signed-token"))
    assert expired.startswith("# EXPIRED_TOKEN: one that expired before it was used\nEXPIRED_TOKEN=$(curl -s -H")
    assert "with claims aud urn:another" in signed
    assert (
        json.dumps({"state": "token_with", "params": {"claims": {"aud": "urn:another"}}, "action": "setup"}) in signed
    )
    assert signed.endswith('curl -i -H "Authorization: Bearer $SIGNED_TOKEN" http://h/status')
