"""Defects of listings that are cached too long."""

from __future__ import annotations

import orjson

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.exchange import Answer
from pacsimile_mock.worlds.defect_registry import defect


@defect("entity-tag-of-a-listing-is-its-count-and-end", "CONS-1")
class TagOfCountAndEnd(Pipeline):
    """A listing has an `ETag` of its count and its last report: it is unchanged when a late one replaced another."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Compare it."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        reports = orjson.loads(answer.body)["reports"]
        tag = f'"{len(reports)}-{reports[-1]["report_id"] if reports else ""}"'
        if request.call.headers.get("if-none-match") == tag:
            return Answer(304, b"", None, [("ETag", tag)])
        answer.headers.append(("ETag", tag))
        return answer
