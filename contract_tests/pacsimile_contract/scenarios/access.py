"""Calls without a token, with an invented one, and with a valid one in the wrong place."""

import string
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pacsimile_contract.checkers import access as checks
from pacsimile_contract.client.requests import FORM, basic
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.facts.jwt import base64url
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.crossed_calls import CrossedCalls
from pacsimile_contract.session.delivery import FRESH, ORDINARY
from pacsimile_contract.session.sample_calls import SampleCalls
from pacsimile_spec.scopes import REPORTS_ACK

Thing = TypeVar("Thing")

STATES = ("order_in_status", "study_group")


@scenario(checks.needs_a_token, checks.names_bearer, checks.refuses_invented_tokens, level="smoke", needs=STATES)
def without_a_token(session: Session) -> None:
    """Call each operation without a token, on a new connection and after a good call, and with an invented token.

    One is called with the credentials of a client that a state made, by HTTP Basic: they are for the token endpoint.
    """
    samples = CrossedCalls(session)
    if session.level == "smoke":
        for sample in samples:
            samples.call(sample, f"cold/{sample.operation}", token=NO_TOKEN, delivery=FRESH)
    samples.call(samples.of("getStatus"), "invented/getStatus", token=invented_tokens(session)[0])
    if session.level != "smoke":
        samples.call(samples.of("getStatus"), "good")
    for cell in samples.cells_of("no-token"):
        label, delivery = ("cold", FRESH) if cell.use == "first" else ("warm", ORDINARY)
        samples.ask(cell, label, token=NO_TOKEN, delivery=delivery)
    client = session.primary
    if session.level != "smoke" and client.owned and session.dialect is None:
        every = list(samples)
        headers = (("Authorization", basic(client.client_id, client.client_secret)),)
        for sample in every if session.level == "full" else [session.draw.choice(every)]:
            samples.call(sample, f"credentials/{sample.operation}", token=NO_TOKEN, headers=headers)
    samples.finish()


def invented_tokens(session: Session) -> list[str]:
    """Return invented tokens: random text, the shape of a JWT, and a real one with other characters."""
    text = "".join(session.draw.choices(string.ascii_letters + string.digits, k=43))
    header = base64url(b'{"alg":"ES256","typ":"at+jwt"}')
    shaped = f"{header}.{base64url(b'{}')}.{base64url(session.draw.randbytes(64))}"
    return [text, shaped, session.lookalike(session.token())]


@scenario(
    checks.takes_the_header_alone,
    needs=(*STATES, "fresh_organization", "client_with_scopes"),
    blocked_by=("AUTH-9", "AUTH-12"),
)
def elsewhere(session: Session) -> None:
    """Send a token in the query, in a form body and in a second header; and in the header, as `bearer` and `BEARER`.

    Calls with it in the query and in a second header take turns, with a new token and with one that was just used.
    """
    samples = CrossedCalls(session)
    new, used = session.token(fresh=True), session.token()
    samples.call(samples.of("getStatus"), "good", token=used)
    for place, cell in enumerate(samples.cells_of("elsewhere")):
        token = (new, used)[place % 2]
        if samples.turn(cell) % 2 == 0:
            names = _names_in_query(session, len(token))
            samples.ask(cell, f"in-query/{place}", token=NO_TOKEN, extra=dict.fromkeys(names, token))
        else:
            headers = tuple(("Authorization", f"Bearer {one}") for one in (invented_tokens(session)[0], token))
            samples.ask(cell, f"second-header/invented/{place}", token=NO_TOKEN, headers=headers)
    for name, token in _drawn(session, [("new", new), ("used", used)]):
        with samples.skipping():
            _in_a_form(session, f"in-form-body/{name}", token)
    _two_headers(session, samples, new, used)
    for scheme in _drawn(session, ["bearer", "BEARER"]):
        authorization = (("authorization", f"{scheme} {used}"),)
        samples.call(samples.of("getStatus"), f"scheme-case/{scheme}", token=NO_TOKEN, headers=authorization)
    samples.finish()


def _drawn(session: Session, ways: Sequence[Thing]) -> Sequence[Thing]:
    """Return one of several ways, by the seed; at level full all."""
    return ways if session.level == "full" else session.draw.sample(ways, 1)


def _names_in_query(session: Session, length: int) -> list[str]:
    """Return `access_token` and as many other names of parameters as tokens of that length leave room for."""
    number = max(1, MOST_OF_TOKENS // (length + LONGEST_NAME))
    return [IN_QUERY[0], *session.draw.sample(IN_QUERY[1:], min(number, len(IN_QUERY)) - 1)]


def _in_a_form(session: Session, label: str, token: str) -> None:
    """POST /reports in an organization of this run, with the token in the form body (RFC 6750 section 2.2)."""
    body, home = f"access_token={token}&token={token}".encode(), session.home.organization_id
    session.call("acknowledgeReports", label, token=NO_TOKEN, headers=FORM, body=body, organizationId=home)


def _two_headers(session: Session, samples: SampleCalls, new: str, used: str) -> None:
    """Send a valid token after Basic, after one of too little scope, and before another."""
    basic = (("Authorization", "Basic cGFjc2ltaWxlOm5v"), ("Authorization", f"Bearer {used}"))
    samples.call(samples.of("getStatus"), "second-header/basic", token=NO_TOKEN, headers=basic)
    both = (("Authorization", f"Bearer {used}"), ("Authorization", f"Bearer {new}"))
    samples.call(samples.of("getStatus"), "two-headers", token=NO_TOKEN, headers=both)
    try:
        if not (others := session.scopes_without(REPORTS_ACK)):
            return
        limited = session.state("client_with_scopes", scopes=others)
        narrow = session.token(limited.client)
    except NotExercised:
        return
    headers = (("Authorization", f"Bearer {narrow}"), ("Authorization", f"Bearer {used}"))
    samples.call(samples.of("acknowledgeReports"), "second-header/narrow", token=NO_TOKEN, headers=headers)


IN_QUERY = (
    "access_token", "token", "jwt", "bearer_token", "auth", "authorization", "api_key", "key", "id_token", "sig",
)  # fmt: skip
"""Parameters in which links carry a token. All go at once, or as many as there is room for."""
LONGEST_NAME = 15
"""Characters that a name of `IN_QUERY` takes in a query, with `&` and `=`."""
COOKIES = ("access_token", "token", "jwt", "session", "Authorization", "auth", "id_token", "bearer")
"""Names of cookies in which user interfaces keep a token."""
ELSEWHERE: Mapping[str, str] = {
    "X-Access-Token": "{}", "X-Auth-Token": "{}", "X-Authorization": "Bearer {}", "Proxy-Authorization": "Bearer {}",
    "X-Forwarded-Access-Token": "{}", "X-Forwarded-Authorization": "Bearer {}", "X-Api-Key": "{}",
    "Authentication": "Bearer {}", "Access-Token": "{}", "Token": "{}", "X-Original-Authorization": "Bearer {}",
    "X-Amzn-Oidc-Accesstoken": "{}", "X-Id-Token": "{}", "X-Session-Token": "{}", "X-JWT-Assertion": "{}",
}  # fmt: skip
"""Headers, each with its form, in which gateways, frameworks and other services carry a token."""
JOINED = "Bearer pacsimile-invented, Bearer {}"
"""Two Authorization headers as gateways join them into one. The first of them opens nothing."""
AUTHORIZATIONS = ("{}", "Token {}", JOINED, "JWT {}", "Bearer:{}", "Bearer token={}", "OAuth {}")
"""Values of Authorization with a token and another scheme than Bearer, or none. Basic is added to them."""
SENT_ALWAYS = 3
"""How many of them, from the first on, go in each run; of the others one is drawn."""
MOST_OF_TOKENS = 5000
"""Characters that tokens may take in the head of one request, which stays below 8 KiB with the rest."""


@scenario(checks.takes_the_header_alone, needs=STATES, blocked_by=("AUTH-9", "AUTH-12"))
def in_other_places(session: Session) -> None:
    """Send a token in cookies and in headers that gateways trust, many at once; and behind other schemes than Bearer.

    The operations take turns; at level full each gets all the headers.
    """
    samples, token = SampleCalls(session), session.token()
    cookies = tuple(("Cookie", f"{name}={token}") for name in COOKIES)
    others = tuple((name, value.format(token)) for name, value in ELSEWHERE.items())
    groups = [*_grouped(cookies), *_grouped(others)]
    turn, every = session.draw.randrange(len(groups)), list(samples)
    for place, sample in enumerate(every):
        for number in range(len(groups)) if session.level == "full" else ((turn + place) % len(groups),):
            label = f"in-other-header/{sample.operation}/{number}"
            samples.call(sample, label, token=NO_TOKEN, headers=_as_one_cookie(groups[number]))
    basic = "Basic " + b64encode(f"{token}:".encode()).decode()
    authorizations = [
        *(form.format(token) for form in AUTHORIZATIONS[:SENT_ALWAYS]),
        *_drawn(session, [form.format(token) for form in AUTHORIZATIONS[SENT_ALWAYS:]]),
        basic,
    ]
    for number, authorization in enumerate(authorizations):
        sample = every[(turn + number) % len(every)]
        label = f"another-scheme/{sample.operation}/{number}"
        samples.call(sample, label, token=NO_TOKEN, headers=(("Authorization", authorization),))
    samples.finish()


def _grouped(headers: Headers) -> list[Headers]:
    """Return the headers in groups that fit into a header section together."""
    most = max(1, MOST_OF_TOKENS // max(len(value) for _, value in headers))
    return [headers[start : start + most] for start in range(0, len(headers), most)]


def _as_one_cookie(headers: Headers) -> Headers:
    """Return the headers with all cookies in one (RFC 6265 section 5.4)."""
    cookies = "; ".join(value for name, value in headers if name == "Cookie")
    return (("Cookie", cookies),) if cookies else headers
