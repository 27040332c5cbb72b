"""A visit of a page: who asks for what, and how it is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g

from pacsimile_mock.config import ServerOptions
from pacsimile_mock.console.control_calls import ControlCalls, in_path
from pacsimile_mock.console.rendering import render
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.worlds.world import World

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content Security Policy (CSP level 3): files of the mock alone, no inline script, in no other page's frame."""
SECTIONS = (
    ("journal", "Journal"), ("orders", "Orders"), ("queue", "Queue"), ("clock", "Clock"), ("faults", "Faults"),
    ("clients", "Clients"), ("advice", "Advice"), ("reference", "API"),
)  # fmt: skip
"""The pages of a world, with what they are called."""


@dataclass(frozen=True)
class Visit:
    """A request of somebody who is signed in, or of the page that signs in."""

    state: ServerState
    calls: ControlCalls
    form_token: str
    form: Mapping[str, str]
    query: Mapping[str, str]
    world: World

    @property
    def name(self) -> str:
        """The name of the world."""
        return self.world.name

    def of_world(self, method: str, path: str = "", content: Any = None, query: Mapping[str, str] | None = None) -> Any:
        """Call the control API about the world; see `ControlCalls`."""
        return self.calls(method, f"/worlds/{in_path(self.name)}{path}", content, query)

    def chosen(self, *names: str) -> dict[str, str]:
        """Return the filters of the address by name, empty where there is none."""
        return {name: self.query.get(name, "").strip() for name in names}

    def entered(self, *names: str) -> dict[str, str]:
        """Return the fields of the form that are not empty."""
        return {name: self.form[name].strip() for name in names if self.form.get(name, "").strip()}

    def page(self, template: str, section: str, title: str, *, status: int = 200, **values: Any) -> Response:
        """Answer with a page of the world."""
        text = render(
            template, section=section, title=title, world=self.name, form_token=self.form_token, sections=SECTIONS,
            here=f"{g.home}/worlds/{in_path(self.name)}", **values,
        )  # fmt: skip
        return secured(Response(text, status, content_type="text/html; charset=utf-8"))

    def go(self, *place: str) -> Response:
        """Send the browser to a page of the world, after a form has done its work."""
        return redirect(f"/worlds/{in_path(self.name, *place)}")


def public_path(options: ServerOptions) -> str:
    """Return what a proxy has before all paths: the path of `--public-url`."""
    return urlsplit(options.public_url or "").path.rstrip("/")


def number(text: str) -> int | str:
    """Return a field of a form as a number where it is one that JSON can have, and else as it is, to be refused."""
    return int(text) if re.fullmatch("-?[0-9]{1,18}", text) else text


def redirect(page: str) -> Response:
    """Send the browser to another page, with GET (RFC 9110 section 15.4.4).

    Args:
        page: what follows the address of the console.
    """
    response = Response("", 303)
    response.headers["Location"] = g.home + page
    return secured(response)


def secured(response: Response, policy: str = POLICY) -> Response:
    """Add the headers of every answer of the console."""
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
