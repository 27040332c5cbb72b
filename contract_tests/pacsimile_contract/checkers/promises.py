"""Promises that must hold for every generated request of a kind: pure functions of the answer.

A promise is named `<requirement>/<part>`. `why` describes the request for a reader: `a limit with a sign`.
"""

from collections.abc import Callable, Iterable, Mapping

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, quote_value
from pacsimile_contract.checkers.description_match import differences
from pacsimile_contract.checkers.gateways import may_be_from_gateway
from pacsimile_contract.dialects.vocabulary import scopes_meant
from pacsimile_contract.evidence.exchange import BUSY, Exchange
from pacsimile_contract.findings.part import Finding, fact, form

Values = Mapping[str, object]
"""What the scenario knew of the request: `why` in words, and what else the promise needs."""
Promise = Callable[[Exchange, Values], Iterable[Finding]]

NEVER_FAILS, AS_DESCRIBED = "PROTO-3/property-any-input", "PROTO-1/property-as-described"
"""Promises of every request, besides its own."""


def unanswered(exchange: Exchange) -> bool:
    """Tell whether there is nothing to compare: no answer, a failure of the service, or 429 or 503."""
    return exchange.answer is None or exchange.answer.status >= 500 or exchange.answer.status in BUSY


def _never_fails(exchange: Exchange, values: Values) -> Iterable[Finding]:
    status = exchange.status or 0
    sound = exchange.answer is not None and (status < 500 or status in BUSY)
    yield fact(sound, f"no failure of the service by {values['why']}", describe_answer(exchange))


def _as_described(exchange: Exchange, values: Values) -> Iterable[Finding]:
    if may_be_from_gateway(exchange):
        return
    different = [form(False, f"{expected}, to {values['why']}", got) for expected, got in differences(exchange)]
    yield from different or [form(True, "as described", "as described")]
    if violated := values.get("schemathesis"):
        yield form(False, f"what Schemathesis reads in the description, to {values['why']}", violated)


def _refuses(*statuses: int, by: str = "") -> Promise:
    def promise(exchange: Exchange, values: Values) -> Iterable[Finding]:
        words = f"{' or '.join(map(str, statuses))}, to {values['why']}"
        yield fact(not exchange.succeeded, words, describe_answer(exchange))
        yield form(exchange.status in statuses or may_be_from_gateway(exchange), words, describe_answer(exchange))
        told = by and exchange.says("Problem", "type")
        if told and exchange.status in statuses and not may_be_from_gateway(exchange):
            reason = facts.problem(exchange).reason
            yield form(reason == by, f"a problem of type {by}, to {values['why']}", quote_value(reason))

    return promise


def _takes(exchange: Exchange, values: Values) -> Iterable[Finding]:
    taken = exchange.status != 400 or may_be_from_gateway(exchange)
    yield fact(taken, f"no 400, to {values['why']}", describe_answer(exchange))


def _lists(exchange: Exchange, values: Values) -> Iterable[Finding]:
    yield fact(exchange.status == 200, f"200, to {values['why']}", describe_answer(exchange))
    listed, most = facts.listing(exchange).reports, values.get("limit")
    if exchange.succeeded and listed is not None and isinstance(most, int):
        yield fact(len(listed) <= most, f"no more reports than {values['why']} has", len(listed))


def _names_something_else(exchange: Exchange, values: Values) -> Iterable[Finding]:
    """Compare: a text that only resembles a known identifier is not answered with what that identifier names."""
    about = {text for _, text in facts.identifiers(exchange.json)} | {exchange.header("X-Order-Id") or ""}
    known_ids = values["ours"]
    same = exchange.operation == "listReports" or bool(about & set(known_ids if isinstance(known_ids, list) else ()))
    words = f"a refusal, or something with exactly this name, to {values['why']}"
    yield fact(
        not (exchange.succeeded and same), words, f"{describe_answer(exchange)}, with data of the known identifier"
    )
    refused = exchange.status in (400, 403, 404, 409) or may_be_from_gateway(exchange)
    # what has just this name may be unfinished
    yield form(exchange.succeeded or refused, f"404 or 400, to {values['why']}", describe_answer(exchange))


def _names_the_unknown(exchange: Exchange, values: Values) -> Iterable[Finding]:
    if exchange.status == 400 and not may_be_from_gateway(exchange):
        problem, name = facts.problem(exchange), str(values["unknown"])
        parameters = [parameter for parameter, _ in problem.errors]
        got = f"detail {quote_value(problem.detail)}, errors {quote_value(parameters)}"
        yield form(problem.names(name), f"{name} named in errors or detail", got)


def _no_token(*errors: str, statuses: tuple[int, ...] = (400,)) -> Promise:
    def promise(exchange: Exchange, values: Values) -> Iterable[Finding]:
        words, error = f"{' or '.join(map(str, statuses))}, to {values['why']}", facts.token_error(exchange)
        yield fact(not facts.gives_token(exchange), f"no token, to {values['why']}", describe_answer(exchange))
        yield form(exchange.status in statuses, words, describe_answer(exchange))
        if exchange.says("TokenError", "error"):
            yield form(error in errors, f"error {' or '.join(errors)}, to {values['why']}", quote_value(error))

    return promise


def _token(exchange: Exchange, values: Values) -> Iterable[Finding]:
    given = exchange.succeeded and facts.gives_token(exchange)
    yield fact(given, f"a token, to {values['why']}", describe_answer(exchange))
    scopes, asked = facts.token(exchange).scopes, values.get("scopes")
    if given and isinstance(asked, str):
        meant = scopes_meant(exchange.dialect, asked.split())
        words = f"scope {' '.join(sorted(meant))}, to {values['why']}"
        yield fact(scopes == meant, words, quote_value(sorted(scopes or ())))


def _opens(exchange: Exchange, values: Values) -> Iterable[Finding]:
    yield fact(
        exchange.status not in (400, 401, 403),
        f"a good token accepted, with {values['why']}",
        describe_answer(exchange),
    )


PROMISES: Mapping[str, Promise] = {
    "AUTH-1/property-valid-request": _token,
    "AUTH-2/property-valid-request": _token,
    "AUTH-4/property-invented-client": _no_token("invalid_client", statuses=(401,)),
    "AUTH-4/property-malformed-basic": _no_token("invalid_client", "invalid_request", statuses=(400, 401)),
    "AUTH-5/property-invented-grant-type": _no_token("unsupported_grant_type"),
    "AUTH-6/property-narrowed-scope": _token,
    "AUTH-6/property-invented-scope": _no_token("invalid_scope"),
    "AUTH-12/property-altered-token": _refuses(401),
    "AUTH-13/property-another-scheme": _refuses(401),
    "AUTH-13/property-scheme-case": _opens,
    "STATUS-3/property-wrong-selectors": _refuses(400),
    "STATUS-3/property-malformed-identifier": _refuses(400),
    "STATUS-3/property-unknown-parameter": _refuses(400),
    "STATUS-3/property-names-the-unknown": _names_the_unknown,
    "STATUS-3/property-against-the-schema": _refuses(400),
    "STATUS-3/property-well-formed": _takes,
    "STATUS-4/property-nobodys-order": _refuses(404, by="order-not-found"),
    "STATUS-8/property-near-miss": _names_something_else,
    "ORDERID-4/property-malformed-uid": _refuses(400),
    "ORDERID-4/property-valid-uid": _refuses(404),
    "RESULTS-5/property-unknown-type": _refuses(400),
    "GROUP-4/property-nobodys-group": _refuses(404, by="study-group-not-found"),
    "BATCH-13/property-malformed-limit": _refuses(400),
    "BATCH-13/property-valid-limit": _lists,
    "SEC-2/property-nobodys-organization": _refuses(403),
    AS_DESCRIBED: _as_described,
    NEVER_FAILS: _never_fails,
}  # fmt: skip

OPERATIONS = {"SEC-2/property-nobodys-organization": "listReports"}
"""By promise, the operation that alone shows it, where its requirement has other parts too."""


def findings(promise: str, exchange: Exchange, values: Values) -> list[Finding]:
    """Compare an answer with a promise; an empty list where there is nothing to compare but for PROTO-3."""
    if promise != NEVER_FAILS and unanswered(exchange):
        return []
    return list(PROMISES[promise](exchange, values))


def breaks(promise: str, exchange: Exchange, values: Values) -> bool:
    """Tell whether the answer breaks the promise."""
    return not all(finding.holds for finding in findings(promise, exchange, values))


def requirements_promised() -> dict[str, tuple[str, ...]]:
    """Return by requirement the parts that have a promise."""
    parts: dict[str, tuple[str, ...]] = {}
    for name in PROMISES:
        requirement, _, part = name.partition("/")
        parts[requirement] = (*parts.get(requirement, ()), part)
    return parts
