"""Renders the console's pages from templates, which escape each value."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from flask import g
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pacsimile_spec.plain import printable
from pacsimile_spec.version import __version__

ASSETS = {"console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8"}
"""The files that pages use, with their media types. There are no others."""


def render(template: str, **values: Any) -> str:
    """Return a page.

    Args:
        template: the name of the file in `templates/`, without its ending.
        values: what it shows, by name.

    Raises:
        jinja2.UndefinedError: the template uses a value that it did not get.
    """
    return _environment().get_template(f"{template}.html.j2").render(values, home=g.home)


def asset(name: str) -> bytes:
    """Return a file that pages use."""
    return files("pacsimile_mock.console").joinpath("templates", name).read_bytes()


@cache
def _environment() -> Environment:
    jinja = Environment(
        loader=PackageLoader("pacsimile_mock.console"), autoescape=True, undefined=StrictUndefined, finalize=_visible,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    jinja.filters["time"] = _time
    jinja.globals.update(version=__version__)
    return jinja


def _time(at: str | None) -> str:
    """Return a time (RFC 3339) for people: in UTC and whole seconds, wherever an organization is."""
    return "" if at is None else f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def _visible(value: Any) -> Any:
    """Return a value as a page shows it: what is not printable as its escape, None as nothing."""
    if value is None:
        return ""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
