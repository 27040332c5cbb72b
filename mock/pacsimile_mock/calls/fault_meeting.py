"""A call on its way in meets a fault, or none: a step of the pipeline, before the token is asked for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pacsimile_mock.clock import Instant
from pacsimile_mock.config import DEFAULT_WORLD
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Call
from pacsimile_mock.faults.matching import Asked
from pacsimile_mock.faults.service import Faults
from pacsimile_mock.oauth2.model import TOKEN_OPERATIONS
from pacsimile_mock.oauth2.reading import authenticated_id_of
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_spec import operations

if TYPE_CHECKING:
    from pacsimile_mock.calls.pipeline import Pipeline


def meet(
    pipeline: Pipeline, faults: Faults, operation_id: str, call: Call, values: dict[str, str], now: Instant
) -> None:
    """Find the fault that this call meets, and note it; raises Refusal where the service is not to see the call.

    Whose credentials belong elsewhere meets none, and uses none up. The default world is also that of calls without
    any: there a fault that names no client is met by whoever calls.
    """
    if operation_id not in operations() or call.stray:
        return
    asked = Asked(operation_id, call, lambda: _caller(pipeline, operation_id, call, now))
    if pipeline.world.name != DEFAULT_WORLD and asked.client_id is None:
        return
    call.fault = faults.meet(asked, now)
    if call.fault is None:
        return
    try:
        call.fault.effect.before(pipeline.world, call)
    except Refusal:
        call.client_id = asked.client_id
        with suppress(Refusal):
            values.update(pipeline.parameters(operation_id, call) if operation_id not in TOKEN_OPERATIONS else {})
        raise


def _caller(pipeline: Pipeline, operation_id: str, call: Call, now: Instant) -> str | None:
    """Tell whose call this is: a client of this world's that shows its token or its secret, or None."""
    if operation_id in TOKEN_OPERATIONS:
        return authenticated_id_of(call, pipeline.world.clients)
    text = pipeline.bearer(call)
    try:
        return None if text is None else pipeline.verify(text, now).client_id
    except InvalidToken:
        return None
