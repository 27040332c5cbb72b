"""Lines that say the path of an operation."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from pacsimile_contract.dialects.wrong_lines.calls import TABLES, Call
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_contract.evidence.bounds import read_json
from pacsimile_spec.dialects.model import PathTemplate
from pacsimile_spec.dialects.pointers import value_at
from pacsimile_spec.dialects.tables import tables
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

_BEFORE_THE_ROUTE = frozenset({401, 403, 429, 500, 502, 503, 504})
"""Statuses that a gateway may answer, whatever the path."""
_NOWHERE = frozenset({301, 302, 307, 308, 404, 405, 410, 501})
_OF_NO_PATH = (None, "not-found", "method-not-allowed")


def wrong_paths(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines of `paths`, or of `operations`, where each call was answered as at a path that nobody has."""
    for operation, templates in lines.dialect.paths.items():
        asked = [call for call in calls if call.operation == operation and call.status not in _BEFORE_THE_ROUTE]
        for index, template in enumerate(templates):
            line = lines.line_of_path(operation, index) or lines.line("operations", operation)
            there = [call for call in asked if _is_of(template, call)]
            if line is not None and there and all(map(_is_nowhere, there)):
                yield Note(line, f"paths.{operation}", template.text, "each call is answered as at no path")


def misdirected(lines: DialectFile, calls: Sequence[Call]) -> Iterator[tuple[Note, str]]:
    """Yield the lines of `paths` where each answer is that of another operation, each with the operation.

    So it is where the paths of two operations are swapped.
    """
    for operation, templates in lines.dialect.paths.items():
        line = lines.line_of_path(operation, 0)
        if line is None or len(templates) != 1 or operation in TOKEN_OPERATIONS:
            continue
        answers = [_received(call) for call in calls if call.operation == operation and call.status == 200]
        documents = [document for document in answers if document]
        others = {
            name
            for name in lines.dialect.paths
            if name not in (operation, *TOKEN_OPERATIONS)
            and all(_has_shape(lines, name, document) for document in documents)
        }
        if documents and others and not any(_has_shape(lines, operation, document) for document in documents):
            why = f"each answer has the shape of {' or '.join(sorted(others))}"
            yield Note(line, f"paths.{operation}", templates[0].text, why), operation


def _received(call: Call) -> dict[str, object] | None:
    """Return the JSON object of an answer as it was on the wire; None where it is none."""
    try:
        document = read_json(call.received.body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _has_shape(lines: DialectFile, operation: str, document: dict[str, object]) -> bool:
    """Whether an answer on the wire has all facts that each answer of an operation has."""
    table = TABLES[operation]
    required = [lines.dialect.fields[table][name] for name, member in tables()[table].items() if member.required]
    places = [place for place in required if place is not None]
    return bool(places) and all(_is_there(document, place) for place in places)


def _is_there(document: dict[str, object], place: tuple[str, ...]) -> bool:
    parent = value_at(document, place[:-1])
    return isinstance(parent, dict) and place[-1] in parent


def _is_of(template: PathTemplate, call: Call) -> bool:
    pattern = re.escape(template.shape).replace(r"\{\}", "[^/]+")
    return re.search(f"{pattern}$", urlsplit(call.exchange.sent.url).path) is not None


def _is_nowhere(call: Call) -> bool:
    if call.exchange.succeeded or call.exchange.media_type_received == "text/html":
        return not call.succeeded or call.exchange.media_type_received == "text/html"
    return call.status in _NOWHERE and call.reason in _OF_NO_PATH
