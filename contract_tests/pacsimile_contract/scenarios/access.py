"""Calls without a token, with an invented one, and with a valid one in the wrong place."""

import string
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pacsimile_contract.checkers import access as checks
from pacsimile_contract.checkers.check_order import refuses_the_caller_first, refuses_the_token
from pacsimile_contract.client.requests import FORM, basic
from pacsimile_contract.crossing.table import ELSEWHERE
from pacsimile_contract.crossing.table import NO_TOKEN as WITHOUT
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.facts.jwt import base64url
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.crossed_calls import CrossedCalls
from pacsimile_contract.session.delivery import FRESH, ORDINARY
from pacsimile_contract.session.sample_calls import Sample, SampleCalls
from pacsimile_contract.session.second_faults import (
    EXISTENCE,
    ask_with_second_fault,
    fault_of_cell,
    fault_of_other_call,
)
from pacsimile_spec.scopes import REPORTS_ACK

Thing = TypeVar("Thing")

STATES = ("order_in_status", "study_group")


@scenario(
    checks.needs_a_token, checks.names_bearer, checks.refuses_invented_tokens, refuses_the_caller_first,
    level="smoke", needs=STATES,
)  # fmt: skip
def without_a_token(session: Session) -> None:
    """Call operations without a token, on a new connection, and one with an invented token.

    At level standard two operations are called without a token, for what nobody has: `without_the_header` calls each,
    and `forgeries` have invented tokens. One is called with the credentials of a client that a state made, by HTTP
    Basic: they are for the token endpoint.
    """
    samples = SampleCalls(session)
    for sample in samples:
        if session.level != "standard":
            samples.call(sample, f"cold/{sample.operation}", token=NO_TOKEN, delivery=FRESH)
        elif sample.operation in ASKED_FOR_UNKNOWN_AT_STANDARD:
            _for_what_nobody_has(session, samples, sample)
    if session.level != "standard" or not session.target.forged_tokens:
        samples.call(samples.of("getStatus"), "invented/getStatus", token=invented_tokens(session)[0])
    client = session.primary
    if session.level != "smoke" and client.owned and session.dialect is None:
        every = list(samples)
        headers = (("Authorization", basic(client.client_id, client.client_secret)),)
        for sample in every if session.level == "full" else [session.draw.choice(every)]:
            samples.call(sample, f"credentials/{sample.operation}", token=NO_TOKEN, headers=headers)
    samples.finish()


def _for_what_nobody_has(session: Session, samples: SampleCalls, sample: Sample) -> None:
    step, way, refused = f"cold-unknown/{sample.operation}", FRESH, refuses_the_token
    if not ask_with_second_fault(session, samples, sample, step, EXISTENCE, refused, token=NO_TOKEN, delivery=way):
        samples.call(sample, step, token=NO_TOKEN, delivery=way)


def invented_tokens(session: Session) -> list[str]:
    """Return invented tokens: random text, the shape of a JWT, and a real one with other characters."""
    text = "".join(session.draw.choices(string.ascii_letters + string.digits, k=43))
    header = base64url(b'{"alg":"ES256","typ":"at+jwt"}')
    shaped = f"{header}.{base64url(b'{}')}.{base64url(session.draw.randbytes(64))}"
    return [text, shaped, session.lookalike(session.token())]


@scenario(checks.needs_a_token, checks.takes_no_token_elsewhere, refuses_the_caller_first, needs=STATES)
def without_the_header(session: Session) -> None:
    """Call each operation without the header, and with a good token in the query, in cookies and in other headers.

    Some calls have the token in no query, and a second fault. 401 says two things: a token is needed, and none counts
    there. After any other answer the same is asked without any token, and with the token in one kind of place alone: it
    may be the query that is refused.
    """
    samples, token = CrossedCalls(session), session.token()
    places = session.draw.sample(OTHER_PLACES, len(OTHER_PLACES))
    outside = [(kind, name) for kind, name in places if kind != "query"]
    for number, cell in enumerate(samples.cells_of(ELSEWHERE)):
        without = cell._replace(property=WITHOUT)
        if cell.use == "first" and samples.turn(cell) % BESIDE_ONE_IN == 1:
            fault, (_, headers) = fault_of_cell(cell, 0), _in_places(outside, number, token)
            if samples.ask_with_second_fault(
                cell, "everywhere", fault, refuses_the_token, token=NO_TOKEN, headers=headers
            ):
                samples.count(without)
                continue
        names, headers = _in_places(places, number, token)
        in_query = dict.fromkeys(names, token)
        delivery = FRESH if cell.use == "first" else ORDINARY
        asked = samples.ask(cell, "everywhere", token=NO_TOKEN, extra=in_query, headers=headers, delivery=delivery)
        if asked is not None and asked.status == 401:
            samples.count(without)
        elif asked is not None:
            samples.ask(without, "warm", token=NO_TOKEN, delivery=delivery)
            samples.ask(cell, "in-other-header", token=NO_TOKEN, headers=headers, delivery=delivery)
            if asked.succeeded:
                samples.ask(cell, "in-query", token=NO_TOKEN, extra=in_query, delivery=delivery)
    samples.finish()


@scenario(
    checks.takes_the_header_alone,
    refuses_the_caller_first,
    needs=(*STATES, "client_with_scopes"),
    blocked_by=("AUTH-9", "AUTH-12"),
)
def elsewhere(session: Session) -> None:
    """Send a token in a form body, in a second header and behind other schemes; and in the header, by bearer.

    The second header comes after an invented token, below level full on one operation in turn, and after Basic.
    """
    samples, token = SampleCalls(session), session.token()
    with samples.skipping():
        _in_a_form(session, "in-form-body", token)
    every = session.draw.sample(list(samples), len(list(samples)))
    for sample in every if session.level == "full" else every[:1]:
        headers = tuple(("Authorization", f"Bearer {text}") for text in (invented_tokens(session)[0], token))
        samples.call(sample, f"second-header/invented/{sample.operation}", token=NO_TOKEN, headers=headers)
    _two_headers(session, samples, token)
    for scheme in _drawn(session, ["bearer", "BEARER"]):
        other_case = (("authorization", f"{scheme} {token}"),)
        samples.call(samples.of("getStatus"), f"scheme-case/{scheme}", token=NO_TOKEN, headers=other_case)
    as_basic = [f"Basic {b64encode(pair.encode()).decode()}" for pair in (f"x-token:{token}", f"{token}:")]
    authorizations = [
        *(form.format(token) for form in AUTHORIZATIONS[:SENT_ALWAYS]),
        *session.in_turn(as_basic, len(as_basic)),
        *_drawn(session, [form.format(token) for form in AUTHORIZATIONS[SENT_ALWAYS:]]),
    ]
    _behind_other_schemes(session, samples, every, authorizations)
    samples.finish()


def _behind_other_schemes(
    session: Session, samples: SampleCalls, every: Sequence[Sample], authorizations: Sequence[str]
) -> None:
    """Send a token behind other schemes, in turn to each operation: for what nobody has, and then, if need be, rightly.

    `getResult` is first: for a type that it never has, with the form that begins as a bearer token does. `getStatus` is
    last: `check_order` asks it without a token for what nobody has.
    """
    in_turn = sorted(every, key=lambda sample: (sample.operation != "getResult", sample.operation == "getStatus"))
    for number, authorization in enumerate(authorizations):
        sample, headers = in_turn[number % len(in_turn)], (("Authorization", authorization),)
        label, fault = f"another-scheme/{sample.operation}/{number}", fault_of_other_call(sample.operation, 0)
        if not ask_with_second_fault(
            session, samples, sample, label, fault, refuses_the_token, token=NO_TOKEN, headers=headers
        ):
            samples.call(sample, label, token=NO_TOKEN, headers=headers)


def _drawn(session: Session, ways: Sequence[Thing]) -> Sequence[Thing]:
    """Return one of several ways, by the seed; at level full all."""
    return ways if session.level == "full" else session.draw.sample(ways, 1)


def _in_places(places: Sequence[tuple[str, str]], number: int, token: str) -> tuple[list[str], Headers]:
    """Return parameters and headers for a token: `access_token`, and as many other places as there is room for.

    Args:
        places: kinds and names, as in OTHER_PLACES. From call to call they take turns.
        number: how many calls came before, from 0.
        token: the token that goes to each place.
    """
    most = min(max(2, MOST_OF_TOKENS // (len(token) + LONGEST_NAME)), len(places)) - 1
    chosen = [places[(number * most + place) % len(places)] for place in range(most)]
    cookies = "; ".join(f"{name}={token}" for kind, name in chosen if kind == "cookie")
    headers = tuple((name, OTHER_HEADERS[name].format(token)) for kind, name in chosen if kind == "header")
    names = [name for kind, name in chosen if kind == "query"]
    return [IN_QUERY[0], *names], (*headers, *((("Cookie", cookies),) if cookies else ()))


def _in_a_form(session: Session, label: str, token: str) -> None:
    """POST /reports in an organization of this run, with the token in the form body (RFC 6750 section 2.2)."""
    body, home = f"access_token={token}&token={token}".encode(), session.home.organization_id
    session.call("acknowledgeReports", label, token=NO_TOKEN, headers=FORM, body=body, organizationId=home)


def _two_headers(session: Session, samples: SampleCalls, token: str) -> None:
    """Send a valid token after Basic, as a gateway adds it; twice; and after one of too little scope."""
    behind_basic = (("Authorization", "Basic cGFjc2ltaWxlOm5v"), ("Authorization", f"Bearer {token}"))
    samples.call(samples.of("getStatus"), "second-header/basic", token=NO_TOKEN, headers=behind_basic)
    twice = (("Authorization", f"Bearer {token}"),) * 2
    samples.call(samples.of("getStatus"), "two-headers", token=NO_TOKEN, headers=twice)
    try:
        if not (others := session.scopes_without(REPORTS_ACK)):
            return
        limited = session.state("client_with_scopes", scopes=others)
        narrow = session.token(limited.client)
    except NotExercised:
        return
    headers = (("Authorization", f"Bearer {narrow}"), ("Authorization", f"Bearer {token}"))
    samples.call(samples.of("acknowledgeReports"), "second-header/narrow", token=NO_TOKEN, headers=headers)


IN_QUERY = (
    "access_token", "token", "jwt", "bearer_token", "auth", "authorization", "api_key", "key", "id_token", "sig",
)  # fmt: skip
"""Parameters in which links carry a token. The first is in each call."""
LONGEST_NAME = 30
"""Characters that a place takes besides the token."""
COOKIES = ("access_token", "token", "jwt", "session", "Authorization", "auth", "id_token", "bearer")
"""Names of cookies in which user interfaces keep a token."""
OTHER_HEADERS: Mapping[str, str] = {
    "X-Access-Token": "{}", "X-Auth-Token": "{}", "X-Authorization": "Bearer {}", "Proxy-Authorization": "Bearer {}",
    "X-Forwarded-Access-Token": "{}", "X-Forwarded-Authorization": "Bearer {}", "X-Api-Key": "{}",
    "Authentication": "Bearer {}", "Access-Token": "{}", "Token": "{}", "X-Original-Authorization": "Bearer {}",
    "X-Amzn-Oidc-Accesstoken": "{}", "X-Id-Token": "{}", "X-Session-Token": "{}", "X-JWT-Assertion": "{}",
}  # fmt: skip
"""Headers, each with its form, in which gateways, frameworks and other services carry a token."""
OTHER_PLACES = (
    *(("query", name) for name in IN_QUERY[1:]), *(("cookie", name) for name in COOKIES),
    *(("header", name) for name in OTHER_HEADERS),
)  # fmt: skip
"""Kinds and names of the places beside `access_token` where a token must not count."""
ASKED_FOR_UNKNOWN_AT_STANDARD = ("getOrderIds", "getGroupReport")
"""Operations whose calls in `without_the_header` repeat right ones, and have no second fault."""
BESIDE_ONE_IN = 3
"""One in so many calls of an operation without the header has a second fault, from the second call on."""
JOINED = "Bearer pacsimile-invented, Bearer {}"
"""Two Authorization headers as gateways join them into one. The first of them opens nothing."""
AUTHORIZATIONS = (JOINED, "{}", "Token {}", "JWT {}", "Bearer:{}", "Bearer token={}", "OAuth {}")
"""Values of Authorization with a token alone, or behind another scheme. Basic is added, with it as user or password."""
SENT_ALWAYS = 3
"""How many of them, from the first on, go in each run; of the others one is drawn."""
MOST_OF_TOKENS = 5000
"""Characters that tokens may take in the head of one request, which stays below 8 KiB with the rest."""
