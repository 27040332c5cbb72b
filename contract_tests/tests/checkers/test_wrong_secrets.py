"""AUTH-4: every kind of wrong secret, in every way of sending it, gets no token."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from contract_tests.tests.helpers.handwritten import exchange, story, verdicts
from pacsimile_contract.checkers import wrong_secrets as checks
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.generation.trials import is_hostile
from pacsimile_contract.redaction.derivations import derivation
from pacsimile_contract.scenarios.wrong_secrets import IN_FORM, near_secrets
from pacsimile_contract.target.model import Client

PASS, FAIL = Verdict.PASS, Verdict.FAIL
CLIENT = Client("own", "client-1", "Secret%4k", "org-a", owned=True)
TOKEN = {"access_token": "abc", "token_type": "Bearer", "expires_in": 3600}


def judged(kind: str, way: str, status: int, content: Any) -> Verdict:
    """Return the verdict of one answer."""
    answered = exchange("postToken" if way != "basic-get" else "getToken", status, content)
    return verdicts(checks.compares_the_whole_secret, story((f"{kind}/{way}", answered)))[kind]


@pytest.mark.parametrize("kind", checks.NEAR_SECRETS)
@pytest.mark.parametrize("way", ["basic-get", "basic-post", IN_FORM, "basic-beside-client-id"])
def test_a_token_for_a_wrong_secret_fails_whatever_its_kind(kind: str, way: str) -> None:
    """The part is named by the kind."""
    assert judged(kind, way, 200, TOKEN) is FAIL
    assert judged(kind, way, 401, {"error": "invalid_client"}) is PASS
    assert judged(kind, way, 405, {}) is Verdict.NOT_EXERCISED


def test_where_a_400_is_as_right() -> None:
    """In a form; for an empty secret there, which counts as none; and for one that is not printable ASCII."""
    assert judged("cut-by-one", IN_FORM, 400, {"error": "invalid_client"}) is PASS
    assert judged("cut-by-one", IN_FORM, 400, {"error": "invalid_request"}) is FAIL
    assert judged("empty", IN_FORM, 400, {"error": "invalid_request"}) is PASS
    assert judged("empty", "basic-get", 400, {"error": "invalid_request"}) is FAIL
    assert judged("look-alike", "basic-get", 400, {"error": "invalid_request"}) is PASS
    assert judged("cut-by-one", "basic-beside-client-id", 400, {"error": "invalid_request"}) is FAIL


def test_a_gateway_may_refuse_what_is_encoded_twice_in_a_form() -> None:
    """It reads a form as it reads a query. A token is wrong from anywhere, and 403 is wrong for any other secret."""
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    for body, status, content, verdict in (
        (b"client_secret=%2553%2565", 403, None, PASS),
        (b"client_secret=%2553%2565", 200, TOKEN, FAIL),
        (b"client_secret=Se", 403, None, FAIL),
    ):
        asked = exchange("postToken", status, content)
        asked.request = replace(asked.request, headers=form, body=body)
        told = story((f"encoded-twice/{IN_FORM}", asked))
        assert verdicts(checks.compares_the_whole_secret, told)["encoded-twice"] is verdict


def test_a_wrong_secret_beside_the_right_one_gets_no_token() -> None:
    """Nor does a client id alone: 400 and 401 are as right, whichever of the two errors they name."""
    for step, name in (("beside-the-right-one/form", "beside-the-right-one"), ("id-alone/basic", "id-alone")):
        for status, content, verdict in (
            (200, TOKEN, FAIL), (400, {"error": "invalid_request"}, PASS), (401, {"error": "invalid_client"}, PASS),
            (500, {"error": "server_error"}, FAIL), (405, {}, Verdict.NOT_EXERCISED),
        ):  # fmt: skip
            told = story((step, exchange("postToken", status, content)))
            assert verdicts(checks.wants_one_right_secret, told)[name] is verdict


def test_every_kind_is_made_and_none_is_right() -> None:
    """A kind for each part; each differs from the right credentials."""
    others = {"of-same-organization": "another", "of-other-organization": "strange"}
    made = near_secrets(CLIENT, {kind: Client("x", "other", secret) for kind, secret in others.items()})
    assert set(made) == set(checks.NEAR_SECRETS)
    assert all((one.client_id, one.client_secret) != (CLIENT.client_id, CLIENT.client_secret) for one in made.values())
    assert made["look-alike"].client_secret == "\uff33ecret%4k"
    assert made["behind-a-colon"].client_secret == "Secret%4k:7"
    assert made["wildcard-at-its-end"].client_secret == "Secret%4%"
    assert made["client-id-look-alike"].client_id == "\uff43lient-1"
    assert made["one-letter-in-other-case"].client_secret == "secret%4k"
    assert len({(one.client_id, one.client_secret) for one in made.values()}) == len(made)


def test_a_secret_of_digits_has_no_other_case() -> None:
    """Nothing is asked that is right."""
    made = near_secrets(Client("own", "client-1", "4711-0815"), {})
    assert {"one-letter-in-other-case", "look-alike"}.isdisjoint(made)


@pytest.mark.parametrize(
    ("made", "code"), [(" Secret", '" " + t'), ("Secret ", 't + " "'), ("secret", "t[0].swapcase()")]
)
def test_a_wrong_secret_can_be_made_again_in_a_shell(made: str, code: str) -> None:
    """Without showing the right one."""
    line = derivation("Secret", made, "SECRET")
    assert line is not None
    assert code in line
    assert "ecret" not in line.replace("$SECRET", "")


def test_another_clients_id_beside_basic_gets_no_token() -> None:
    """AUTH-2, AUTH-4: 400 where the secret is right, and 401 where it is the other client's."""
    for checker, label, right, error, wrong in (
        (checks.takes_one_client, "another-client", 400, "invalid_request", 401),
        (checks.compares_with_its_own_secret, "secret-of-another", 401, "invalid_client", 400),
    ):
        for status, content, verdict in (
            (200, TOKEN, FAIL), (right, {"error": error}, PASS), (wrong, {"error": error}, FAIL),
            (405, {}, Verdict.NOT_EXERCISED),
        ):  # fmt: skip
            told = story((label, exchange("postToken", status, content)))
            assert verdicts(checker, told)[label] is verdict


def test_only_what_is_not_printable_ascii_is_hostile_input() -> None:
    """Every other kind goes to a service that allows no hostile input: what is percent-encoded is plain ASCII."""
    made, unprintable = near_secrets(CLIENT, {}), {"look-alike", "line-feed-behind", "nul-behind"}
    assert {kind for kind, client in made.items() if is_hostile(client.client_secret)} == unprintable
    assert not is_hostile(quote(made["encoded-twice"].client_secret, safe=""))
