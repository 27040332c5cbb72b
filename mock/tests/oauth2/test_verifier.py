"""Verified tokens are remembered: by their whole text, until they expire, and not without end."""

from contextlib import suppress

import pytest

from mock.tests.helpers.in_process import START, Service
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.oauth2 import verifier
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.oauth2.opaque import digest
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_mock.oauth2.verifier import Verifier

HOUR = 3600 * SECOND


class Counted:
    """Counts how often a signature is looked at."""

    def __init__(self, world: str = "default") -> None:
        self.world = world
        self.asked: list[str] = []
        self.revoked_ids: frozenset[str] = frozenset()

    def verify(self, text: str, now: Instant) -> Grant:
        """Take what begins with `good`, for an hour."""
        self.asked.append(text)
        if not text.startswith("good") or now >= START + HOUR:
            raise InvalidToken("no")
        return Grant(self.world, "viewer", "hospital", ("status.read",), START + HOUR)


def remembering(tokens: Counted) -> Verifier:
    """A verifier over it."""
    return Verifier("default", tokens)  # type: ignore[arg-type]


def test_a_signature_is_looked_at_once() -> None:
    """The second time the grant is remembered; a wrong token is looked at each time."""
    tokens = Counted()
    kept = remembering(tokens)
    assert kept.verify("good", START) is kept.verify("good", START + 1)
    for _ in range(2):
        with pytest.raises(InvalidToken):
            kept.verify("bad", START)
    assert tokens.asked == ["good", "bad", "bad"]


@pytest.mark.parametrize("seen", [True, False])
def test_a_token_ends_to_the_microsecond(seen: bool) -> None:
    """Good at 59:59.999999, refused at 60:00, also one that was verified a moment before (AUTH-11, AUTH-18)."""
    kept = remembering(Counted())
    if seen:
        kept.verify("good", START + HOUR - 1)
    for now in (START + HOUR, START + HOUR + 1, START + 2 * HOUR):
        with pytest.raises(InvalidToken):
            kept.verify("good", now)


def test_a_token_that_is_revoked_while_it_is_verified_is_not_remembered() -> None:
    """It was good for the call under way, and is for no later one."""

    class Late(Verifier):
        def check_revoked(self, grant: Grant) -> None:
            super().check_revoked(grant)
            self.revoke([digest(grant.token_id)])

    kept = Late("default", Counted())  # type: ignore[arg-type]
    assert kept.verify("good", START).client_id == "viewer"
    with pytest.raises(InvalidToken):
        kept.verify("good", START)


@pytest.mark.parametrize("other", ["good ", " good", "Good", "good\n", "goo", "g\u043eod"])
def test_what_is_remembered_is_the_whole_text(other: str) -> None:
    """A token that only resembles a remembered one is looked at itself."""
    tokens = Counted()
    kept = remembering(tokens)
    kept.verify("good", START)
    with suppress(InvalidToken):
        kept.verify(other, START)
    assert tokens.asked == ["good", other]


def test_another_worlds_token_is_refused_each_time() -> None:
    """It holds, but not here; and it is not remembered as if it did."""
    kept = remembering(Counted("elsewhere"))
    for _ in range(2):
        with pytest.raises(InvalidToken, match="another world"):
            kept.verify("good", START)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes first, and is simply verified again (AUTH-17)."""
    monkeypatch.setattr(verifier, "BOUND", 3)
    tokens = Counted()
    kept = remembering(tokens)
    for number in range(5):
        kept.verify(f"good{number}", START)
    tokens.asked.clear()
    for number in range(5):
        kept.verify(f"good{number}", START)
    assert tokens.asked[:2] == ["good0", "good1"]


@pytest.mark.parametrize("used_before", [True, False])
def test_expiry_over_http(service: Service, used_before: bool) -> None:
    """The same through the whole pipeline, on an operation that was open a microsecond before (AUTH-11)."""
    caller = service.client()
    service.world.clock.advance(HOUR - 1)
    if used_before:
        assert caller.get("/status", order_id="ORD-1").status == 404
    service.world.clock.advance(1)
    reply = caller.get("/status", order_id="ORD-1")
    assert reply.refusal == (401, "invalid-token")
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]
