"""Calls the control API in this process: pages show and do what it allows, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import orjson

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PAGE = 1000
"""The greatest `limit` of a list."""


class Refused(Exception):
    """The control API refused a call. The message is its `detail`, which says what to do."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class ControlCalls:
    """Calls the control API as whoever has the token.

    Args:
        application: answers requests, behind admission.
        token: the control token.
        host: the `Host` of the links in answers.
    """

    def __init__(self, application: Wsgi, token: str, host: str, scheme: str = "http") -> None:
        self._application, self._token = application, token
        self._base = f"{scheme}://{host}"

    def __call__(self, method: str, path: str, content: Any = None, query: Mapping[str, str] | None = None) -> Any:
        """Make a call, and return its JSON; None where the answer has no body.

        Args:
            method: of HTTP.
            path: below `/_mock`.
            content: the body as JSON.
            query: the parameters.

        Raises:
            Refused: the answer is an error.
        """
        from werkzeug.test import EnvironBuilder, run_wsgi_app  # not needed before a page is asked for

        request = EnvironBuilder(
            path=f"/_mock{path}", method=method, base_url=self._base, query_string=dict(query or {}),
            data=None if content is None else orjson.dumps(content),
            headers=[("Authorization", f"Bearer {self._token}")],
        )  # fmt: skip
        pieces, status, _ = run_wsgi_app(self._application, request.get_environ(), buffered=True)
        body, code = b"".join(pieces), int(status.split(" ", 1)[0])
        if code >= 400:
            raise Refused(code, orjson.loads(body)["detail"])
        return orjson.loads(body) if body else None

    def all_of(self, path: str, name: str, query: Mapping[str, str] | None = None, most: int = PAGE) -> Iterator[Any]:
        """Yield up to `most` items of a list, page after page."""
        after: str | None = None
        while most > 0:
            asked = {**(query or {}), "limit": str(min(most, PAGE)), **({} if after is None else {"after": after})}
            answer = self("GET", path, query=asked)
            yield from answer[name]
            most -= len(answer[name])
            after = answer["next"]
            if after is None:
                return


def in_path(*names: str) -> str:
    """Return names as parts of a path."""
    return "/".join(quote(name, safe="") for name in names)
