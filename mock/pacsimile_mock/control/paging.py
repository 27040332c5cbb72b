"""Filters and pages of the control API's lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import request

from pacsimile_mock.control.errors import bad_request

MOST = 1000
USUAL = 100


def filters(*known: str) -> dict[str, str]:
    """Read the query: the filters known here, each once, beside `limit` and `after`."""
    given = {name: request.args.getlist(name) for name in request.args}
    for name, values in given.items():
        if name not in (*known, "limit", "after"):
            raise bad_request(f"{name[:100]!r} is not known here; known: {', '.join((*known, 'limit', 'after'))}")
        if len(values) != 1:
            raise bad_request(f"{name!r} is given more than once")
    return {name: given[name][0] for name in known if name in given}


def page(items: Iterable[dict[str, Any]], key: str, name: str) -> tuple[int, Any]:
    """Answer with so many items behind the one that `after` names; `next` is null on the last page."""
    limit, after = _limit(), request.args.get("after")
    rest = iter(items)
    if after is not None and not any(item[key] == after for item in rest):
        raise bad_request(f"'after' names nothing of this list: {after[:100]!r}")
    shown = [item for item, _ in zip(rest, range(limit), strict=False)]
    more = next(rest, None) is not None
    return 200, {name: shown, "next": shown[-1][key] if shown and more else None}


def _limit() -> int:
    text = request.args.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST):
        raise bad_request(f"'limit' must be a whole number from 1 to {MOST}")
    return int(text)
