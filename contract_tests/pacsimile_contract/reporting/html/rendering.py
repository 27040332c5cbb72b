"""Renders pages from templates; style and script are inside the page, and the script is allowed by its hash."""

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

    A value may be an iterator; its next item is made when it is written.

    Args:
        template: The name of the file in `templates/`.
        values: Text, numbers, and data made of them, by the names in the template.

    Raises:
        jinja2.UndefinedError: The template uses a value that does not exist.
        TypeError: The template writes a value that is neither text nor a number.
    """
    return environment().get_template(template).generate(values)


@cache
def environment() -> "Environment":
    """Return the Jinja environment of all pages, which escapes each value and refuses unknown ones."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    jinja = Environment(
        loader=PackageLoader("pacsimile_contract.reporting.html"), autoescape=True, undefined=StrictUndefined,
        finalize=_visible, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    style, script = _asset("page.css"), _asset("page.js")
    jinja.globals.update(
        # Both are files of this package, and no value of a run stands in them
        style=Markup(style), script=Markup(script), policy=_policy(script), version=own_version(),  # noqa: S704
    )  # fmt: skip
    return jinja


def _visible(value: Any) -> Any:
    """Return a value as it is written, with characters that are not printable replaced by their escapes."""
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
    """Return a Content Security Policy (CSP level 3) that allows only the page's own script, and no network access."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
