"""An exchange as a reader can repeat it, and what came back, in a line each."""

import shlex
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.transcript.credential_words import credential_words
from pacsimile_contract.transcript.recorded import body, header, line
from pacsimile_contract.transcript.sent import MOST_SENT, body_of, header_of, url_of
from pacsimile_spec.plain import one_line, printable

_OURS = ("user-agent", "accept-encoding", "content-length")


def curl(exchange: Exchange, redactor: Redactor) -> str:
    """Return the `curl` line of a request: its token as `$TOKEN`, Basic credentials as `-u "$CLIENT:$SECRET"`.

    Credentials that were wrong on purpose have names of their own, as `$FORGED_TOKEN`, and lines before that make them.
    An identifier that must not be written is a variable of `private/identifiers.env`, such as `$ORDER_1`.
    """
    request = exchange.sent
    if request.raw is not None:
        return _printf(request.raw, request.url, redactor)
    words = ["curl", "-i"] + ([] if request.method == "GET" else ["-X", redactor.shell_word(request.method)])
    credentials = credential_words(exchange, redactor)
    lines, each = dict.fromkeys(line for _, made_by in credentials for line in made_by), iter(credentials)
    for name, value in request.headers:
        if name.lower() == "authorization":
            words.append(next(each)[0])
        elif name.lower() not in _OURS:
            words.append(f"-H {redactor.shell_word(f'{name}: {header_of(name, value)}')}")
    if request.body is not None:
        words += ["--data-binary", redactor.shell_word(body_of(request))]
    words.append(redactor.shell_word(url_of(request)))
    if len(request.body or b"") > MOST_SENT:
        words.append(f"# the body has {len(request.body or b'')} bytes; this is its beginning")
    return "\n".join(printable(one, kept=frozenset()) for one in (*lines, " ".join(words)))


def _printf(raw: bytes, url: str, redactor: Redactor) -> str:
    """Return a line that sends bytes which curl would tidy up."""
    host, port = urlsplit(url).hostname, urlsplit(url).port or (443 if url.startswith("https") else 80)
    shown = redactor.redact_wire_text(raw[:MOST_SENT].decode("latin-1")).encode("unicode_escape").decode()
    return f"printf '%b' {shlex.quote(shown)} | nc {host} {port}"


def answer(exchange: Exchange, redactor: Redactor, *, most: int = 600) -> str:
    """Return what came back in a line: status, media type, and of a JSON refusal what may be shown of its body."""
    if exchange.answer is None:
        return one_line(redactor.redact_own_text(f"no answer ({exchange.failure})"))
    shown = line(exchange, redactor)
    if "json" in exchange.media_type_received and exchange.answer.status >= 400:
        shown += f" {_said(exchange, redactor)}"
    shown = one_line(shown)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def traced(exchange: Exchange, redactor: Redactor) -> str:
    """Return by what the service's own log is searched for a call: its number in the run, its time, its request id."""
    found = [f"call {exchange.number}"]
    if (moment := sent_at(exchange)) is not None:
        found.append(f"at {moment}")
    if (named := request_id(exchange, redactor)) is not None:
        found.append(f"X-Request-Id: {named}")
    return one_line(", ".join(found))


def sent_at(exchange: Exchange) -> str | None:
    """Return when a call was sent by our clock (RFC 3339, UTC, milliseconds)."""
    if exchange.at is None:
        return None
    return datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def request_id(exchange: Exchange, redactor: Redactor) -> str | None:
    """Return the answer's `X-Request-Id`, as it may be written; None where it has none."""
    named = exchange.header("X-Request-Id")
    return None if named is None else header(exchange, "X-Request-Id", named, redactor)[1][:128]


def _said(exchange: Exchange, redactor: Redactor) -> str:
    import json

    kept = body(exchange, redactor)
    return kept["text"] if "text" in kept else json.dumps(kept.get("facts", ""), ensure_ascii=False)
