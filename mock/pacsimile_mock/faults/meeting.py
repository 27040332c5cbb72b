"""A call on its way in meets a fault, or none: a step of the pipeline, before the token is looked at."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Call
from pacsimile_mock.faults.matching import Asked
from pacsimile_mock.faults.service import Faults
from pacsimile_mock.oauth2.model import TOKEN_OPERATIONS
from pacsimile_mock.oauth2.reading import client_id_of
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_spec import operations

if TYPE_CHECKING:
    from pacsimile_mock.pipeline import Pipeline


def meet(
    pipeline: Pipeline, faults: Faults, operation_id: str, call: Call, values: dict[str, str], now: Instant
) -> None:
    """Find the fault that this call meets, and note it; raises Refusal where the service is not to see the call."""
    if operation_id not in operations():
        return
    asked = Asked(operation_id, call, lambda: _caller(pipeline, operation_id, call, now))
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
    """Tell whose call this is, before it is authenticated: a client of this world's, or None."""
    if operation_id in TOKEN_OPERATIONS:
        claimed = client_id_of(call)
        return claimed if claimed in pipeline.world.clients else None
    text = pipeline.bearer(call)
    try:
        return None if text is None else pipeline.verify(text, now).client_id
    except InvalidToken:
        return None
