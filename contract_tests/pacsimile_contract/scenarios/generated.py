"""Generated input: what Hypothesis and Schemathesis draw, on the GET operations and the token endpoint."""

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from pacsimile_contract import facts
from pacsimile_contract.checkers.generated import SMALLEST, judges
from pacsimile_contract.client.requests import basic, query_of
from pacsimile_contract.dialects.vocabulary import API_SCOPES
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.scope_checks import LACKS_READING, may_read
from pacsimile_contract.session.shared_states import an_order, nobodys_group
from pacsimile_spec.scopes import SCOPES

if TYPE_CHECKING:
    from pacsimile_contract.generation.hunter import Hunter
    from pacsimile_contract.generation.queries import Identifiers

DRAWN = {"standard": 0.5, "full": 9}
"""Factors of the numbers that are drawn of each kind. A correct service takes less than half of `spends`."""

TOKENS = {"standard": 1, "full": 24}
TOKEN_REQUESTS = {"standard": 3, "full": 42}
UNKNOWN_CLIENTS = 6


def ask_again(session: Session) -> None:
    """Repeat only the requests that broke a promise when the scenario was played before."""
    assert session.first is not None
    for step in [step for step in session.first.steps if step.label.endswith(f"/{SMALLEST}")]:
        session.note(step.label, session.first.given(step.label))
        request = _with_a_good_token(session, step.exchange.request)
        exchange = session.send_unlabelled(request)
        if exchange.answer is None:
            exchange = session.send_unlabelled(request)
        session.story.add(step.label, exchange)


def _with_a_good_token(session: Session, request: Request) -> Request:
    """Return a call of the hunt for queries with a current token: its own may have expired."""
    if session.story.scenario.rpartition(".")[2] != "queries":
        return request
    good = ("Authorization", f"Bearer {session.token()}")
    return replace(
        request, headers=tuple(good if name == "Authorization" else (name, value) for name, value in request.headers)
    )


def _hunter(session: Session) -> tuple["Hunter", Exchange]:
    """Return a hunter with a token that was never used before, and the answer that issued it."""
    from pacsimile_contract.generation.hunter import Hunter

    client = session.primary
    given = session.ask_token("token", authorization=basic(client.client_id, client.client_secret), client=client)
    session.require(facts.gives_token(given), "AUTH-1")
    answer = facts.token(given)
    is_all = answer.scopes is None or answer.scopes.issuperset(
        API_SCOPES
    )  # the default set may be less than it may have
    token = str(answer.access_token) if is_all else session.token(client, fresh=True)
    return Hunter(session, client, token, (answer.expires_in or 3600) / 2), given


@scenario(
    *judges("STATUS", "ORDERID", "RESULTS", "GROUP", "BATCH", "SEC", "PROTO"), needs=("order_in_status", "study_group"),
    blocked_by=("AUTH-1", "STATUS-1"), spends={"standard": 80, "full": 600},
)  # fmt: skip
def queries(session: Session) -> None:
    """Draw valid and faulty queries of the GET operations, by our own strategies and from the description."""
    from pacsimile_contract.generation import queries
    from pacsimile_contract.generation.hunter import Hunter
    from pacsimile_contract.generation.schema_queries import schema_queries

    if session.first is not None:
        return ask_again(session)
    hunter, times = Hunter(session, session.primary), DRAWN[session.level]
    known = _known(session)
    spoilt = {  # what is also written down in other scenarios
        queries.malformed_uids: 2, queries.wrong_selectors: 2, queries.malformed_identifiers: 2,
        queries.unknown_parameters: 1, queries.unknown_identifiers: 2, queries.near_misses: 2,
    }  # fmt: skip
    limits = (queries.malformed_limits, queries.valid_limits) if known.lists else ()  # `queue_limits` has them too
    kinds = {
        **{draw: spoilt[draw] for draw in session.in_turn(spoilt, 6)},
        queries.valid_uids: 2, queries.well_formed: 2, schema_queries: 2,
        **({queries.unknown_types: 1} if known.reads else {}),
        **dict.fromkeys(session.in_turn(limits, 2), 1),
    }  # fmt: skip
    more = {queries.near_misses: 20}  # at level full each identifier is spoilt in each way
    hunter.hunt_all(
        (draw(known), ceil(number * (more.get(draw, times) if times > 1 else times))) for draw, number in kinds.items()
    )
    if not known.reads:
        session.lack(LACKS_READING)
    return None


def _known(session: Session) -> "Identifiers":
    from pacsimile_contract.generation.queries import Identifiers

    order, group, orders = an_order(session), nobodys_group(session), tuple[str, ...]()
    try:
        completed_group = session.state("study_group", statuses=["COMPLETED"])
        group, orders = str(completed_group["study_group"]), tuple(map(str, completed_group["order_ids"]))
    except NotExercised:
        pass  # an unknown group serves most kinds as well
    home, target = session.home, session.target
    reads = may_read(session) and not target.absent.issuperset(("getResult", "getGroupReport"))
    return Identifiers(
        str(order["order_id"]), str(order["study_uid"]), group, home.organization_id, orders,
        hostile=target.hostile_input, lists=reads and (home.owned or target.listing_allowed),
        reads=reads, absent=target.absent, dialect=session.dialect,
        report_types=tuple(dict.fromkeys((*session.order_types, *session.group_types))),
    )  # fmt: skip


@scenario(
    *judges("AUTH-12", "AUTH-13", "PROTO"), needs=("order_in_status",), blocked_by=("AUTH-1", "STATUS-1"),
    spends={"standard": 14, "full": 150},
)  # fmt: skip
def tokens(session: Session) -> None:
    """Draw alterations of a valid token, and schemes before it."""
    from pacsimile_contract.generation.credentials import TokenCall, altered_tokens, schemes

    if session.first is not None:
        return ask_again(session)
    (hunter, given), number = _hunter(session), TOKENS[session.level]
    query = query_of({"order_id": an_order(session)["order_id"]})
    token_call = TokenCall(hunter.token, given.jwt is not None, query, session.target.hostile_input)
    hunts = [(schemes(token_call), number)]
    if session.target.forged_tokens:
        hunts.append((altered_tokens(token_call), number))
    hunter.hunt_all(hunts)
    return None


@scenario(
    *judges("AUTH-1", "AUTH-2", "AUTH-4", "AUTH-5", "AUTH-6", "PROTO"), blocked_by=("AUTH-1",),
    spends={"standard": 25, "full": 150},
)  # fmt: skip
def token_requests(session: Session) -> None:
    """Draw token requests with valid credentials, and with those of unknown clients."""
    from pacsimile_contract.generation.credentials import Requester, token_requests
    from pacsimile_contract.generation.hunter import Hunter

    if session.first is not None:
        return ask_again(session)
    given, hunter = session.first_token or _hunter(session)[1], Hunter(session, session.primary)
    client, rate, number = session.primary, session.target.limits.token_rate, TOKEN_REQUESTS[session.level]
    if rate:  # a minute's worth, where the operator lets us ask slowly
        number = min(number, max(int(60 * rate), 2))
    unknown_clients = [session.lookalike(client.client_id) for _ in range(UNKNOWN_CLIENTS)]
    requester = Requester(
        client,
        sorted(
            scope for scope in facts.token(given).scopes or () if scope in SCOPES
        ),  # a vendor's own cannot be asked for
        unknown_clients,
        session.target.hostile_input,
        dialect=session.dialect,
    )
    hunter.hunt_all([(token_requests(requester), number)])
    return None
