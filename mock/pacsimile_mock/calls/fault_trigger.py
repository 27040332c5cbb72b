"""Triggers the fault that applies to a call: a step of the pipeline, before the token is verified."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from pacsimile_mock.clock import Instant
from pacsimile_mock.config import DEFAULT_WORLD
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Call
from pacsimile_mock.faults.effects import SigningWorld
from pacsimile_mock.faults.matching import CallView
from pacsimile_mock.faults.service import Faults
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.reading import authenticated_id_of
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS


class WorldWithFaults(SigningWorld, Protocol):
    """A world in which calls can trigger faults."""

    name: str
    clients: dict[str, Client]


class Steps(Protocol):
    """The steps of the pipeline that read who calls, and with which parameters."""

    @property
    def world(self) -> WorldWithFaults:
        """The world that is called."""

    def bearer(self, call: Call) -> str | None:
        """Read the token from the header."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Verify a token."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Read the query."""


def trigger(
    pipeline: Steps, faults: Faults, operation_id: str, call: Call, values: dict[str, str], now: Instant
) -> None:
    """Trigger the first fault whose turn it is for this call, and record it in the call.

    A call with another world's credentials triggers no fault and does not count towards a limit. Calls without
    credentials belong to the default world; there, any call can trigger a fault that names no client.

    Raises:
        Refusal: the fault keeps the call from the service.
    """
    if operation_id not in operations() or call.path_names_other_world:
        return
    view = CallView(operation_id, call, lambda: _caller(pipeline, operation_id, call, now))
    if pipeline.world.name != DEFAULT_WORLD and view.client_id is None:
        return
    call.fault = fault = faults.select(view, now)
    if fault is None:
        return
    try:
        fault.effect.before(pipeline.world, call)
    except Refusal:
        call.client_id = view.client_id
        with suppress(Refusal):
            values.update(pipeline.parameters(operation_id, call) if operation_id not in TOKEN_OPERATIONS else {})
        raise


def _caller(pipeline: Steps, operation_id: str, call: Call, now: Instant) -> str | None:
    """Return the client of this world whose token or secret the call has; None for no client."""
    if operation_id in TOKEN_OPERATIONS:
        return authenticated_id_of(call, pipeline.world.clients)
    text = pipeline.bearer(call)
    try:
        return None if text is None else pipeline.verify(text, now).client_id
    except InvalidToken:
        return None
