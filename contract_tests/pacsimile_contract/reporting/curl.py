"""An exchange as a reader can repeat it, and what came back, in a line each."""

import shlex
from urllib.parse import urlsplit

from pacsimile_contract.exchange import Exchange
from pacsimile_contract.redaction import Redactor
from pacsimile_contract.reporting.plain import one_line, printable
from pacsimile_contract.reporting.recorded import body
from pacsimile_contract.reporting.sent import MOST_SENT, body_of, header_of, url_of

_OURS = ("user-agent", "accept-encoding", "content-length")


def curl(exchange: Exchange, redactor: Redactor) -> str:
    """Return the `curl` line of a request: its token as `$TOKEN`, Basic credentials as `-u "$CLIENT:$SECRET"`.

    An identifier that must not be written is a variable of `private/identifiers.env`, such as `$ORDER_1`.
    """
    request = exchange.request
    if request.raw is not None:
        return _printf(request.raw, request.url, redactor)
    words = ["curl", "-i"] + ([] if request.method == "GET" else ["-X", redactor.shell_word(request.method)])
    words += [_header(name, value, redactor) for name, value in request.headers if name.lower() not in _OURS]
    if request.body is not None:
        words += ["--data-binary", redactor.shell_word(body_of(request))]
    words.append(redactor.shell_word(url_of(request)))
    if len(request.body or b"") > MOST_SENT:
        words.append(f"# the body has {len(request.body or b'')} bytes; this is its beginning")
    return printable(" ".join(words), kept=frozenset())


def _printf(raw: bytes, url: str, redactor: Redactor) -> str:
    """Return a line that sends bytes which curl would tidy up."""
    host, port = urlsplit(url).hostname, urlsplit(url).port or (443 if url.startswith("https") else 80)
    shown = redactor.wire(raw[:MOST_SENT].decode("latin-1")).encode("unicode_escape").decode()
    return f"printf '%b' {shlex.quote(shown)} | nc {host} {port}"


def _header(name: str, value: str, redactor: Redactor) -> str:
    scheme = value.strip().partition(" ")[0]
    if name.lower() == "authorization" and scheme.lower() == "bearer":
        return f'-H "{name}: {scheme} $TOKEN"'
    if name.lower() == "authorization":
        return '-u "$CLIENT:$SECRET"' if scheme.lower() == "basic" and " " in value else f'-H "{name}: $AUTHORIZATION"'
    return f"-H {redactor.shell_word(f'{name}: {header_of(name, value)}')}"


def answer(exchange: Exchange, redactor: Redactor, *, most: int = 600) -> str:
    """Return what came back in a line: status, media type, and of a JSON refusal what may be shown of its body."""
    if exchange.answer is None:
        return one_line(redactor.text(f"no answer ({exchange.failure})"))
    shown = redactor.wire(str(exchange))
    if "json" in exchange.media_type and exchange.answer.status >= 400:
        shown += f" {_said(exchange, redactor)}"
    shown = one_line(shown)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _said(exchange: Exchange, redactor: Redactor) -> str:
    import json

    kept = body(exchange, redactor)
    return kept["text"] if "text" in kept else json.dumps(kept.get("facts", ""), ensure_ascii=False)
