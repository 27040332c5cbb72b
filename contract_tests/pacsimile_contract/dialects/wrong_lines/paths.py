"""Lines that say the path of an operation."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from pacsimile_contract.dialects.wrong_lines.calls import Call
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_spec.dialects.model import PathTemplate

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


def _is_of(template: PathTemplate, call: Call) -> bool:
    pattern = re.escape(template.shape).replace(r"\{\}", "[^/]+")
    return re.search(f"{pattern}$", urlsplit(call.exchange.sent.url).path) is not None


def _is_nowhere(call: Call) -> bool:
    if call.exchange.succeeded or call.exchange.media_type_received == "text/html":
        return not call.succeeded or call.exchange.media_type_received == "text/html"
    return call.status in _NOWHERE and call.reason in _OF_NO_PATH
