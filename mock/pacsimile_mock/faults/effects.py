"""Defines the effects of faults, one class each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.faults import refusals
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS


class SigningWorld(Protocol):
    """A world whose signing keys can be replaced."""

    def rotate_keys(self) -> None:
        """Withdraw the signing keys, and sign with a new one from now on."""


class Effect:
    """What a fault does to a call. The methods here do nothing; each effect overrides those that it needs."""

    name: ClassVar[str]
    """Its member of `effect`."""
    operations: ClassVar[tuple[str, ...] | None] = None
    """The operations that can trigger it; None for all."""
    needs_wire: ClassVar[bool] = False
    """Whether it shows only on a network connection."""
    needs_reset: ClassVar[bool] = False
    """Whether it requires a system that can reset a connection."""
    most: ClassVar[int | None] = None
    """How many calls trigger it where its limit names no count; None for all."""
    token_lifetime: int | None = None
    """Seconds after which a token issued by this call is refused, whatever its answer says."""

    def label(self) -> str:
        """Return its name for the journal."""
        return self.name.replace("_", " ")

    def before(self, world: SigningWorld, call: Call) -> None:
        """Act before the service does.

        Raises:
            Refusal: the service never sees the call.
        """

    def spoil(self, answer: Answer) -> None:
        """Change the answer."""


class DelayOnly(Effect):
    """The answer is late and otherwise right."""

    name = "latency"


@dataclass(frozen=True)
class Status(Effect):
    """The call is answered with a status of 400 … 599 and a problem; the service never sees it."""

    status: int
    retry_after: int | None
    """Seconds."""
    name = "status"

    def label(self) -> str:
        """Return its name for the journal."""
        return f"status {self.status}"

    def before(self, world: SigningWorld, call: Call) -> None:
        """Refuse the call with the status."""
        raise refusals.refusal(call, self.status, self.retry_after)


@dataclass(frozen=True)
class Reset(Effect):
    """The connection is reset: the client sees ECONNRESET, and no byte of an answer."""

    served: bool
    """Whether the service serves the call first, so that only the answer is lost."""
    name = "reset"
    needs_wire = needs_reset = True

    def label(self) -> str:
        """Return its name for the journal."""
        return "reset" if self.served else "reset before the request was served"

    def before(self, world: SigningWorld, call: Call) -> None:
        """Refuse the call where the request gets lost; the answer is never sent."""
        if not self.served:
            raise refusals.refusal(call, 503, None)


@dataclass(frozen=True)
class Truncate(Effect):
    """The body ends short of its `Content-Length`, and the connection closes."""

    sent: int | None
    """Bytes of the body that are sent; None for half of it."""
    name = "truncate"
    needs_wire = True

    def length(self, body: bytes) -> int:
        """Return how many bytes of this body are sent, which is never all of them."""
        return min(len(body) // 2 if self.sent is None else self.sent, max(len(body) - 1, 0))


class Malformed(Effect):
    """The second half of the body is missing, and `Content-Length` agrees: neither JSON nor a document is readable."""

    name = "malformed"

    def spoil(self, answer: Answer) -> None:
        """Drop the second half; a `Content-Digest` stays and no longer matches."""
        answer.body = answer.body[: len(answer.body) // 2]


@dataclass(frozen=True)
class Drip(Effect):
    """The body arrives in small pieces."""

    piece_bytes: int
    """Bytes of a piece."""
    interval: float
    """Seconds between two pieces."""
    name = "drip"
    needs_wire = True


class TokenEndpointDown(Effect):
    """Neither token operation works: 503."""

    name = "token_endpoint_down"
    operations = TOKEN_OPERATIONS

    def before(self, world: SigningWorld, call: Call) -> None:
        """Refuse the call with 503."""
        raise refusals.refusal(call, 503, None)


@dataclass(frozen=True)
class TokenLifetime(Effect):
    """The token that is issued is refused earlier than its `expires_in` says."""

    token_lifetime: int
    name = "token_lifetime"
    operations = TOKEN_OPERATIONS

    def label(self) -> str:
        """Return its name for the journal."""
        return f"token lifetime {self.token_lifetime} s"


class KeyRotation(Effect):
    """The signing key is replaced, and all tokens issued so far are refused, this call's too."""

    name = "key_rotation"
    most = 1

    def before(self, world: SigningWorld, call: Call) -> None:
        """Rotate the signing keys."""
        world.rotate_keys()
