"""The only place where requests leave: safety rules, limits, identification, and the record of what came back."""

import json
import ssl
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pacsimile_contract.client.liveness import Silence
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.client.report_links import may_follow
from pacsimile_contract.client.safety import Safety
from pacsimile_contract.client.saved_listings import SavedListings
from pacsimile_contract.client.wire import NO_CONNECTION, SEVERAL_TIMEOUTS, Wire, WireError
from pacsimile_contract.dialects import Translation
from pacsimile_contract.errors import BudgetSpent, CannotTell, Unreachable
from pacsimile_contract.evidence.bounds import MEBIBYTE, MOST_IDENTIFIERS, MOST_KEPT
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request, Respelled
from pacsimile_contract.evidence.history import History
from pacsimile_contract.facts.jwt import jwt_of_answer
from pacsimile_contract.release import own_version
from pacsimile_contract.target.model import Target
from pacsimile_contract.target.tls import tls_context
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

FIRST_CALLS, REUSE_EVERY = 30, 4
"""Calls of a token after which most of its calls take a new connection: all but one in `REUSE_EVERY`."""


class Transport:
    """Sends a run's requests. Redirects are never followed: the answer is what the target said."""

    def __init__(
        self,
        target: Target,
        history: History,
        run_id: str,
        allow_acknowledge: str | None = None,
        report: Path | None = None,
        wire: Wire | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.target, self.history = target, history
        self.safety = Safety(target, allow_acknowledge)
        self.pace = pace or Pace(target.limits)
        self._wire = wire or Wire(context_of(target), target.proxy)
        self.agent = f"pacsimile/{own_version()} (contract-test; {run_id})"
        self._silence = Silence()
        self._asked: set[str] = set()
        self._repetitions: Counter[str | None] = Counter()
        """By operation, how often a URL was asked for that had been asked for before."""
        self._calls: Counter[str] = Counter()
        """By credentials, how many requests had them."""
        self._previous: Request | None = None
        self.saved_listings = SavedListings(report)
        self._translation = translation_of(target)

    def send(self, request: Request, *, fresh: bool = False, again: bool = False) -> Exchange:
        """Send one request of the run and record it. An exchange without answer says why in `failure`.

        `fresh` opens a new connection. `again` reuses the connection of the last call to this URL.

        Raises Forbidden and BudgetSpent before anything is sent, TargetSilent where nothing answers any more.
        """
        self.safety.check(request)
        self._silence.check(request)
        self._check_size()
        self.pace.take(token=request.operation in TOKEN_OPERATIONS)
        if self.safety.marks_an_existing_organization(request):
            self.saved_listings.before(request)
        limits = self.target.limits
        timeout = limits.listing_timeout if request.operation == "listReports" else limits.timeout
        fresh, again = self._choose_connection(request, fresh=fresh, again=again)
        exchange = self._exchange(request, timeout, fresh=fresh, again=again)
        if self._cut_off(exchange, timeout) and request.operation != "acknowledgeReports":
            raise BudgetSpent(f"not answered before max_time of {limits.max_time:g} s was used up")
        self.pace.check()
        self.history.append(exchange)
        self.safety.note_answer(exchange)
        self.saved_listings.remember(exchange)
        self._silence.record(exchange)
        if request.operation == "acknowledgeReports" and exchange.succeeded:
            self.pace.wait_within_budget(limits.settle)
        return exchange

    def _check_size(self) -> None:
        """Raise BudgetSpent where the history is as large as it may become."""
        if self.history.size > MOST_KEPT:
            raise BudgetSpent(
                f"not reached: what the run asked and was answered is longer than {MOST_KEPT // MEBIBYTE} MiB"
            )
        if self.history.identifiers > MOST_IDENTIFIERS:
            raise BudgetSpent(f"not reached: the answers of the run name more than {MOST_IDENTIFIERS:,} identifiers")

    def _choose_connection(self, request: Request, *, fresh: bool, again: bool) -> tuple[bool, bool]:
        """Return whether a request opens a new connection, and whether it reuses that of the last call to its URL.

        Every second repetition of an operation's URL reuses one: a server may keep something for a connection. After
        `FIRST_CALLS`, most calls with a token open one: it is good on any number of connections (AUTH-17). A call after
        a body, or after a method other than GET, stays on that connection, since something may be left there.
        """
        previous, self._previous = self._previous, request
        again = (self._note_repetition(request) or again) and not _is_get_with_body(previous)
        calls = self._count_by_credentials(request)
        spreads = calls > FIRST_CALLS and calls % REUSE_EVERY != 0
        stays = again or (previous is not None and (previous.method != "GET" or previous.body is not None))
        return (spreads and not stays) or fresh, again

    def _cut_off(self, exchange: Exchange, timeout: float) -> bool:
        """Whether the run's own end, and not the service, kept an answer from coming."""
        silent = exchange.failure in ("timeout", NO_CONNECTION) and exchange.seconds < timeout
        over = self.pace.remaining <= 0 and exchange.seconds < SEVERAL_TIMEOUTS * timeout
        return exchange.timed_out and (silent or over)

    def _note_repetition(self, request: Request) -> bool:
        """Note the request. Tell whether it is the first, third, ... of an operation's requests that repeat a URL."""
        known = request.url in self._asked
        self._asked.add(request.url)
        self._repetitions[request.operation] += known
        return known and self._repetitions[request.operation] % 2 == 1

    def _count_by_credentials(self, request: Request) -> int:
        """Count the request, and return how many have had its credentials; 0 for a request without any."""
        credentials = request.header("Authorization") or ""
        self._calls[credentials] += bool(credentials)
        return self._calls[credentials]

    def _exchange(self, request: Request, timeout: float, *, fresh: bool, again: bool) -> Exchange:
        names = {name.lower() for name, _ in request.headers}
        gateways = self.target.headers if self.safety.is_at_home(request.url) else ()
        extra = [("User-Agent", self.agent), *gateways, ("Accept-Encoding", "identity")]
        added = tuple((name, value) for name, value in extra if name.lower() not in names)
        full_request = replace(request, headers=request.headers + added)
        exchange = Exchange(0, full_request, started=time.monotonic(), at=time.time())
        if self._translation is not None:
            exchange.respelled = Respelled(self._translation.dialect, self._translation.write_request(full_request))
        try:
            exchange.answer = self._wire.send(
                exchange.sent, timeout, fresh=fresh, again=again, total_timeout=self._total_timeout(timeout)
            )
        except WireError as error:
            exchange.failure = str(error)
        exchange.ended = time.monotonic()
        if self._translation is not None and exchange.answer is not None:
            carried = self._follow(exchange, timeout)
            self._translation.translate_answer(exchange, exchange.answer, carried)
        if exchange.exceeded_bound is None:
            exchange.jwt = jwt_of_answer(exchange)
        return exchange

    def _total_timeout(self, timeout: float) -> float:
        """Return the seconds for a whole answer; in a hurry, such that one more call can wait its own timeout."""
        remaining = max(self.pace.remaining, 0.1)
        return min(remaining, max(timeout, self.pace.patience - timeout)) if self.pace.hurried else remaining

    def _follow(self, exchange: Exchange, timeout: float) -> Exchange | None:
        """Follow the link to a report once, without the token."""
        link = None if self._translation is None else self._translation.report_link(exchange)
        if link is None or not may_follow(self.target, link):
            return None
        self.pace.take(token=False)
        request = Request("GET", link, (("User-Agent", self.agent), ("Accept-Encoding", "identity")))
        carried = Exchange(0, request, started=time.monotonic(), at=time.time())
        try:
            carried.answer = self._wire.send(request, timeout, total_timeout=max(self.pace.remaining, 0.1))
        except WireError as error:
            carried.failure = str(error)
        carried.ended = time.monotonic()
        self.history.append(carried)
        return carried

    def call_state_url(
        self, method: str, url: str, body: Mapping[str, Any] | None, token: str | None, timeout: float
    ) -> Answer:
        """Call the state URL or a mock's control API: not a request to the service, not counted, not recorded."""
        self.pace.check()
        if self.pace.remaining <= 0:
            raise BudgetSpent(f"not reached: {self.pace.spent_reason}")
        self._silence.check_state_url(url)
        if self._silence.is_state_url_silent():
            timeout = min(timeout, self.target.limits.timeout)
        of_service = self.safety.is_at_home(url)
        try:
            answer = send_json(self._wire, method, url, body, token, timeout, max(self.pace.remaining, 1.0))
        except CannotTell:
            self.pace.check()
            if self.pace.remaining > 0:
                self._silence.record_state_call(answered=False, of_service=of_service)
                raise
            raise BudgetSpent(
                f"not answered before max_time of {self.target.limits.max_time:g} s was used up"
            ) from None
        self._silence.record_state_call(answered=True, of_service=of_service)
        if method != "GET":
            self.pace.wait_within_budget(self.target.limits.settle)
        return answer

    def stop(self) -> None:
        """Ask nothing any more, and end what is under way without a record: we and not the service ended it."""
        self.pace.stop()
        self._wire.abort()

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()


def _is_get_with_body(request: Request | None) -> bool:
    return request is not None and request.method == "GET" and request.body is not None


_UNREACHABLE_PREFIXES = ("refused", "unreachable", "TLS", NO_CONNECTION)
"""How the failures begin of calls that no connection came about for."""


def send_json(
    wire: Wire,
    method: str,
    url: str,
    body: Mapping[str, Any] | Sequence[Any] | None,
    token: str | None,
    timeout: float,
    total_timeout: float | None = None,
) -> Answer:
    """Send one JSON request with a bearer token; CannotTell where no answer came within `total_timeout` seconds.

    It is Unreachable where no connection came about.
    """
    headers = [("User-Agent", f"pacsimile/{own_version()}"), ("Accept", "application/json")]
    if token:
        headers.append(("Authorization", f"Bearer {token}"))
    if body is not None:
        headers.append(("Content-Type", "application/json"))
    content = None if body is None else json.dumps(body).encode()
    try:
        return wire.send(Request(method, url, tuple(headers), content), timeout, total_timeout=total_timeout)
    except WireError as error:
        kind = Unreachable if str(error).startswith(_UNREACHABLE_PREFIXES) else CannotTell
        raise kind(f"{url}: no answer ({error})") from None


def translation_of(target: Target) -> Translation | None:
    """Return what translates between the contract and the target's dialect; None where it spells as the contract."""
    given = target.dialect
    return None if given is None else Translation(given.dialect, target.base_url, target.oauth2_endpoint)


def context_of(target: Target) -> ssl.SSLContext | None:
    """Return the context of a target that uses TLS anywhere: the authorities take a while to be read."""
    urls = (target.base_url, target.oauth2_endpoint, target.jwks_url, target.states.url)
    return tls_context(target.tls) if any(url and url.startswith("https://") for url in urls) else None
