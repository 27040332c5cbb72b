"""What defects change a call or its answer by: another query, another member, a header less, another problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import orjson

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call


def query_of(kept: list[tuple[str, str]]) -> str:
    """Return the query that has these parameters, in this order."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in kept)


def read_as(pipeline: Pipeline, operation_id: str, call: Call, query: str) -> Mapping[str, str]:
    """Read the parameters of another query than was sent."""
    sent, call.query = call.query, query
    try:
        return Pipeline.parameters(pipeline, operation_id, call)
    finally:
        call.query = sent


def edited(answer: Answer, edit: Callable[[dict[str, Any]], object]) -> Answer:
    """Change the members of a JSON answer."""
    content = orjson.loads(answer.body)
    edit(content)
    answer.body = orjson.dumps(content)
    return answer


def without(answer: Answer, name: str) -> None:
    """Take a header away."""
    answer.headers = [header for header in answer.headers if header[0] != name]


@contextmanager
def told_as(reason: str, of: str) -> Iterator[None]:
    """Tell a problem of one type as one of another type."""
    try:
        yield
    except Problem as problem:
        if problem.reason == of:
            problem.reason = reason
        raise
