"""Writes the page and its parts as HTML, each value escaped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pacsimile_contract.live_page.board import Board, Note
from pacsimile_contract.reporting.html.exchange_view import Context, exchange_view
from pacsimile_contract.reporting.html.rendering import environment

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = {
    "page.css": ("pacsimile_contract.reporting.html", "text/css; charset=utf-8"),
    "live.css": ("pacsimile_contract.live_page", "text/css; charset=utf-8"),
    "live.js": ("pacsimile_contract.live_page", "text/javascript; charset=utf-8"),
}
"""The files that the page uses: the package of each, and its media type."""
SHOWN = 200
"""The most calls of a page."""
_TRIES = 5


def page(board: Board) -> str:
    """Return the page."""
    return _render("live.html.j2", board=board.snapshot(SHOWN))


def update(board: Board, after: int, version: int) -> str:
    """Return the parts of the page that change.

    Args:
        board: what there is.
        after: the number of the newest call that the browser has.
        version: that of the findings it has. Where there are others since, older calls have new marks: all are sent.
    """
    shown = board.snapshot(SHOWN, after)
    if shown.version == version:
        return _render("update.html.j2", board=shown, whole=False)
    return _render("update.html.j2", board=board.snapshot(SHOWN), whole=True)


def call_page(board: Board, number: int) -> str | None:
    """Return the page of a call, redacted as in the reports; None where the call is not kept."""
    found = board.call(number)
    if found is None:
        return None
    exchange, notes = found
    for _ in range(_TRIES - 1):
        try:
            return _call(board, exchange, notes)
        except RuntimeError:  # the redactor learned something while it was read
            continue
    return _call(board, exchange, notes)


def _call(board: Board, exchange: Any, notes: tuple[Note, ...]) -> str:
    view = exchange_view(exchange, Context(board.redactor, {}), decisive=False)
    return _render("call.html.j2", number=exchange.number, call=view, notes=notes)


def sign_in_page(*, wrong: bool) -> str:
    """Return the page for whoever is not signed in."""
    return _render("sign_in.html.j2", wrong=wrong)


def problem_page(words: str) -> str:
    """Return a page that says why there is nothing else."""
    return _render("problem.html.j2", words=words)


def asset(name: str) -> bytes:
    """Return a file of `ASSETS`."""
    return files(ASSETS[name][0]).joinpath("templates", name).read_bytes()


def _render(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    """Return the environment of the reports, which escapes each value, with this page's templates before its own."""
    from jinja2 import ChoiceLoader, PackageLoader

    reports = environment()
    assert reports.loader is not None
    return reports.overlay(loader=ChoiceLoader([PackageLoader("pacsimile_contract.live_page"), reports.loader]))
