"""The pipeline of a world that speaks a dialect: the contract's pipeline between a reader and a writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from secrets import token_hex
from typing import Protocol

from pacsimile_mock.calls.pipeline import Pipeline, ServedWorld
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.dialects import links
from pacsimile_mock.dialects.links import Link
from pacsimile_mock.dialects.translator import Translator
from pacsimile_mock.errors import Problem, Refusal
from pacsimile_mock.exchange import Answer, Call, Respelled
from pacsimile_mock.oauth2.model import Grant
from pacsimile_spec.operation_ids import RETRIEVALS


class TextRegistry(Protocol):
    """Keeps texts for all workers."""

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Return the text kept under a name; `make` makes it the first time."""


class DialectWorld(ServedWorld, Protocol):
    """A world that can speak a dialect."""

    registry: TextRegistry


class DialectPipeline(Pipeline):
    """Reads each call and writes each answer in a dialect. Defects, which are below, see the contract's spelling."""

    world: DialectWorld
    translator: Translator

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Read the call, take the steps, and write the answer.

        The parameters that the steps read are put into `values` as they were sent, for the journal, even on a refusal.
        """
        route = self.translator.routes.find(call.method, call.path)
        inner = self.translator.requests.read(call, route, self.world.clients)
        pieces, values_in_path = ((), {}) if route is None else (route.pieces, route.parameters)
        names = self.translator.dialect.parameters
        call.respelled = Respelled(inner, pieces, {names[name]: value for name, value in values_in_path.items()})
        canonical_values: dict[str, str] = {}
        try:
            if route is None and call.refused_early is None and self._is_link(call):
                return self._follow(inner)
            answer = super().respond(inner, canonical_values)
        finally:
            call.operation, call.client_id, call.fault = inner.operation, inner.client_id, inner.fault
            call.seen = inner.seen
            values.update(self.translator.parameters_as_sent(canonical_values))
        return self.translator.answers.write_success(answer, inner.operation)

    def methods(self, path: str) -> list[str]:
        """Return the methods that a path knows in this dialect."""
        return self.translator.routes.methods(path)

    def permits(self, grant: Grant, scope: str) -> bool:
        """Whether the grant carries the scope, or one that shares its word."""
        return any(super(DialectPipeline, self).permits(grant, name) for name in self.translator.scopes_like(scope))

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Read the body of an acknowledgement; refuse a form that the dialect does not have."""
        report_ids = super().report_ids(operation_id, call)
        complaint = self.translator.acknowledgement_complaint(operation_id, report_ids)
        if complaint is not None:
            raise Problem(complaint, reason="invalid-body", requirement="BATCH-11")
        return report_ids

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Call the endpoint, and carry a report as the dialect does: in the body, in base64, or behind a link."""
        answer = self._serve_report(operation_id, request)
        if operation_id not in RETRIEVALS or answer.status != 200:
            return answer
        return self._carry(answer, operation_id, request)

    def _serve_report(self, operation_id: str, request: Request) -> Answer:
        answer = super().serve(operation_id, request)
        if operation_id not in RETRIEVALS:
            return answer
        return self.translator.answers.write_report(answer, operation_id, request.values["report_type"])

    def _carry(self, answer: Answer, operation_id: str, request: Request) -> Answer:
        by = self.translator.dialect.carried.by
        if by == "bytes":
            return answer
        if by == "base64":
            return self.translator.answers.wrap_in_base64(answer)
        grant, request.call.seen.reports = request.grant, ()  # it is fetched when the link is followed
        link = Link(operation_id, dict(request.values), grant.organization_id, grant.client_id, request.now)
        return self.translator.answers.replace_by_link(answer, request.call.base_url + self._link_path(link))

    def _link_path(self, link: Link) -> str:
        return links.sign_link(link, self.world.name, self._link_key())

    def _link_key(self) -> str:
        return self.world.registry.recall(links.KEY_NAME, lambda: token_hex(32))

    def _is_link(self, call: Call) -> bool:
        return (
            self.translator.dialect.carried.by in ("redirect", "url")
            and call.method == "GET"
            and call.path.startswith(links.LINK_PATH)
        )

    def _follow(self, call: Call) -> Answer:
        """Serve the report that a link leads to."""
        now = self.world.clock.now()
        link = links.open_link(call.path, self.world.name, self._link_key(), now)
        grant = Grant(self.world.name, link.client_id, link.organization_id, (), now)
        inner = replace(call, operation=link.operation)
        call.seen.operation, call.seen.values = link.operation, link.values
        return self._serve_report(link.operation, Request(inner, grant, link.values, None, Instant(link.at)))

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Answer a refusal in the dialect's format."""
        inner = replace(call, operation=None) if call.respelled is None else call.respelled.call
        return self.translator.answers.write_refusal(super().refuse(refusal, inner), refusal, inner, call)

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Add the headers that every answer carries, and rename all."""
        super().add_common_headers(answer, call if call.respelled is None else call.respelled.call)
        self.translator.answers.rename_headers(answer)
