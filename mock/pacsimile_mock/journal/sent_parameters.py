"""Reads the parameters of a call leniently: the journal shows malformed ones too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from pacsimile_mock.exchange import Call

MOST_PARAMETERS = 50
"""Parameters of a call that are read."""
FORM = "application/x-www-form-urlencoded"
LONGEST_BODY = 20_000
"""Bytes of a form that are read."""


def sent_parameters(call: Call) -> list[tuple[str, str]]:
    """Return names and values of a dialect's path, then those of query and form, decoded as far as they can be."""
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    form = call.body[:LONGEST_BODY].decode("utf-8", "replace") if media_type == FORM else ""
    in_path = () if call.respelled is None else call.respelled.path_parameters.items()
    return [*in_path, *_pairs(call.query), *_pairs(form)][:MOST_PARAMETERS]


def by_name(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return values by name; a repeated name gets its turn beside it: `order_id (2)`."""
    named: dict[str, str] = {}
    counts: dict[str, int] = {}
    for name, value in pairs:
        counts[name] = counts.get(name, 0) + 1
        named[name if counts[name] == 1 else f"{name} ({counts[name]})"] = value
    return named


def _pairs(text: str) -> list[tuple[str, str]]:
    pieces = "&".join([piece for piece in text.split("&") if piece][:MOST_PARAMETERS])
    return parse_qsl(pieces, keep_blank_values=True, errors="replace") if pieces else []
