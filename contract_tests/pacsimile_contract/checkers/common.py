"""Comparisons that checkers share. Each returns a few findings."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any
from unicodedata import category, normalize
from urllib.parse import quote, quote_plus

from pacsimile_contract import facts
from pacsimile_contract.checkers.gateways import may_be_from_gateway
from pacsimile_contract.dialects.vocabulary import distinguishes_not_ready
from pacsimile_contract.documents.model import is_unmistakable
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts.gateways import GATEWAY_HEADERS
from pacsimile_contract.findings.part import Finding, fact, form
from pacsimile_contract.findings.story import Story
from pacsimile_contract.provenance import as_value, from_wire
from pacsimile_contract.schema_words import as_number

VARYING = frozenset(
    {
        "date", "age", "via", "vary", "connection", "keep-alive", "transfer-encoding", "content-length",
        "content-encoding", "set-cookie", "server-timing", "x-request-id", "x-correlation-id",
        "alt-svc", "nel", "report-to", "request-id", "server", "traceparent", "tracestate", "x-powered-by", "x-runtime",
    }
)  # fmt: skip
"""Headers that may differ between two answers with the same content."""

TELLING = ("cache-control", "content-type", "content-language", "pragma", "allow")
"""Headers whose values two refusals for one reason have in common, too."""

Answers = Collection[Exchange]

MOST_SHOWN = 200
"""How many characters of a value are shown."""


def may_change(story: Story, label: str) -> bool:
    """Tell whether the state under that label was not made by this run, so that others may change its orders."""
    return story.has(label) and not story.given(label).get("owned", True)


def by_operation(story: Story, *prefixes: str) -> Iterator[tuple[str, Exchange]]:
    """Yield (operation, exchange) of each step labelled `<prefix>/<operation>` or `<prefix>/<operation>/<how>`."""
    for prefix in prefixes:
        for label, asked in story.below(prefix):
            yield label.partition("/")[0], asked


def served(exchange: Exchange, status: int = 200) -> Finding:
    """Compare: a correct call is answered with `status`."""
    return fact(exchange.status == status, str(status), describe_answer(exchange))


def same(got: object, expected: object, what: str) -> Finding:
    """Compare a fact with its expected value. `what` names it, such as `order_id`."""
    return fact(got == expected, f"{what} {quote_value(expected)}", quote_value(got) + unseen_difference(got, expected))


def unseen_difference(got: object, expected: object) -> str:
    """Say how two texts differ that look alike, to be put behind the first; empty where they are equal, or look unlike.

    A screen shows neither the Unicode form of a letter, nor characters without a shape. It does not tell a blank from a
    tab or a line break.
    """
    if not (isinstance(got, str) and isinstance(expected, str)) or got == expected:
        return ""
    forms = [normalize("NFC", text) for text in (got, expected)]
    if forms[0] == forms[1]:
        return ", in another Unicode form"
    if forms[0].split() == forms[1].split():
        return ", with other blanks"
    return ", with other invisible characters" if _visible_words(forms[0]) == _visible_words(forms[1]) else ""


def _visible_words(text: str) -> list[str]:
    """Return the words of a text without characters that have no shape."""
    return "".join(letter for letter in text if letter.isspace() or category(letter) not in ("Cc", "Cf")).split()


def refused(exchange: Exchange, *statuses: int, reason: str | Iterable[str] = ()) -> list[Finding]:
    """Compare: the call is refused (fact), with one of the statuses and one of the problem reasons (form)."""
    reasons = (reason,) if isinstance(reason, str) else tuple(reason)
    if 409 in statuses and not distinguishes_not_ready(exchange.dialect):
        statuses, reasons = (*statuses, 404), ()
    words = " or ".join(map(str, statuses))
    findings = [
        fact(not exchange.succeeded, "a refusal", describe_answer(exchange)),
        form(exchange.status in statuses or may_be_from_gateway(exchange), words, describe_answer(exchange)),
    ]
    told = reasons and exchange.says("Problem", "type")
    if told and exchange.status in statuses and not may_be_from_gateway(exchange):
        reason_given = facts.problem(exchange).reason
        findings.append(
            form(reason_given in reasons, f"a problem of type {' or '.join(reasons)}", quote_value(reason_given))
        )
    return findings


def gives_no_token(exchange: Exchange, statuses: Iterable[int], *errors: str) -> list[Finding]:
    """Compare: no token is issued (fact), and status and TokenError are among `statuses` and `errors` (form)."""
    wanted, from_gateway = tuple(statuses), may_be_from_gateway(exchange)
    error = facts.token_error(exchange)
    is_refusal = exchange.status in wanted or from_gateway
    findings = [
        fact(not facts.gives_token(exchange), "no token", describe_answer(exchange)),
        form(is_refusal, " or ".join(map(str, wanted)), describe_answer(exchange)),
    ]
    if exchange.says("TokenError", "error") and not from_gateway:
        findings.append(form(error in errors, f"error {' or '.join(errors)}", quote_value(error)))
    return findings


def alike(foreign: Exchange, unknown: Exchange, foreign_id: str, unknown_id: str) -> list[Finding]:
    """Compare: two refusals are the same but for the identifiers that were asked for (SEC-1).

    `same_names` compares which headers and members they have.
    """
    foreign_problem, unknown_problem = facts.problem(foreign), facts.problem(unknown)
    return [
        form(
            foreign.status == unknown.status,
            f"status {unknown.status}, as for an unknown one",
            describe_answer(foreign),
        ),
        form(
            foreign_problem.type == unknown_problem.type,
            f"type {quote_value(unknown_problem.type)}",
            quote_value(foreign_problem.type),
        ),
        form(
            foreign_problem.title == unknown_problem.title,
            f"title {quote_value(unknown_problem.title)}",
            quote_value(foreign_problem.title),
        ),
        form(
            _without(foreign_problem.detail, foreign_id) == _without(unknown_problem.detail, unknown_id),
            f"detail {quote_value(unknown_problem.detail)}, but for the identifier",
            quote_value(foreign_problem.detail),
        ),
    ]


def telling_headers(first: Answers, second: Answers, like_first: Answers, like_second: Answers) -> frozenset[str]:
    """Return the names of headers that all answers to one of two requests have, and no answer like the other's.

    A header that comes and goes between repeats of a request means nothing: a cache or a gateway may add it.

    Args:
        first: the answers to a request and to its repeats.
        second: those to the other request.
        like_first: the answers to all requests of the kind of the first, such as for another organization's objects.
        like_second: those of the kind of the second.
    """
    return _telling(header_names, first, second, like_first, like_second)


def telling_members(first: Answers, second: Answers, like_first: Answers, like_second: Answers) -> frozenset[str]:
    """Return likewise the names of members that the answers' JSON objects have. Their values are not compared."""
    return _telling(_members, first, second, like_first, like_second)


def _telling(
    names_of: Callable[[Exchange], frozenset[str]],
    first: Answers, second: Answers, like_first: Answers, like_second: Answers,
) -> frozenset[str]:  # fmt: skip
    steady_of_first, steady_of_second = (frozenset.intersection(*map(names_of, answers)) for answers in (first, second))
    usual_of_first, usual_of_second = (
        frozenset[str]().union(*map(names_of, answers)) for answers in (like_first, like_second)
    )
    return (steady_of_first - usual_of_second) | (steady_of_second - usual_of_first)


def same_names(first: Answers, second: Answers, like_first: Answers, like_second: Answers) -> list[Finding]:
    """Compare: two requests, each with its repeats, get answers with the same headers and members, by name.

    Names that come and go between repeats are left out.
    """
    answers = first, second, (*first, *like_first), (*second, *like_second)
    compared = {"header names": telling_headers(*answers), "members": telling_members(*answers)}
    return [
        form(not names, f"the same {what}", quote_value(", ".join(sorted(names))) if names else "the same")
        for what, names in compared.items()
    ]


def _members(exchange: Exchange) -> frozenset[str]:
    return frozenset(exchange.json) if isinstance(exchange.json, dict) else frozenset()


def _without(detail: str | None, identifier: str) -> str:
    """Return a detail without the identifier that was asked for, be it plain or percent-encoded.

    A short identifier is removed only as a whole word.
    """
    text = detail or ""
    pattern = "{}" if is_unmistakable(identifier) else "(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"
    for form_ in (identifier, quote(identifier, safe=""), quote_plus(identifier)):
        text = re.sub(pattern.format(re.escape(form_)), "…", text) if form_ else text
    return text


def header_names(exchange: Exchange) -> frozenset[str]:
    """Return the names of the answer's headers in lower case, without VARYING and those of gateways.

    Those of TELLING have their values with them, such as `cache-control: no-store`.
    """
    headers = [(name.lower(), value) for name, value in (exchange.answer.headers if exchange.answer else ())]
    names = {name for name, _ in headers if name not in VARYING and not GATEWAY_HEADERS.search(name)}
    values = {f"{name}: {' '.join(value.lower().split())}" for name, value in headers if name in TELLING}
    return frozenset(names | values)


def describe_answer(exchange: Exchange) -> str:
    """Describe an answer by its status and its reason or error, which is marked as from the wire."""
    if exchange.answer is None:
        return f"no answer ({exchange.failure})"
    if exchange.exceeded_bound:
        return f"{exchange.status} with {exchange.exceeded_bound}"
    body = exchange.json
    reason = (facts.problem(exchange).reason or facts.token_error(exchange)) if isinstance(body, Mapping) else None
    return f"{exchange.status} {from_wire(reason or exchange.media_type)}".strip()


def quote_value(value: Any) -> str:
    """Return a value from the wire as JSON, cut to MOST_SHOWN characters and marked as from the wire."""
    if value is None:
        return "null"
    if isinstance(value, bool | int):
        return as_number(value)
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return from_wire(_cut(text))


def with_value(words: str, value: object) -> str:
    """Return our own words, followed by a value from the wire in quotation marks unless it is None."""
    return words if value is None else f"{words} {quote_value(value)}"


def quotable(text: str) -> str:
    """Return a text of a synthetic answer, cut to MOST_SHOWN characters and marked as a value."""
    return as_value(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def says_type_not_offered(asked: Exchange) -> bool:
    """Tell whether a problem says that a report type is not offered: a group may offer fewer than the table has."""
    return facts.problem(asked).reason == "report-type-not-available"


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text of a JSON value, as it reads without JSON's escapes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from texts_in(member)
