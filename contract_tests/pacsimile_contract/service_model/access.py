"""What is known of tokens: what each opens, and until when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.calls import Call, Token, issued_token
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.server_clock import date_follows_clock
from pacsimile_spec.scopes import INGEST_WRITE, REPORTS_ACK, REPORTS_READ, STATUS_READ

SCOPES = {
    "getStatus": STATUS_READ, "getOrderIds": STATUS_READ, "getResult": REPORTS_READ, "getGroupReport": REPORTS_READ,
    "listReports": REPORTS_READ, "acknowledgeReports": REPORTS_ACK,
}  # fmt: skip
"""By operation, the scope that opens it."""
LEEWAY, UNCERTAINTY = 300.0, 10.0
"""Seconds for which an expired token may still be accepted (AUTH-11), and by which `Date` may be off."""
FEW_TOKENS = 50
"""Tokens that a client may hold at once, each of which lives until it expires: a service may end older ones."""


class Access:
    """Judges what tokens open: by the answer that gave a token, and by what it opened before and later."""

    def __init__(self, comparisons: Comparisons, exchanges: Sequence[Exchange]) -> None:
        self._comparisons = comparisons
        self._refused: dict[int, list[Exchange]] = defaultdict(list)
        """By the exchange that issued it, where a token was refused."""
        self._opened_first: dict[int, Exchange] = {}
        """Likewise, the first call that a token opened."""
        self._issues = _issues(exchanges)
        self._date_follows_clock = date_follows_clock(exchanges)
        self._own: dict[str, list[Exchange]] = defaultdict(list)
        for issues in self._issues.values():
            for issue in issues:
                self._own[str(issue.exchange.request.client)].append(issue.exchange)
            self._compare_issues(issues)

    def _compare_issues(self, issues: "Sequence[_Issue]") -> None:
        """Compare the answers that gave one token: a token has one set of scopes."""
        first, *others = issues
        for other in others if first.exchange.dialect is None else ():
            if None not in (first.scopes, other.scopes) and first.scopes != other.scopes:
                self._comparisons.contradict(
                    "AUTH-6", first.exchange, other.exchange, expected="a token of the scopes that are granted:",
                    expected_value=_words(other.scopes), got="the token that was given before, of",
                    got_value=_words(first.scopes),
                )  # fmt: skip
                return

    def take(self, call: Call) -> None:
        """Judge whether the token of a call had to open its operation."""
        token = call.token
        if token is None or not self._comparisons.came_before(token.issued, call.exchange):
            return
        if call.exchange.succeeded:
            self._judge_acceptance(call, token)
        elif call.exchange.status == 401:
            if self._has_expired(call, token):
                self._comparisons.note("AUTH-11", call.exchange)
            else:
                self._judge_rejection(call, token)
            self._refused[token.issued.number].append(call.exchange)
        self._judge_scope(call, token)

    def _judge_acceptance(self, call: Call, token: Token) -> None:
        exchange, issued = call.exchange, token.issued
        if self._opened_first.setdefault(issued.number, exchange) is not exchange:
            self._comparisons.note("AUTH-17", exchange)  # however soon: the pace of a run decides no part of its report
        refused = next(
            (earlier for earlier in self._refused[issued.number] if self._comparisons.came_before(earlier, exchange)),
            None,
        )
        if refused is not None:
            requirement = "AUTH-11" if self._has_expired(call, token, refused) else "AUTH-17"
            self._comparisons.contradict(
                requirement, issued, refused, exchange, expected="a token that is refused no more than once expired",
                got="it was refused, and opens an operation later",
            )  # fmt: skip
        if self._has_expired(call, token):
            self._comparisons.contradict(
                "AUTH-11", issued, exchange, expected=f"401: the token was issued for {token.lifetime} s before",
                got=str(exchange.status),
            )  # fmt: skip

    def _judge_rejection(self, call: Call, token: Token) -> None:
        """Judge the refusal of a token that opened something before, and has not expired."""
        exchange, issued = call.exchange, token.issued
        first = self._opened_first.get(issued.number)
        if first is None or not self._comparisons.came_before(first, exchange) or not call.is_ours_alone:
            return
        if not self._date_follows_clock:
            return
        ends = [issue.promised_end for issue in self._issues_of(call) if issue.exchange.ended <= exchange.started]
        own = self._own[token.client]
        newer = sum(issued.ended <= other.ended <= exchange.ended for other in own)
        known = [end for end in ends if end is not None]
        if len(known) < len(ends) or exchange.date is None or newer > FEW_TOKENS:
            return
        if exchange.date >= min(known, default=exchange.date) - UNCERTAINTY:
            return
        if "invalid_token" in "".join(exchange.headers("WWW-Authenticate")):
            self._comparisons.contradict(
                "AUTH-17", issued, first, exchange, expected="a token that opens what it opened until it expires",
                got="401, invalid_token", is_tentative=True,
            )  # fmt: skip

    def _judge_scope(self, call: Call, token: Token) -> None:
        """Compare what a token opens with the scopes that its answer granted."""
        if token.scopes is None or call.exchange.dialect is not None:
            return
        wanted, exchange = SCOPES[call.operation], call.exchange
        if wanted not in token.scopes:
            requirement = "AUTH-16" if token.scopes == {INGEST_WRITE} else "AUTH-14"
            if exchange.succeeded:
                self._comparisons.contradict(
                    requirement, token.issued, exchange, expected=f"403: the token has no scope {wanted}, but",
                    expected_value=" ".join(sorted(token.scopes)), got=str(exchange.status),
                )  # fmt: skip
            elif exchange.status == 403:
                self._comparisons.note(requirement, exchange)
        elif exchange.status == 403 and "insufficient_scope" in "".join(exchange.headers("WWW-Authenticate")):
            self._comparisons.contradict(
                "AUTH-14", token.issued, exchange, expected=f"no refusal for its scope: the token has {wanted}",
                got="403, insufficient_scope",
            )  # fmt: skip

    def _issues_of(self, call: Call) -> "list[_Issue]":
        return self._issues.get(call.credentials, [])

    def _has_expired(self, call: Call, token: Token, at: Exchange | None = None) -> bool:
        """Tell whether the server's own clock shows that a token expired, by more than the leeway that there may be."""
        exchange = at or call.exchange
        issues = self._issues_of(call) or [_Issue(token.issued, token.scopes, token.lifetime)]
        ends = [issue.last_end for issue in issues]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends) or exchange.date is None:
            return False
        return exchange.date - max(known) > LEEWAY + UNCERTAINTY


def _issues(exchanges: Sequence[Exchange]) -> "dict[str, list[_Issue]]":
    """Return by the token's text the answers that gave it: a service may give a token again as long as it lives."""
    issues: dict[str, list[_Issue]] = defaultdict(list)
    for exchange in exchanges:
        issued = issued_token(exchange)
        if issued is not None:
            text, token = issued
            issues[text].append(_Issue(exchange, token.scopes, token.lifetime))
    return issues


@dataclass(frozen=True, slots=True)
class _Issue:
    """An answer that gave a token: the scopes that it granted, and for how many seconds."""

    exchange: Exchange
    scopes: frozenset[str] | None
    lifetime: int | None

    @property
    def _expiry(self) -> float | None:
        """`exp` of a JWT, in seconds since the epoch (RFC 7519 section 4.1.4)."""
        expiry = ((self.exchange.jwt or {}).get("claims") or {}).get("exp")
        return float(expiry) if isinstance(expiry, int | float) and not isinstance(expiry, bool) else None

    @property
    def last_end(self) -> float | None:
        """When the token has ended, in seconds of the server's clock: `exp` decides; None where nothing tells."""
        if self._expiry is not None:
            return self._expiry
        date = self.exchange.date
        return None if date is None or self.lifetime is None else date + self.lifetime

    @property
    def promised_end(self) -> float | None:
        """Until when the token has to be good by all that was answered of it, likewise."""
        date = self.exchange.date
        if date is None or self.lifetime is None:
            return self._expiry
        return min(date + self.lifetime, self._expiry or date + self.lifetime)


def _words(scopes: frozenset[str] | None) -> str:
    return " ".join(sorted(scopes or ())) or "none"
