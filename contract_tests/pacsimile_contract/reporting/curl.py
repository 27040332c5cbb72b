"""An exchange as a reader can repeat it."""

import shlex
from urllib.parse import urlsplit

from pacsimile_contract.exchange import Exchange
from pacsimile_contract.redaction import Redactor

_OURS = ("user-agent", "accept-encoding", "content-length")
_MOST_BYTES = 2000


def curl(exchange: Exchange, redactor: Redactor) -> str:
    """Return the `curl` line of a request, its token as `$TOKEN` and Basic credentials as `-u "$CLIENT:$SECRET"`."""
    request = exchange.request
    if request.raw is not None:
        return _printf(request.raw, request.url, redactor)
    words = ["curl", "-i"] + ([] if request.method == "GET" else ["-X", request.method])
    for name, value in request.headers:
        if name.lower() in _OURS:
            continue
        words.append(_header(name, value, redactor))
    if request.body is not None:
        words += ["--data-binary", shlex.quote(redactor.text(request.body[:_MOST_BYTES].decode("utf-8", "replace")))]
    return " ".join([*words, shlex.quote(redactor.text(request.url))])


def _printf(raw: bytes, url: str, redactor: Redactor) -> str:
    """Return a line that sends bytes which curl would tidy up."""
    host, port = urlsplit(url).hostname, urlsplit(url).port or (443 if url.startswith("https") else 80)
    shown = redactor.text(raw[:_MOST_BYTES].decode("latin-1")).encode("unicode_escape").decode()
    return f"printf '%b' {shlex.quote(shown)} | nc {host} {port}"


def _header(name: str, value: str, redactor: Redactor) -> str:
    scheme = value.strip().partition(" ")[0]
    if name.lower() == "authorization" and scheme.lower() == "bearer":
        return f'-H "{name}: {scheme} $TOKEN"'
    if name.lower() == "authorization":
        return '-u "$CLIENT:$SECRET"' if scheme.lower() == "basic" and " " in value else f'-H "{name}: $AUTHORIZATION"'
    return f"-H {shlex.quote(redactor.text(f'{name}: {value}'))}"


def answer(exchange: Exchange, redactor: Redactor, *, most: int = 600) -> str:
    """Return what came back in a line: status, media type, and the body where it may be shown."""
    if exchange.answer is None:
        return f"no answer ({exchange.failure})"
    body = ""
    if "json" in exchange.media_type and exchange.status and exchange.status >= 400:
        body = exchange.body[: most * 4].decode("utf-8", "replace")
    shown = redactor.text(f"{exchange} {' '.join(body.split())}").strip()
    return shown if len(shown) <= most else shown[: most - 1] + "…"
