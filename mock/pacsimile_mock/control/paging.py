"""Reads the query parameters of the control API, and answers with pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from flask import request

from pacsimile_mock.control_errors import bad_request
from pacsimile_spec.suggestions import did_you_mean

MOST = 1000
"""The highest `limit`."""
DEFAULT = 100
"""The default of `limit`."""
PAGE = ("limit", "after")
"""The query parameters of every list."""

Handler = TypeVar("Handler", bound=Callable[..., object])
Item = TypeVar("Item")

_parameters: dict[Callable[..., object], tuple[str, ...]] = {}


def takes(*names: str) -> Callable[[Handler], Handler]:
    """Declare the query parameters of a handler; a handler without this decorator has none."""

    def register(handler: Handler) -> Handler:
        _parameters[handler] = names
        return handler

    return register


def parameters_of(handler: Callable[..., object]) -> tuple[str, ...]:
    """Return the names of a handler's query parameters."""
    return _parameters.get(handler, ())


def check(handler: Callable[..., object]) -> None:
    """Check the query before the handler runs.

    Raises:
        ControlError: A parameter is unknown to the handler, or given more than once.
    """
    known = parameters_of(handler)
    for name, values in request.args.lists():
        if name not in known:
            hint = did_you_mean(name, known)
            raise bad_request(
                f"the query parameter {name[:100]!r} is not known here; known: {', '.join(known) or 'none'}{hint}"
            )
        if len(values) != 1:
            raise bad_request(f"the query parameter {name!r} is given more than once")


def filters() -> dict[str, str]:
    """Return the query without `limit` and `after`."""
    return {name: value for name, value in request.args.items() if name not in PAGE}


def page(
    items: Iterable[Item], key: Callable[[Item], str], name: str, describe: Callable[[Item], dict[str, Any]]
) -> tuple[int, Any]:
    """Answer with up to `limit` items after the one with the key `after`; `next` is null on the last page.

    Args:
        items: All items in order.
        key: Returns the unique key of an item.
        name: The member of the answer with the items.
        describe: Returns the JSON of an item.

    Raises:
        ControlError: 400, where `limit` is out of range or no item has the key `after`.
    """
    limit, after = _limit(), request.args.get("after")
    rest = iter(items)
    if after is not None and not any(key(item) == after for item in rest):
        raise bad_request(f"'after' names nothing of this list: {after[:100]!r}")
    selected = list(islice(rest, limit))
    more = next(rest, None) is not None
    return 200, {name: [describe(item) for item in selected], "next": key(selected[-1]) if selected and more else None}


def _limit() -> int:
    text = request.args.get("limit", str(DEFAULT))
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST):
        raise bad_request(f"'limit' must be a whole number from 1 to {MOST}")
    return int(text)
