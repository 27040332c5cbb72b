"""Serves the page on loopback, at a port of its own, to browsers that opened the printed link."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from pacsimile_contract.errors import place
from pacsimile_contract.live_page import views
from pacsimile_contract.live_page.access import Access
from pacsimile_contract.live_page.board import Board

ADDRESS = "127.0.0.1"
NAMES = ("127.0.0.1", "localhost")
"""The names under which the page answers. A web page that has another name led here gets nothing (DNS rebinding)."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Content Security Policy (CSP level 3): the page's own files alone, no inline script, in no other page's frame."""
HEADERS = (
    ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)  # fmt: skip
"""Headers of every answer."""
PATIENCE = 10.0
"""Seconds that a browser has to send a request."""
_HTML = "text/html; charset=utf-8"


class PageServer:
    """Serves a board in threads of its own, from `start` until `close`."""

    def __init__(self, board: Board) -> None:
        access = Access()

        class Handler(_Handler):
            """Answers with this board."""

        Handler.board, Handler.access = board, access
        self._server = _Server((ADDRESS, 0), Handler)
        Handler.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="page", daemon=True)
        self.url = f"http://{ADDRESS}:{self._server.server_port}"
        self.link = f"{self.url}/sign-in?code={access.code}"
        """The link to print: whoever opens it sees the page."""

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Write nothing: a browser that leaves is no event."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    board: ClassVar[Board]
    access: ClassVar[Access]
    port: ClassVar[int]

    def do_GET(self) -> None:
        """Answer with a page, a part of one, or a file of it."""
        parts = urlsplit(self.path)
        if not self._is_own_name():
            self._send(421, b"This page answers at 127.0.0.1 and localhost alone.\n", "text/plain; charset=utf-8")
        elif parts.path.startswith("/assets/") and parts.path[8:] in views.ASSETS:
            self._send(200, views.asset(parts.path[8:]), views.ASSETS[parts.path[8:]][1])
        elif parts.path == "/sign-in":
            self._sign_in(parse_qs(parts.query).get("code", [""])[0])
        elif not self.access.is_signed_in(self.headers.get("Cookie")):
            self._page(403, views.sign_in_page(wrong=False))
        else:
            self._page(*self._shown(parts.path, parse_qs(parts.query)))

    def _shown(self, path: str, query: dict[str, list[str]]) -> tuple[int, str]:
        """Return the status and the page at a path."""
        try:
            if path == "/":
                return 200, views.page(self.board)
            if path == "/update":
                after, version = (_number(query.get(name, [""])[0]) for name in ("after", "version"))
                return 200, views.update(self.board, after, version)
            found = views.call_page(self.board, _number(path[7:])) if path.startswith("/calls/") else None
        except Exception as error:  # what it says may hold what the service said
            return 500, views.problem_page(f"This page cannot be written: {type(error).__name__}{place(error)}.")
        if found is not None:
            return 200, found
        return 404, views.problem_page("There is no such page, or the call is too old to be kept here.")

    def _sign_in(self, code: str) -> None:
        """Give a browser a session, and lead it to an address without the code."""
        cookie = self.access.sign_in(code)
        if cookie is None:
            self._page(403, views.sign_in_page(wrong=bool(code)))
        else:
            self._send(303, b"", _HTML, (("Location", "/"), ("Set-Cookie", cookie)))

    def _is_own_name(self) -> bool:
        hosts = self.headers.get_all("Host") or []
        return len(hosts) == 1 and hosts[0].lower() in {f"{name}:{self.port}" for name in NAMES}

    def _page(self, status: int, text: str) -> None:
        self._send(status, text.encode("utf-8", "backslashreplace"), _HTML)

    def _send(self, status: int, body: bytes, kind: str, more: tuple[tuple[str, str], ...] = ()) -> None:
        self.send_response(status)
        for name, value in (*HEADERS, ("Content-Type", kind), ("Content-Length", str(len(body))), *more):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no GET that can be read, without a word of it."""
        self.close_connection = True
        self._send(code, b"This page is read with GET.\n", "text/plain; charset=utf-8")

    def version_string(self) -> str:
        """Return what `Server` says."""
        return "pacsimile"

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def _number(text: str) -> int:
    """Return a number of an address; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
