"""Call a mock's control API over HTTP: JSON in, JSON out, a refusal as an error. Nothing is interpreted."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, cast

from pacsimile_spec.certificate_trust import not_trusted

TIMEOUT_SECONDS = 30.0


class ControlRefused(Exception):
    """The control API refused a call with a `status` of 400 or above. The message is its `detail`."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class NotTrusted(OSError):
    """The server's certificate is not trusted. The message says why, and what to set."""

    def __init__(self, url: str, error: ssl.SSLCertVerificationError) -> None:
        super().__init__(not_trusted(url, error.verify_message))


def fault_of_token(token: str) -> str | None:
    """Return what is wrong with a control token that cannot be sent; None if it can."""
    if token.isascii() and token.isprintable() and " " not in token:
        return None
    return "the control token holds a blank, a line break or what is not ASCII; see --control-token"


def is_health(document: Any) -> bool:
    """Return whether this is what a mock answers to `GET /_mock/health`."""
    return isinstance(document, dict) and {"ready", "version"} <= document.keys()


class ControlClient:
    """Call the control API of one server.

    Args:
        url: of the control API; it ends with `/_mock`.
        token: the control token.
        authority: the file of the CA that signed the server's certificate; None for those that the machine trusts.
    """

    def __init__(self, url: str, token: str, authority: str | None = None) -> None:
        self.url, self.token = url.rstrip("/"), token
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]  # never by a proxy
        if authority is not None and self.url.startswith("https://") and Path(authority).is_file():
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority)))
        self._opener = urllib.request.build_opener(*handlers)

    def call(self, method: str, path: str, content: Any = None, default: Callable[[Any], Any] | None = None) -> Any:
        """Make a call, and return its JSON, or None if the answer has no body.

        Args:
            method: of HTTP.
            path: below `/_mock`, such as `/worlds`.
            content: the body as JSON; None for no body.
            default: converts what JSON cannot represent.

        Raises:
            ControlRefused: the answer is an error.
            NotTrusted: the certificate is not trusted.
            OSError: nothing answers within 30 seconds.
            HTTPException, ValueError: what answers is no HTTP, or no JSON.
        """
        body = None if content is None else json.dumps(content, default=default).encode()
        with self._open(method, path, body) as answer:
            return read(answer.read())

    def lines(self, path: str) -> list[Any]:
        """Return what an answer with a line of JSON for each item has; it raises what `call` raises."""
        with self._open("GET", path, None) as answer:
            return [json.loads(line) for line in answer]

    def stream(self, path: str) -> Iterator[Any]:
        """Get a stream of server-sent events, and yield the JSON of each until the server ends it; None for a comment.

        Raises:
            ControlRefused: the answer is an error.
            NotTrusted: the certificate is not trusted.
            OSError: nothing answers, or the stream is silent for 30 seconds.
        """
        with self._open("GET", path, None) as answer:
            for line in answer:
                if line.startswith(b":"):
                    yield None
                elif line.startswith(b"data:"):
                    yield json.loads(line.removeprefix(b"data:"))

    def _open(self, method: str, path: str, body: bytes | None) -> HTTPResponse:
        request = urllib.request.Request(  # noqa: S310 - http or https: whoever gives the URL has checked it
            self.url + path, body, {"Authorization": f"Bearer {self.token}"}, method=method
        )
        try:
            return cast("HTTPResponse", self._opener.open(request, timeout=TIMEOUT_SECONDS))
        except urllib.error.HTTPError as error:
            with error:
                raise ControlRefused(error.code, _detail(error)) from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                raise NotTrusted(self.url.removesuffix("/_mock"), error.reason) from None
            raise


def read(body: bytes) -> Any:
    """Return the JSON of an answer, or None if it has no body."""
    return json.loads(body) if body else None


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{error.url} answered {error.code}: is a pacsimile mock there?"
