"""What is the matter with a target as a whole: two calls before the checks, one line about what they show."""

from contextlib import suppress

from pacsimile_contract import facts
from pacsimile_contract.client.requests import build
from pacsimile_contract.client.tokens import token_request
from pacsimile_contract.client.wire import PLAIN_PORT
from pacsimile_contract.errors import NotExercised, TargetSilent
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes import (
    Inquiry,
    check_api,
    check_clients,
    check_connection,
    check_fixtures,
    check_keys,
    check_organizations,
    check_token_endpoint,
    unknown_name,
)
from pacsimile_contract.mistakes.spelling_hints import asked_address, path_question
from pacsimile_contract.provenance import from_wire
from pacsimile_contract.provider.lookalikes import NOBODYS_ORDER
from pacsimile_contract.run.run import Run
from pacsimile_contract.target.model import Target
from pacsimile_contract.transcript.curl import curl


def diagnose(run: Run) -> tuple[str | None, bool]:
    """Return a line (None: nothing is the matter) and whether anything can be judged at all.

    OperatorsMistake where the target file is wrong, as several answers show. Nothing of a world that was made for this
    run is the operator's, and a rehearsal asks nobody.
    """
    target, primary = run.target, run.target.primary
    inquiry = None if target.world_of_its_own or run.transport.pace.rehearsed else Inquiry(run)
    asked = [run.ask(token_request(target, primary, "getToken"))]
    if not facts.gives_token(asked[0]):
        asked.append(run.ask(token_request(target, primary, "postToken")))
    if all(exchange.answer is None for exchange in asked):
        line = _silent(target.oauth2_endpoint, target.proxy, asked[-1])
        if inquiry is not None:
            check_connection(target, line, asked[-1])
        return line, False
    given = next((exchange for exchange in asked if exchange.succeeded and facts.gives_token(exchange)), None)
    if given is None:
        if inquiry is not None:
            check_token_endpoint(inquiry, asked)
        return _without_token(target, asked), True
    run.first_token = given
    run.tokens.store(given, primary, None)
    if inquiry is not None:
        inquiry.remember_tokens(primary, asked)
    return _of_api(run, inquiry, given), True


def _of_api(run: Run, inquiry: Inquiry | None, given: Exchange) -> str | None:
    target, primary = run.target, run.target.primary
    if "getStatus" in target.absent:
        _check_rest(inquiry)
        return None
    authorization = (("Authorization", f"Bearer {facts.token(given).access_token}"),)
    parameters = {"order_id": NOBODYS_ORDER}
    run.redactor.add_identifiers([("order", NOBODYS_ORDER)], harmless=True)
    status = run.ask(build(target, "getStatus", parameters, headers=authorization, client=primary))
    if status.failure == "refused":
        nowhere = _silent(target.base_url, target.proxy, status)
        if inquiry is not None:
            check_connection(target, nowhere, status)
        raise TargetSilent(nowhere)
    if inquiry is not None:
        check_api(inquiry, status)
    without_order = None
    if status.status == 404 and facts.problem(status).reason != "order-not-found":
        without_order = run.ask(build(target, "getStatus", {}, headers=authorization, client=primary))
    line = _with_token(target, status, without_order)
    if line is None and inquiry is not None:
        line = unknown_name(inquiry, status)
    if line is None:
        _check_rest(inquiry)
    return line


def _check_rest(inquiry: Inquiry | None) -> None:
    if inquiry is None:
        return
    with suppress(NotExercised):  # a limit, or what may not be asked: whoever needs it says so
        for check in (check_clients, check_organizations, check_fixtures, check_keys):
            check(inquiry)


def vanished(run: Run) -> str:
    """Say after which call the target gave no answer any more, and which was the first without."""
    asked = run.history.exchanges
    last = max((place for place, exchange in enumerate(asked) if exchange.answer is not None), default=-1)
    first = asked[min(last + 1, len(asked) - 1)]
    before = "" if last < 0 else f" after call {asked[last].number}: {_line(asked[last], run)}; then"
    without = f"call {first.number} ({first.failure}): {_line(first, run)}"
    return f"the target gave no answer any more{before} {without}"


def _silent(url: str, proxy: str | None, exchange: Exchange) -> str:
    words = {
        "refused": "nothing listens there; is the service running, and is this its address?",
        "closed": "it closes each connection without an answer; is something else listening there?",
        "reset": "it resets each connection; is something else listening there?",
        "timeout": "it takes the connection and never answers.",
    }
    failure = exchange.failure or ""
    if failure.startswith("timeout: "):
        return f"{url}: it takes the connection and begins an answer, but {failure.removeprefix('timeout: ')}."
    if failure == PLAIN_PORT:
        return f"{url}: no answer: {failure}; write http:// in the target file, or the port of https."
    if failure.startswith("TLS"):
        hint = "is the certificate the right one? See `tls: {ca, client_cert, client_key}` in the target file"
        return f"{url}: no answer: {failure}; {hint}."
    if failure in ("closed", "reset") and proxy is None and url.startswith("https:"):  # as TLS 1.3 may refuse us
        hint = "does it want a certificate of ours? See `tls: {client_cert, client_key}` in the target file"
        return f"{url}: no answer: {failure} once TLS was spoken; {hint}."
    if proxy is not None:
        return f"{url}: no answer through the proxy {proxy}: {failure}; is `proxy` right, and does it let us through?"
    return f"{url}: {words.get(failure, f'no answer: {failure}.')}"


def _without_token(target: Target, asked: list[Exchange]) -> str:
    first = next(exchange for exchange in asked if exchange.answer is not None)
    where = asked_address(first)
    if first.media_type == "text/html":
        return f"{where}: answers an HTML page ({first.status}): is oauth2_endpoint right, or is this a login page?"
    if first.status == 404:
        question = path_question(target, str(first.operation), "oauth2_endpoint", "/token is added to it")
        return f"{where}: answers 404: {question}"
    if first.status in (400, 401, 403):
        error_code = facts.token_error(first)
        error = f" {from_wire(error_code)}" if error_code else ""
        return f"{where}: refuses the primary client ({first.status}{error}): check its id and secret."
    if first.succeeded:
        hint = "is this a token endpoint? If it spells that otherwise, `pacsimile learn` proposes a dialect"
        return f"{where}: answers {first.status} without an access_token: {hint}."
    return f"{where}: answers {first.status} and gives no token: nothing else can be judged."


def _with_token(target: Target, status: Exchange, without_order: Exchange | None = None) -> str | None:
    """Say what `/status` shows, asked for nobody's order; `without_order` is the answer to the call without one."""
    where = asked_address(status)
    question = path_question(target, "getStatus", "base_url", "/status is added to it")
    if status.answer is None:
        return f"{where}: gives no answer ({status.failure}), though the token endpoint gave a token."
    if status.succeeded:
        return f"{where}: answers {status.status} for an order that nobody has: does it serve examples?"
    if status.media_type == "text/html":
        return f"{where}: answers an HTML page ({status.status}): {question}"
    if status.status == 401:
        return f"{where}: refuses the token that the token endpoint has just given (401)."
    if status.status == 404 and not isinstance(status.json, dict):
        return f"{where}: answers 404 without a problem: {question}"
    if (
        without_order is not None
        and without_order.status == 404
        and facts.problem(without_order).type == facts.problem(status).type
    ):
        return f"{where}: answers 404 whether an order is asked for or none: {question}"
    return None


def _line(exchange: Exchange, run: Run) -> str:
    """Return the `curl` line alone, without those that make what was wrong on purpose: this is one line."""
    return curl(exchange, run.redactor).splitlines()[-1]
