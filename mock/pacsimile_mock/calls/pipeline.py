"""Answers a call, step by step. Each world has a pipeline; what differs in a world overrides a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from time import perf_counter_ns
from typing import TYPE_CHECKING, Protocol

from pacsimile_mock import authorization, parameters
from pacsimile_mock.calls import order_endpoints, queue_endpoints, report_endpoints, serialization, token_endpoint
from pacsimile_mock.calls.metadata import OPEN_DOCUMENTS
from pacsimile_mock.calls.order_endpoints import OrderWorld
from pacsimile_mock.calls.queue_endpoints import QueueWorld
from pacsimile_mock.calls.report_endpoints import ReportWorld
from pacsimile_mock.calls.request import Request
from pacsimile_mock.calls.token_endpoint import TokenWorld
from pacsimile_mock.clock import Clock, Instant, http_date
from pacsimile_mock.database_errors import OUTAGE, Unavailable, WorldEnded
from pacsimile_mock.errors import (
    Problem,
    Refusal,
    TokenError,
    UntypedProblem,
    failure,
    insufficient_scope,
    invalid_client,
    invalid_token,
    throttled,
    unavailable,
)
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.logs import LOG
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_spec import operations

if TYPE_CHECKING:
    from pacsimile_mock.faults.service import Faults


class ServedWorld(OrderWorld, ReportWorld, QueueWorld, TokenWorld, Protocol):
    """A world as the pipeline needs it."""

    name: str
    clock: Clock
    clients: dict[str, Client]
    journal: Journal
    faults: Faults | None

    def take_throttle(self, client_id: str) -> int | None:
        """Return the status that this call of the client is refused with, once; None for no refusal."""

    def rotate_keys(self) -> None:
        """Sign with a new key from now on, and withdraw the former ones."""


HANDLERS: Mapping[str, Callable[[ServedWorld, Request], Answer]] = {
    "getStatus": order_endpoints.get_status,
    "getOrderIds": order_endpoints.get_order_ids,
    "getResult": report_endpoints.get_result,
    "getGroupReport": report_endpoints.get_group_report,
    "listReports": queue_endpoints.list_reports,
    "acknowledgeReports": queue_endpoints.acknowledge_reports,
}


class Pipeline:
    """The steps from a call to its answer, in the contract's order (AUTH-15)."""

    def __init__(self, world: ServedWorld) -> None:
        self.world = world

    def answer(self, call: Call) -> Answer:
        """Answer a call, and write it to the journal before the answer leaves."""
        began, values = perf_counter_ns(), dict[str, str]()
        try:
            answer = self.respond(call, values)
        except Refusal as refusal:
            answer = self.refuse(self.mask_refusal(refusal, call), call)
        except Unavailable as error:
            OUTAGE.warn(error)
            answer = self.refuse(unavailable(), call)
        except WorldEnded:
            answer = self.refuse(self.refusal_for_ended_world(call), call)
        except Exception:
            LOG.exception("%s failed: please report it", call.operation or "routing")
            answer = self.refuse(failure(), call)
        self.add_common_headers(answer, call)
        if call.fault is not None:
            whole = answer.body
            call.fault.spoil(answer)
            call.seen.damaged = answer.body is not whole
        entry = self.world.journal.write(call, answer, values, began)
        if call.fault is not None:
            answer.delivery = call.fault.delivery(partial(self.world.journal.close, entry, began))
        return answer

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Take the steps in order: path and method, fault, token, throttling, scope, parameters, body; then serve.

        Args:
            call: the call.
            values: filled with the parameters as they are read, so that the journal has those of a refused call too.

        Raises:
            Refusal: a step refuses the call.
        """
        try:
            return self._respond(call, values)
        except Exception:
            self._note_parameters(call)
            raise

    def _note_parameters(self, call: Call) -> None:
        """Note the parameters of a call that was refused before they were read, for advice: a client may repeat it."""
        if not call.seen.values and call.operation is not None and call.operation in HANDLERS:
            with suppress(Refusal):
                call.seen.values = self.parameters(call.operation, call)

    def _respond(self, call: Call, values: dict[str, str]) -> Answer:
        if call.refused_early is not None:
            raise call.refused_early
        now = self.world.clock.now()
        operation_id = self.route(call)
        if self.world.faults is not None and self.world.faults.rules:
            self.trigger_fault(operation_id, call, values, now)
        if operation_id in token_endpoint.HANDLERS:
            return token_endpoint.HANDLERS[operation_id](self.world, call, now)
        grant = self.authenticate(call, now)
        self.throttle(grant)
        self.authorize(grant, operation_id)
        values.update(self.parameters(operation_id, call))
        call.seen.values = values
        report_ids = self.report_ids(operation_id, call)
        return self.serve(operation_id, Request(call, grant, values, report_ids, now))

    def route(self, call: Call) -> str:
        """Return the operation, or refuse: 404 for the path, 405 for the method (PROTO-2)."""
        if call.operation is not None:
            return call.operation
        methods = ["GET"] if call.path in OPEN_DOCUMENTS else self.methods(call.path)
        if not methods:
            call.seen.access_token = self.bearer(call)
            raise Problem(
                "There is nothing at this path. The operations are described in openapi.yaml.",
                reason="not-found",
                requirement="PROTO-2",
            )
        raise Problem(
            f"This path knows {' and '.join(methods)} only.",
            reason="method-not-allowed",
            requirement="PROTO-2",
            headers=(("Allow", ", ".join(methods)),),
        )

    def methods(self, path: str) -> list[str]:
        """Return the methods that the operations at a path have; none for an unknown path."""
        if path in token_endpoint.UNDESCRIBED_PATHS.values():
            return ["POST"]
        return sorted(operation.method for operation in operations().values() if operation.path == path)

    def trigger_fault(self, operation_id: str, call: Call, values: dict[str, str], now: Instant) -> None:
        """Trigger the fault that this call meets, if any.

        Raises:
            Refusal: the fault keeps the call from the service.
        """
        from pacsimile_mock.calls.fault_trigger import trigger

        if self.world.faults is not None:
            trigger(self, self.world.faults, operation_id, call, values, now)

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Verify the token of the Authorization header, the only place where one is accepted (AUTH-9 … AUTH-13)."""
        text = self.bearer(call)
        if text is None:
            raise invalid_token(
                "No access token: send it as 'Authorization: Bearer <token>'; tokens come from the token endpoint.",
                token_sent=False,
                requirement="AUTH-9",
            )
        call.seen.access_token = text
        try:
            grant = self.verify(text, now)
        except InvalidToken as invalid:
            raise invalid_token(str(invalid), token_sent=True, requirement="AUTH-12") from None
        call.client_id = grant.client_id
        return grant

    def bearer(self, call: Call) -> str | None:
        """Read the token from the header, whose scheme is case-insensitive; None where there is none."""
        return authorization.bearer(call.headers.get("authorization"))

    def verify(self, text: str, now: Instant) -> Grant:
        """Verify a token; a verified one is remembered by its whole text until it expires."""
        return self.world.verifier.verify(text, now)

    def throttle(self, grant: Grant) -> None:
        """Refuse this one call of a client that is throttled."""
        status = self.world.take_throttle(grant.client_id)
        if status is not None:
            raise throttled(status)

    def authorize(self, grant: Grant, operation_id: str) -> None:
        """Refuse a token without the operation's scope (AUTH-14)."""
        scope = operations()[operation_id].scope
        if scope is not None and not self.permits(grant, scope):
            raise insufficient_scope(scope)

    def permits(self, grant: Grant, scope: str) -> bool:
        """Whether the grant carries the scope: names match whole."""
        return scope in grant.scopes

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Read the query (STATUS-3)."""
        return parameters.read(operation_id, call.query)

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Read the body of an acknowledgement (BATCH-11); None: it has no body, or the operation takes none."""
        return queue_endpoints.read_report_ids(call) if operation_id == "acknowledgeReports" else None

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Refuse another organization's id, and an unknown one in the same words (SEC-2)."""
        if organization_id != request.organization_id:
            raise Problem(
                "This client may not act for that organization: give the organizationId that the client belongs to.",
                reason="organization-not-allowed",
                requirement="SEC-2",
            )

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Call the operation's endpoint."""
        return HANDLERS[operation_id](self.world, request)

    def refusal_for_ended_world(self, call: Call) -> Refusal:
        """Return the refusal of a call whose world ended meanwhile, and with it its credentials and tokens."""
        if call.operation in token_endpoint.HANDLERS:
            return invalid_client("Unknown client, or wrong secret.")
        return invalid_token("The world of this access token has ended.", token_sent=True, requirement="AUTH-12")

    def mask_refusal(self, refusal: Refusal, call: Call) -> Refusal:
        """Mask the secrets and tokens that a refusal quotes of the call (SEC-5)."""
        mask = self.world.journal.redactor.secrets.mask_of(call)
        refusal.detail = mask.sentence(refusal.detail)
        if isinstance(refusal, Problem):
            refusal.errors = tuple((mask.text(name), mask.sentence(reason)) for name, reason in refusal.errors)
        return refusal

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Answer a refusal in its format."""
        if isinstance(refusal, TokenError):
            return serialization.token_error_answer(refusal)
        if isinstance(refusal, UntypedProblem):
            return serialization.untyped_problem_answer(refusal, call)
        if not isinstance(refusal, Problem):
            raise TypeError(f"a refusal of no known kind: {refusal!r}")
        return serialization.problem_answer(refusal, call)

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Add the headers that every answer carries (PROTO-1)."""
        answer.headers += [
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Request-Id", call.request_id),
            ("Date", http_date(self.world.clock.now())),
        ]
