"""The templates of pages that need nothing else: their style and script are in them, the script allowed by its hash."""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pacsimile_contract.release import own_version
from pacsimile_spec.plain import printable

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: Any) -> Iterator[str]:
    """Yield a page piece by piece, so that the page of a long run is never in memory as a whole.

    A value may be an iterator: it is asked for its next item when that is written.

    Args:
        template: the file's name in `templates/`.
        values: text, numbers, and data made of them, by the names that the template knows them by.

    Raises:
        jinja2.UndefinedError: the template asks for a value that is not there.
        TypeError: the template writes a value that is neither text nor a number.
    """
    return environment().get_template(template).generate(values)


@cache
def environment() -> "Environment":
    """Return what all pages are rendered by: each value is escaped, and one that is not there is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=PackageLoader("pacsimile_contract.reporting.html"), autoescape=True, undefined=StrictUndefined,
        finalize=_visible, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    style, script = _asset("page.css"), _asset("page.js")
    made.globals.update(
        # Both are files of this package, and no value of a run stands in them
        style=Markup(style), script=Markup(script), policy=_policy(script), version=own_version(),  # noqa: S704
    )  # fmt: skip
    return made


def _visible(value: Any) -> Any:
    """Return a value as it is written, before it is escaped: what is no visible sign in a text as its escape."""
    from jinja2 import Undefined
    from markupsafe import Markup

    if isinstance(value, Markup | Undefined | int | float):  # Markup is what a macro has written, value by value
        return value
    if isinstance(value, str):
        return printable(value)
    raise TypeError(f"a template writes text and numbers, not {type(value).__name__}")


def _asset(name: str) -> str:
    return files("pacsimile_contract.reporting.html").joinpath("templates", name).read_text("utf-8")


def _policy(script: str) -> str:
    """Return the Content Security Policy (CSP level 3) that lets a page's own script run, and nothing be fetched."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
