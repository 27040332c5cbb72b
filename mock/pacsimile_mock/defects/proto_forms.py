"""Defects of unusual forms of a call: a slash at the end, and conditions in headers."""

from __future__ import annotations

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.defects.changed_calls import operation_at
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.worlds.defect_registry import defect


@defect("slash-at-the-end-is-served", "PROTO-2")
class SlashServed(Pipeline):
    """A path that ends with a slash is taken for the path without it."""

    def route(self, call: Call) -> str:
        """Find the operation without the slash."""
        found = operation_at(call, call.method, call.path.removesuffix("/")) if call.path.endswith("/") else None
        if found is not None:
            call.operation = found
        return super().route(call)


@defect("condition-in-a-header-is-an-unknown-order", "PROTO-5")
class ConditionUnknown(Pipeline):
    """A call with `If-None-Match` is answered with 404: a cache that is asked first has nothing."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Look into an empty cache."""
        if "if-none-match" in request.call.headers and operation_id != "listReports":
            raise Problem("There is nothing in the cache.", reason="order-not-found", requirement="STATUS-4")
        return super().serve(operation_id, request)
