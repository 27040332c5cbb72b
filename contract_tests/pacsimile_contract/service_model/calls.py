"""Ordinary calls: the exchanges of which the model says what may be answered."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract import facts
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import BUSY, Exchange
from pacsimile_contract.target.model import STATE_CLIENT
from pacsimile_spec.operation_ids import API_OPERATIONS, TOKEN_OPERATIONS
from pacsimile_spec.report_types import REPORT_TYPES

HIDDEN = "$HIDDEN"
"""What stands in the place of a token in a stored run."""
"""How the names of clients begin that states of the run made."""

MOST_ENTRIES = 5000
"""Reports of a listing that each judge keeps facts of: a longer one shows that large result sets are complete."""

LONGEST_GROUP = 128
"""Characters of a study group's name."""
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""What stands for octets that are no UTF-8."""

_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_UID = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+")
_LIMIT = re.compile(r"[1-9][0-9]{0,3}|10000")
_WELL_FORMED: Mapping[str, re.Pattern[str]] = {
    "order_id": _ID,
    "study_uid": _UID,
    "report_type": re.compile("|".join(REPORT_TYPES)),
    "organizationId": re.compile(r"[A-Za-z0-9._-]{1,64}"),
    "limit": _LIMIT,
}
_SELECTORS: Mapping[str, tuple[frozenset[str], ...]] = {
    "getStatus": (frozenset({"order_id"}), frozenset({"study_uid"})),
    "getOrderIds": (frozenset({"study_uid"}),),
    "getResult": (frozenset({"order_id", "report_type"}), frozenset({"study_uid", "report_type"})),
    "getGroupReport": (frozenset({"study_group", "report_type"}),),
    "listReports": (frozenset({"organizationId"}), frozenset({"organizationId", "limit"})),
    "acknowledgeReports": (frozenset({"organizationId"}),),
}
_UNUSUAL_HEADERS = re.compile(r"(?i)x-http-method.*|x-method-override|cookie|range|if-.*|content-encoding|expect")


@dataclass(frozen=True, slots=True)
class Token:
    """An access token whose issue was seen. `scopes` is None where the answer did not name them."""

    client: str
    scopes: frozenset[str] | None
    lifetime: int | None
    issued: Exchange


@dataclass(frozen=True, slots=True)
class Call:
    """An ordinary, well-formed call that was answered.

    `client` is who asked, None where that is not known. `organization` is what the client belongs to, by its own name
    where no call shows it. `token` is None where its issue was not seen. `report_ids` are those that an acknowledgement
    names, None where it has no body.
    """

    exchange: Exchange
    parameters: Mapping[str, str]
    client: str
    organization: str
    token: Token | None = None
    report_ids: tuple[str, ...] | None = None
    credentials: str = ""
    """The token's text."""

    @property
    def operation(self) -> str:
        """The operationId."""
        return str(self.exchange.operation)

    @property
    def is_ours_alone(self) -> bool:
        """Whether nobody else works in its organization: a state of the run made it."""
        return self.client.startswith(STATE_CLIENT)


@dataclass
class Callers:
    """Who asks: the tokens of a run, and the organization of each client."""

    tokens: dict[str, Token] = field(default_factory=dict)
    organizations: dict[str, str] = field(default_factory=dict)


def issued_token(exchange: Exchange) -> tuple[str, Token] | None:
    """Return the text of the token that an answer gave to a known client, and the token; None where it gave none.

    A stored run has a mark in the place of the text, which begins with `$`: then no call shows whose token it carries.
    """
    if exchange.operation not in TOKEN_OPERATIONS or not exchange.succeeded or not exchange.request.client:
        return None
    answer = facts.token(exchange)
    if not answer.access_token or answer.access_token.startswith("$"):
        return None
    return answer.access_token, Token(exchange.request.client, answer.scopes, answer.expires_in, exchange)


def callers_of(exchanges: Iterable[Exchange]) -> Callers:
    """Read who got which token, and to which organization each client belongs: the one that it lists for most often."""
    callers, listed = Callers(), defaultdict[str, Counter[str]](Counter)
    for exchange in exchanges:
        issued = issued_token(exchange)
        if issued is not None:
            callers.tokens.setdefault(*issued)
        elif exchange.operation == "listReports" and exchange.status == 200:
            client, organization = _client(exchange, callers), exchange.given.get("organizationId")
            if client is not None and organization:  # a query of a spelling of its own names none that is known
                listed[client][organization] += 1
    callers.organizations = {client: counts.most_common(1)[0][0] for client, counts in listed.items()}
    return callers


def _client(exchange: Exchange, callers: Callers) -> str | None:
    """Return the client whose token a call carries; of a stored run, which holds no tokens, the client that asked."""
    sent = authorization.sent_by(exchange.request)
    if len(sent) != 1 or sent[0].scheme != "Bearer":
        return None
    token = callers.tokens.get(sent[0].credentials)
    if token is not None:
        return token.client
    return exchange.request.client if sent[0].credentials == HIDDEN else None


def ordinary_call(exchange: Exchange, callers: Callers) -> Call | None:
    """Read an ordinary call.

    Args:
        exchange: any exchange of the run.
        callers: who asks, read from the whole run.

    Returns:
        The call; None where the request is not well-formed or unusual, where it was put off or failed (429, 5xx), where
        nobody knows who asked, or where a stored run lacks the body.
    """
    parameters = _parameters(exchange) if _is_usual(exchange) else None
    client = _client(exchange, callers) if parameters is not None else None
    if parameters is None or client is None:
        return None
    known, report_ids = _report_ids(exchange)
    if not known:
        return None
    credentials = authorization.sent_by(exchange.request)[0].credentials
    organization = callers.organizations.get(client, client)
    return Call(exchange, parameters, client, organization, callers.tokens.get(credentials), report_ids, credentials)


def _is_usual(exchange: Exchange) -> bool:
    request, answer = exchange.request, exchange.answer
    method = "POST" if request.operation == "acknowledgeReports" else "GET"
    return (
        request.operation in API_OPERATIONS
        and request.method == method
        and not (request.cut or request.hostile or request.raw)
        and answer is not None
        and answer.status not in BUSY
        and answer.status < 500
        and answer.exceeded_bound is None
        and exchange.body_was_stored
        and not any(_UNUSUAL_HEADERS.fullmatch(name) for name, _ in request.headers)
    )


def _parameters(exchange: Exchange) -> Mapping[str, str] | None:
    """Return the query of a call as it was sent; None where it is not what the operation takes."""
    pairs = parse_qsl(urlsplit(exchange.request.url).query, keep_blank_values=True)
    parameters = dict(pairs)
    if len(parameters) != len(pairs) or frozenset(parameters) not in _SELECTORS[str(exchange.operation)]:
        return None
    if not all(_WELL_FORMED[name].fullmatch(value) for name, value in pairs if name != "study_group"):
        return None
    group = parameters.get("study_group", ".")
    if not (_is_group_name(group) and (" " not in group or "+" not in exchange.request.url)):
        return None
    return parameters if len(parameters.get("study_uid", "")) <= 64 else None


def _is_group_name(text: str) -> bool:
    """Whether a text can be the name of a study group, and is decoded alike by every reader of a query."""
    return 0 < len(text) <= LONGEST_GROUP and text.isprintable() and UNREADABLE not in text


def _report_ids(exchange: Exchange) -> tuple[bool, tuple[str, ...] | None]:
    """Return whether the body of a call is well-formed, and the reports that it names."""
    content = exchange.request.body
    if not content:
        return True, None
    try:
        body = json.loads(content)
    except ValueError:
        return False, None
    named = body.get("report_ids") if isinstance(body, dict) and len(body) == 1 else None
    kind = (exchange.request.header("Content-Type") or "").partition(";")[0].strip().lower()
    if kind != "application/json" or not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        return False, None
    return len(named) <= 10_000, tuple(named)
