"""What is known of tokens and organizations: what each token opens, until when, and whose each order is."""

from collections import defaultdict

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.instants import Instant
from pacsimile_contract.service_model.calls import Call, Callers, Token
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_spec.scopes import INGEST_WRITE, REPORTS_ACK, REPORTS_READ, STATUS_READ

SCOPES = {
    "getStatus": STATUS_READ, "getOrderIds": STATUS_READ, "getResult": REPORTS_READ, "getGroupReport": REPORTS_READ,
    "listReports": REPORTS_READ, "acknowledgeReports": REPORTS_ACK,
}  # fmt: skip
"""By operation, the scope that opens it."""
LEEWAY, UNCERTAINTY = 300.0, 10.0
"""Seconds for which an expired token may still be accepted (AUTH-11), and by which `Date` may be off."""


class Access:
    """What tokens open. Everything is judged by the token's own answer and by what it opened before and later."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons
        self._refused: dict[int, list[Exchange]] = defaultdict(list)
        """By the exchange that issued it, where a token was refused."""

    def take(self, call: Call) -> None:
        """Judge whether the token had to open the operation."""
        token = call.token
        if token is None or not self._comparisons.came_before(token.issued, call.exchange):
            return
        if call.exchange.succeeded:
            self._opened(call, token)
            if (
                self._comparisons.came_before(token.issued, call.exchange)
                and call.exchange.started - token.issued.ended >= 1
            ):
                self._comparisons.note("AUTH-17", call.exchange)
        elif call.exchange.status == 401:
            self._refused[token.issued.number].append(call.exchange)
            if _is_past(call.exchange, token):
                self._comparisons.note("AUTH-11", call.exchange)
        self._scope(call, token)

    def _opened(self, call: Call, token: Token) -> None:
        exchange, issued = call.exchange, token.issued
        refused = next(
            (one for one in self._refused[issued.number] if self._comparisons.came_before(one, exchange)), None
        )
        if refused is not None:
            requirement = "AUTH-11" if _is_past(refused, token) else "AUTH-17"
            self._comparisons.contradict(
                requirement, issued, refused, exchange, expected="a token that is refused no more than once expired",
                got="it was refused, and opens an operation later",
            )  # fmt: skip
        if _is_past(exchange, token):
            self._comparisons.contradict(
                "AUTH-11", issued, exchange, expected=f"401: the token was issued for {token.lifetime} s before",
                got=str(exchange.status),
            )  # fmt: skip

    def _scope(self, call: Call, token: Token) -> None:
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


def _is_past(exchange: Exchange, token: Token) -> bool:
    """Tell whether the server's own clock shows that a token expired, by more than the leeway that there may be."""
    if token.lifetime is None or exchange.date is None or token.issued.date is None:
        return False
    return exchange.date - token.issued.date > token.lifetime + LEEWAY + UNCERTAINTY


class Organizations:
    """Whose each order and report is: what one organization's clients see, no other's ever do."""

    def __init__(self, comparisons: Comparisons, callers: Callers) -> None:
        self._comparisons = comparisons
        self._own = frozenset(callers.organizations.values())
        self._owners: dict[tuple[str, str, str], tuple[str, Exchange]] = {}
        """By order, study and creation, which organization saw it first."""
        self._by_name: dict[str, str] = {}
        """By order or study, likewise."""

    def take(self, call: Call) -> None:
        """Compare a call with what other organizations saw."""
        if call.client == call.organization:  # nothing shows what it belongs to
            return
        exchange = call.exchange
        if call.operation in ("listReports", "acknowledgeReports"):
            self._take_organization(call)
        if call.operation == "getStatus" and exchange.status == 200:
            status = facts.order_status(exchange)
            if status.order_id and status.study_uid and isinstance(status.created_at, Instant):
                self._take_order(call, (status.order_id, status.study_uid, str(status.created_at)))
        elif call.operation == "getStatus" and exchange.status == 404:
            self._take_unknown(call)

    def _take_organization(self, call: Call) -> None:
        named = call.parameters["organizationId"]
        if named == call.organization or named not in self._own:
            return
        if call.exchange.succeeded:
            self._comparisons.contradict(
                "SEC-2",
                call.exchange,
                expected="403 for the organization of other clients",
                got=str(call.exchange.status),
            )
        else:
            self._comparisons.note("SEC-2", call.exchange)

    def _take_unknown(self, call: Call) -> None:
        for name, requirement in (("order_id", "SEC-1"), ("study_uid", "SEC-3")):
            owner = self._by_name.get(call.parameters.get(name, ""))
            if owner is not None and owner != call.organization:
                self._comparisons.note(requirement, call.exchange)

    def _take_order(self, call: Call, order: tuple[str, str, str]) -> None:
        owner = self._owners.setdefault(order, (call.organization, call.exchange))
        self._by_name.setdefault(order[0], call.organization)
        if (
            "study_uid" in call.parameters
            and self._by_name.setdefault(order[1], call.organization) != call.organization
        ):
            self._comparisons.note("SEC-3", call.exchange)
        requirement = "SEC-3" if "study_uid" in call.parameters else "SEC-1"
        if owner[0] != call.organization:
            self._comparisons.contradict(
                requirement, owner[1], call.exchange, expected="404: the order belongs to another organization,",
                expected_value=owner[0], got="200 to a client of", got_value=call.organization,
            )  # fmt: skip
