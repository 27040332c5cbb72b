"""A browser that is signed in to the console, and what it makes of a page."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.test import Client, TestResponse

from pacsimile_mock.config import ServerOptions
from pacsimile_mock.console import access
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.app import create_app

ORDER = "ORD-5QBC5V-000003"
"""A COMPLETED order of the default scenario."""


class Console:
    """A browser that is signed in to a mock of its own."""

    def __init__(self, **options: object) -> None:
        self.state = ServerState(ServerOptions(control_token="c", **options), "http://localhost")  # type: ignore[arg-type]
        self.http = Client(create_app(self.state))
        self.http.get(f"{access.SIGN_IN}?code={access.code_of('c')}")
        self.world = self.state.worlds.default

    def get(self, path: str) -> TestResponse:
        """Load a page of the default world."""
        return self.http.get(f"{access.HOME}/worlds/default/{path}")

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form of the session."""
        cookie = self.http.get_cookie(access.cookie_name("c"), path=access.HOME)
        assert cookie is not None
        known = access.form_token("c", cookie.value)
        address = f"{access.HOME}/worlds/{path}".rstrip("/")
        return self.http.post(address, data={**fields, "form_token": known})


class Elements(HTMLParser):
    """What a browser makes of a page: the names of its elements, and the attributes that could run or load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of an element."""
        values = dict(attrs)
        if tag == "script":
            self.scripts.append(values.get("src"))
        self.handlers += [name for name in values if name.startswith("on") or name == "style"]
        self.links += [values[name] or "" for name in ("href", "src", "action") if name in values]
