"""Comparisons that many checkers make, each a few findings."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from pacsimile_contract import facts
from pacsimile_contract.checkers.gateways import is_a_gateways
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts.gateways import GATEWAY_HEADERS
from pacsimile_contract.findings.part import Finding, fact, form
from pacsimile_contract.findings.story import Story
from pacsimile_contract.provenance import as_value, from_wire
from pacsimile_contract.schema_words import as_number

VARYING = frozenset(
    {
        "date", "age", "via", "vary", "connection", "keep-alive", "transfer-encoding", "content-length",
        "content-encoding", "set-cookie", "server-timing", "retry-after", "x-request-id", "x-correlation-id", "etag",
        "alt-svc", "nel", "report-to", "request-id", "server", "traceparent", "tracestate", "x-powered-by", "x-runtime",
    }
)  # fmt: skip
"""Headers that may differ between two answers that say the same."""

Answers = Iterable[Exchange]

MOST_SHOWN = 200
"""Characters of a value that are shown."""


def may_move(story: Story, label: str) -> bool:
    """Whether what is known under that label is no state's of this run: others may submit, finish and amend there."""
    return story.has(label) and not story.given(label).get("owned", True)


def served(exchange: Exchange, status: int = 200) -> Finding:
    """Compare: the call, which is right, is answered with `status`."""
    return fact(exchange.status == status, str(status), told(exchange))


def same(got: object, expected: object, what: str) -> Finding:
    """Compare a fact with what it must be; `what` names it, as `order_id`."""
    return fact(got == expected, f"{what} {shown(expected)}", shown(got))


def refused(exchange: Exchange, *statuses: int, reason: str | Iterable[str] = ()) -> list[Finding]:
    """Compare: the call is refused (fact) with one of the statuses, and with one of the problem reasons (form)."""
    reasons = (reason,) if isinstance(reason, str) else tuple(reason)
    words = " or ".join(map(str, statuses))
    found = [
        fact(not exchange.succeeded, "a refusal", told(exchange)),
        form(exchange.status in statuses or is_a_gateways(exchange), words, told(exchange)),
    ]
    if reasons and exchange.status in statuses and not is_a_gateways(exchange):
        said = facts.problem(exchange).reason
        found.append(form(said in reasons, f"a problem of type {' or '.join(reasons)}", shown(said)))
    return found


def gives_no_token(exchange: Exchange, statuses: Iterable[int], *errors: str) -> list[Finding]:
    """Compare: no token is given (fact), the status is one of these, and the TokenError one of `errors` (form)."""
    wanted = tuple(statuses)
    said = facts.token_error(exchange)
    return [
        fact(not facts.gives_token(exchange), "no token", told(exchange)),
        form(exchange.status in wanted, " or ".join(map(str, wanted)), told(exchange)),
        form(said in errors, f"error {' or '.join(errors)}", shown(said)),
    ]


def alike(one: Exchange, other: Exchange, own: str, others: str) -> list[Finding]:
    """Compare: two refusals tell the same but for the identifiers asked for, `own` and `others` (SEC-1).

    Their headers are compared by `same_headers`.
    """
    mine, theirs = facts.problem(one), facts.problem(other)
    return [
        form(one.status == other.status, f"status {other.status}, as for an unknown one", told(one)),
        form(mine.type == theirs.type, f"type {shown(theirs.type)}", shown(mine.type)),
        form(mine.title == theirs.title, f"title {shown(theirs.title)}", shown(mine.title)),
        form(
            _without(mine.detail, own) == _without(theirs.detail, others),
            f"detail {shown(theirs.detail)}, but for the identifier",
            shown(mine.detail),
        ),
    ]


def telling_headers(one: Exchange, other: Exchange, like_one: Answers, like_other: Answers) -> frozenset[str]:
    """Return names of headers that one of two answers has, and no answer of the other's kind.

    What comes and goes between repeats of one request tells nothing, such as a cache's or a gateway's.
    """
    usual, others_usual = (frozenset[str]().union(*map(header_names, many)) for many in (like_one, like_other))
    return (header_names(one) - others_usual) | (header_names(other) - usual)


def same_headers(one: Exchange, other: Exchange, like_one: Answers, like_other: Answers) -> Finding:
    """Compare: two answers have headers of the same names, but for those that come and go."""
    found = telling_headers(one, other, (one, *like_one), (other, *like_other))
    return form(not found, "the same header names", shown(", ".join(sorted(found))) if found else "the same")


def _without(detail: str | None, identifier: str) -> str:
    """Return a detail without the identifier that was asked for, as it is or percent-encoded."""
    text = detail or ""
    for form_ in (identifier, quote(identifier, safe=""), quote_plus(identifier)):
        text = text.replace(form_, "…")
    return text


def header_names(exchange: Exchange) -> frozenset[str]:
    """Return the names of the answer's headers in lower case, without those that may vary."""
    names = {name.lower() for name, _ in (exchange.answer.headers if exchange.answer else ())}
    return frozenset(one for one in names - VARYING if not GATEWAY_HEADERS.search(one))


def told(exchange: Exchange) -> str:
    """Return an answer in a few words: status, and the reason or error it names, marked as from the wire."""
    if exchange.answer is None:
        return f"no answer ({exchange.failure})"
    if exchange.excess:
        return f"{exchange.status} with {exchange.excess}"
    said = exchange.json
    reason = (facts.problem(exchange).reason or facts.token_error(exchange)) if isinstance(said, Mapping) else None
    return f"{exchange.status} {from_wire(reason or exchange.media_type)}".strip()


def shown(value: Any) -> str:
    """Return a value from the wire as JSON writes it, cut short and marked as such."""
    if value is None:
        return "null"
    if isinstance(value, bool | int):
        return as_number(value)
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return from_wire(_cut(text))


def quotable(text: str) -> str:
    """Return what an answer says that is marked as synthetic, cut short and marked as a value."""
    return as_value(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
