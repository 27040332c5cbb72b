"""Changes calls and answers for defects: queries, members, headers and problem types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import orjson

from pacsimile_mock.calls.pipeline import HANDLERS, Pipeline
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_spec import operations
from pacsimile_spec.statuses import CANCELLED, FAILED

ENDED = (CANCELLED, FAILED)
"""Final statuses without a report."""


def query_of(parameters: list[tuple[str, str]]) -> str:
    """Return the query with these parameters, in this order."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters)


def read_as(pipeline: Pipeline, operation_id: str, call: Call, query: str) -> Mapping[str, str]:
    """Read the parameters of a query other than the one that was sent."""
    sent, call.query = call.query, query
    try:
        return Pipeline.parameters(pipeline, operation_id, call)
    finally:
        call.query = sent


def edited(answer: Answer, edit: Callable[[dict[str, Any]], object]) -> Answer:
    """Change the members of a JSON answer, and return it."""
    content = orjson.loads(answer.body)
    edit(content)
    answer.body = orjson.dumps(content)
    return answer


def without(answer: Answer, name: str) -> None:
    """Remove a header from an answer."""
    answer.headers = [header for header in answer.headers if header[0] != name]


@contextmanager
def replaced_problem(of: str, by: str) -> Iterator[None]:
    """Replace one problem type by another."""
    try:
        yield
    except Problem as problem:
        if problem.reason == of:
            problem.reason = by
        raise


def operation_at(call: Call, method: str, path: str) -> str | None:
    """Return the API operation at a path, where the call's own has none."""
    served = ((name, operation) for name, operation in operations().items() if name in HANDLERS)
    known = (name for name, operation in served if (operation.method, operation.path) == (method, path))
    return next(known, None) if call.operation is None else None


def kept_by(service: object, name: str) -> dict[Any, Any]:
    """Return what a service keeps under a name."""
    things: dict[Any, Any] = service.__dict__.setdefault(name, {})
    return things
