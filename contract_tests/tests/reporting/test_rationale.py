"""A request in a sentence: by whom, about whose order, and with which token where that is the point."""

from dataclasses import replace

import pytest

from contract_tests.tests.helpers.small_run import call, finished
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.reporting.rationale import Rationale
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.target.model import Client


@pytest.fixture
def done() -> RunFinished:
    """Return a run that knows an expired token, one that the service signed on request, and tokens of two clients."""
    made = finished()
    made.redactor.add_token("the-token-sent", made.target.primary)
    made.redactor.add_token("other-token", Client("other_org", "client-2", "secret-2", "org-b"))
    made.redactor.add_token("narrow-token", made.target.primary, "status.read")
    made.redactor.add_made_token("expired-token", "expired_token", {})
    made.redactor.add_made_token("signed-token", "token_with", {"claims": {"nbf": 1830646741}})
    return made


def with_token(token: str, client: str | None = "primary") -> Exchange:
    """Return call 656, with a token."""
    exchange = call(656, "getStatus", "/status", 401)
    exchange.request = replace(exchange.request, headers=(("Authorization", f"Bearer {token}"),), client=client)
    return exchange


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("expired-token", ", with $EXPIRED_TOKEN, one that expired before it was used (call 656)"),
        (
            "signed-token",
            ", with $SIGNED_TOKEN, one that the service's own key signed, with claims nbf 1830646741 "
            "(2028-01-05T00:59:01Z) (call 656)",
        ),
        ("the-token-sen", ", with $FORGED_TOKEN, one that was changed (call 656)"),
        ("of-nobody-at-all", ", with $INVENTED_TOKEN, one that was given to nobody (call 656)"),
        ("narrow-token", ", with $STATUS_READ_TOKEN (call 656)"),
        ("the-token-sent", ""),
    ],
)
def test_a_token_that_is_the_point_is_named(done: RunFinished, token: str, words: str) -> None:
    """With the call that carried it; the client's usual one is not worth a word."""
    assert Rationale(done).request(with_token(token)) == f"GET /status by primary of org-a{words}"


def test_each_client_has_a_usual_token(done: RunFinished) -> None:
    """That of another client of the target file is its own."""
    assert Rationale(done).request(with_token("other-token", "other_org")) == "GET /status by other_org"
