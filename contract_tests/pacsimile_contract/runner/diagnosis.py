"""What is the matter with a target as a whole: two calls before the checks, one line about what they show."""

from contextlib import nullcontext, suppress
from typing import NamedTuple

from pacsimile_contract import facts
from pacsimile_contract.client.requests import build
from pacsimile_contract.client.tokens import token_request
from pacsimile_contract.errors import NotExercised, OutOfTime, TargetSilent
from pacsimile_contract.evidence.exchange import BUSY, Exchange
from pacsimile_contract.findings.reasons import GONE, OUT_OF_SERVICE, Unjudged, open_because
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
from pacsimile_contract.provider.lookalikes import NOBODYS_ORDER
from pacsimile_contract.run.run import Run
from pacsimile_contract.runner.first_line import silent, with_token, without_token
from pacsimile_contract.runner.watchdog import Watchdog
from pacsimile_contract.transcript.curl import curl

FIRST_LINE_WITHIN = 26.0
"""Seconds in which the calls of the first line have to end: it is written within 30 s."""


class Diagnosis(NamedTuple):
    """`line` says what is wrong with a target, `stopped` why it cannot be judged; each is None if nothing is."""

    line: str | None
    stopped: Unjudged | None = None


def diagnose_in_time(run: Run, watchdog: Watchdog, *, patiently: bool = False) -> Diagnosis:
    """Diagnose a target within the run's time. The arguments are those of `diagnose`."""
    try:
        return watchdog.watch(lambda: diagnose(run, patiently=patiently))
    except TargetSilent as error:
        return Diagnosis(str(error), GONE)
    except NotExercised as error:
        if patiently:
            return Diagnosis(None, OUT_OF_SERVICE)
        return Diagnosis(None, open_because(str(error))) if isinstance(error, OutOfTime) else Diagnosis(str(error))


def diagnose(run: Run, *, patiently: bool = False) -> Diagnosis:
    """Ask for a token and for nobody's order, and return what the answers show.

    OperatorsMistake where the target file is wrong, as several answers show. Nothing of a world that was made for this
    run is the operator's, and a rehearsal asks nobody. Whether this is a results API at all is told within 30 s, or two
    timeouts where these are longer; only then the rest of the file is checked. With `patiently`, each call is repeated
    as `Retry-After` asks, however long that takes.
    """
    inquiry = None if run.target.world_of_its_own or run.transport.pace.rehearsed else Inquiry(run)
    with nullcontext() if patiently else run.transport.pace.hurry(FIRST_LINE_WITHIN):
        found = _diagnose_target(run, inquiry)
    if found.line is None:
        _check_rest(inquiry)
    return found


def _diagnose_target(run: Run, inquiry: Inquiry | None) -> Diagnosis:
    target, primary = run.target, run.target.primary
    asked = [run.ask(token_request(target, primary, "getToken"))]
    if not facts.gives_token(asked[0]) and not (asked[0].failure or "").startswith("unreachable"):
        asked.append(run.ask(token_request(target, primary, "postToken")))
    if all(exchange.answer is None for exchange in asked):
        line = silent(target.oauth2_endpoint, target.proxy, asked[-1])
        if inquiry is not None:
            check_connection(target, line, asked[-1])
        return Diagnosis(line, GONE)
    given = next((exchange for exchange in asked if exchange.succeeded and facts.gives_token(exchange)), None)
    if given is None:
        if inquiry is not None:
            check_token_endpoint(inquiry, asked)
        busy = all(exchange.answer is None or exchange.status in BUSY for exchange in asked)
        return Diagnosis(without_token(target, asked), OUT_OF_SERVICE if busy else None)
    run.first_token = given
    run.tokens.store(given, primary, None)
    if inquiry is not None:
        inquiry.remember_tokens(primary, asked)
    return Diagnosis(_fault_of_api(run, inquiry, given))


def _fault_of_api(run: Run, inquiry: Inquiry | None, given: Exchange) -> str | None:
    target, primary = run.target, run.target.primary
    if "getStatus" in target.absent:
        return None
    authorization = (("Authorization", f"Bearer {facts.token(given).access_token}"),)
    parameters = {"order_id": NOBODYS_ORDER}
    run.redactor.add_identifiers([("order", NOBODYS_ORDER)], harmless=True)
    status = run.ask(build(target, "getStatus", parameters, headers=authorization, client=primary))
    if status.failure == "refused":
        nowhere = silent(target.base_url, target.proxy, status)
        if inquiry is not None:
            check_connection(target, nowhere, status)
        raise TargetSilent(nowhere)
    if inquiry is not None:
        check_api(inquiry, status)
    without_order = None
    missing = status.status == 404 and facts.problem(status).reason != "order-not-found"
    if missing or (status.status is not None and status.status >= 500 and status.status not in BUSY):
        without_order = run.ask(build(target, "getStatus", {}, headers=authorization, client=primary))
    line = with_token(target, status, without_order)
    if line is None and inquiry is not None:
        line = unknown_name(inquiry, status)
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
    before = "" if last < 0 else f" after call {asked[last].number}: {_line(asked[last], run)}; then"
    if last == len(asked) - 1:
        return f"the target gave no answer any more{before} its state URL, {run.target.states.url}"
    first = asked[last + 1]
    without = f"call {first.number} ({first.failure}): {_line(first, run)}"
    return f"the target gave no answer any more{before} {without}"


def _line(exchange: Exchange, run: Run) -> str:
    """Return the `curl` line alone, without those that make what was wrong on purpose: this is one line."""
    return curl(exchange, run.redactor).splitlines()[-1]
