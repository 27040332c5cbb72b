"""Refusals: their reason (RFC 9457), when to retry, and how to authenticate."""

import re
from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts.members import as_integer, as_object, as_text


@dataclass(frozen=True, slots=True)
class Problem:
    """An RFC 9457 problem. `reason` is what follows the last `/`, `:` or `#` of its type."""

    reason: str | None
    type: str | None
    title: str | None
    status: int | None
    detail: str | None
    instance: str | None
    errors: tuple[tuple[str | None, str | None], ...]
    """Each (parameter, reason)."""

    def names(self, parameter: str) -> bool:
        """Tell whether `errors` or `detail` names the parameter."""
        return any(error == parameter for error, _ in self.errors) or parameter in (self.detail or "")


def problem(exchange: Exchange) -> Problem:
    """Read a problem document (RFC 9457 section 3)."""
    body = as_object(exchange.json)
    kind = as_text(body.get("type"))
    entries = body.get("errors")
    errors = [as_object(entry) for entry in entries] if isinstance(entries, list) else []
    return Problem(
        reason=reason_of(kind) if kind else None,
        type=kind,
        title=as_text(body.get("title")),
        status=as_integer(body.get("status")),
        detail=as_text(body.get("detail")),
        instance=as_text(body.get("instance")),
        errors=tuple((as_text(error.get("parameter")), as_text(error.get("reason"))) for error in errors),
    )


def reason_of(kind: str) -> str:
    """Return the reason of a problem's type: what follows its last `/`, `:` or `#`."""
    return re.split(r"[/:#]", kind)[-1]


def retry_after(exchange: Exchange) -> float | None:
    """Read `Retry-After` in seconds (RFC 9110 section 10.2.3); None where it cannot be read.

    A date is taken relative to the answer's own `Date`.
    """
    value = (exchange.header("Retry-After") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    from email.utils import parsedate_to_datetime

    try:
        then = parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return None if exchange.date is None else then - exchange.date


def challenges(exchange: Exchange) -> list[tuple[str, dict[str, str]]]:
    """Read `WWW-Authenticate`: (scheme in lower case, its parameters) for each challenge (RFC 9110 section 11.6.1)."""
    schemes: list[tuple[str, dict[str, str]]] = []
    for value in exchange.headers("WWW-Authenticate"):
        for match in _CHALLENGE.finditer(value):
            if match["scheme"]:
                schemes.append((match["scheme"].lower(), {}))
            elif schemes:
                text = match["token"] if match["quoted"] is None else re.sub(r"\\(.)", r"\1", match["quoted"])
                schemes[-1][1][match["name"].lower()] = text
    return schemes


_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 (RFC 9110's word, not a secret)
_CHALLENGE = re.compile(
    rf"(?<![!#$%&'*+.^_`|~0-9A-Za-z-])(?:(?P<name>{_TOKEN})\s*=\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<token>{_TOKEN}))|(?P<scheme>{_TOKEN})(?=\s|,|$))"
)
