"""Queries of the control API: what a handler takes, filters, and pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from flask import request

from pacsimile_mock.control_errors import bad_request
from pacsimile_spec.suggestions import did_you_mean

MOST = 1000
USUAL = 100
PAGE = ("limit", "after")

Handler = TypeVar("Handler", bound=Callable[..., object])
Item = TypeVar("Item")

_taken: dict[Callable[..., object], tuple[str, ...]] = {}


def takes(*names: str) -> Callable[[Handler], Handler]:
    """Let a handler take these query parameters; without it, a handler takes none."""

    def register(handler: Handler) -> Handler:
        _taken[handler] = names
        return handler

    return register


def taken(handler: Callable[..., object]) -> tuple[str, ...]:
    """Return the query parameters that a handler takes."""
    return _taken.get(handler, ())


def check(handler: Callable[..., object]) -> None:
    """Refuse a query parameter that the handler does not take, or that is given twice, before anything is done."""
    known = taken(handler)
    for name, values in request.args.lists():
        if name not in known:
            meant = did_you_mean(name, known)
            raise bad_request(
                f"the query parameter {name[:100]!r} is not known here; known: {', '.join(known) or 'none'}{meant}"
            )
        if len(values) != 1:
            raise bad_request(f"the query parameter {name!r} is given more than once")


def filters() -> dict[str, str]:
    """Read the query, but for `limit` and `after`."""
    return {name: value for name, value in request.args.items() if name not in PAGE}


def page(
    items: Iterable[Item], key: Callable[[Item], str], name: str, show: Callable[[Item], dict[str, Any]]
) -> tuple[int, Any]:
    """Answer with up to `limit` items behind the one with the key `after`; `next` is null on the last page."""
    limit, after = _limit(), request.args.get("after")
    rest = iter(items)
    if after is not None and not any(key(item) == after for item in rest):
        raise bad_request(f"'after' names nothing of this list: {after[:100]!r}")
    shown = list(islice(rest, limit))
    more = next(rest, None) is not None
    return 200, {name: [show(item) for item in shown], "next": key(shown[-1]) if shown and more else None}


def _limit() -> int:
    text = request.args.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST):
        raise bad_request(f"'limit' must be a whole number from 1 to {MOST}")
    return int(text)
