"""A call on its way in meets a fault, or none: a step of the pipeline, before the token is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from pacsimile_mock.clock import Instant
from pacsimile_mock.config import DEFAULT_WORLD
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Call
from pacsimile_mock.faults.effects import SigningWorld
from pacsimile_mock.faults.matching import Asked
from pacsimile_mock.faults.service import Faults
from pacsimile_mock.oauth2.model import TOKEN_OPERATIONS, Client, Grant
from pacsimile_mock.oauth2.reading import authenticated_id_of
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_spec import operations


class FaultyWorld(SigningWorld, Protocol):
    """A world in which calls can meet faults."""

    name: str
    clients: dict[str, Client]


class Steps(Protocol):
    """The steps of the pipeline that tell whose a call is, and what it asks."""

    @property
    def world(self) -> FaultyWorld:
        """The world that is called."""

    def bearer(self, call: Call) -> str | None:
        """Read the token from the header."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Verify a token."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Read the query."""


def meet(pipeline: Steps, faults: Faults, operation_id: str, call: Call, values: dict[str, str], now: Instant) -> None:
    """Find the fault that this call meets, and note it; raises Refusal where the service is not to see the call.

    Whose credentials belong elsewhere meets none, and uses none up. The default world is also that of calls without
    any: there a fault that names no client is met by whoever calls.
    """
    if operation_id not in operations() or call.stray:
        return
    asked = Asked(operation_id, call, lambda: _caller(pipeline, operation_id, call, now))
    if pipeline.world.name != DEFAULT_WORLD and asked.client_id is None:
        return
    call.fault = met = faults.meet(asked, now)
    if met is None:
        return
    try:
        met.effect.before(pipeline.world, call)
    except Refusal:
        call.client_id = asked.client_id
        with suppress(Refusal):
            values.update(pipeline.parameters(operation_id, call) if operation_id not in TOKEN_OPERATIONS else {})
        raise


def _caller(pipeline: Steps, operation_id: str, call: Call, now: Instant) -> str | None:
    """Tell whose call this is: a client of this world's that shows its token or its secret, or None."""
    if operation_id in TOKEN_OPERATIONS:
        return authenticated_id_of(call, pipeline.world.clients)
    text = pipeline.bearer(call)
    try:
        return None if text is None else pipeline.verify(text, now).client_id
    except InvalidToken:
        return None
