"""Calls without a token, with an invented one, and with a valid one in the wrong place."""

import string

from pacsimile_contract.checkers import access as checks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.facts.jwt import base64url
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.delivery import FRESH
from pacsimile_contract.session.sample_calls import SampleCalls
from pacsimile_spec.scopes import REPORTS_ACK

STATES = ("order_in_status", "study_group")


@scenario(checks.needs_a_token, checks.names_bearer, checks.refuses_invented_tokens, level="smoke", needs=STATES)
def without_a_token(session: Session) -> None:
    """Call each operation without a token, on a new connection and after a good call, and with an invented token."""
    samples = SampleCalls(session)
    for sample in samples:
        samples.call(sample, f"cold/{sample.operation}", token=NO_TOKEN, delivery=FRESH)
    if session.level == "smoke":
        samples.call(samples.of("getStatus"), "invented/getStatus", token=_invented(session)[0])
        return
    samples.call(samples.of("getStatus"), "good")
    for place, sample in enumerate(samples):
        samples.call(sample, f"warm/{sample.operation}", token=NO_TOKEN)
        made_up = _invented(session)
        if session.level == "full" or place % 2 == 0:
            samples.call(sample, f"invented/{sample.operation}", token=made_up[place % len(made_up)])
    samples.finish()


def _invented(session: Session) -> list[str]:
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

    Each is sent with a new token, and with one that was just used. At level standard, calls with a token in the query
    alternate between the two.
    """
    samples = SampleCalls(session)
    new, used = session.token(fresh=True), session.token()
    samples.call(samples.of("getStatus"), "good", token=used)
    for turn, (name, token) in enumerate((("new", new), ("used", used))):
        for sample in list(samples)[turn * (session.level != "full") :: 1 if session.level == "full" else 2]:
            extra = {"access_token": token}
            samples.call(sample, f"in-query/{name}/{sample.operation}", token=NO_TOKEN, extra=extra)
        with samples.skipping():
            _in_a_form(session, f"in-form-body/{name}", token)
    _two_headers(session, samples, new, used)
    for scheme in ("bearer", "BEARER"):
        authorization = (("Authorization", f"{scheme} {used}"),)
        samples.call(samples.of("getStatus"), f"scheme-case/{scheme}", token=NO_TOKEN, headers=authorization)
    samples.finish()


def _in_a_form(session: Session, label: str, token: str) -> None:
    """POST /reports in an organization of this run, with the token in the form body (RFC 6750 section 2.2)."""
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    body, home = f"access_token={token}".encode(), session.home.organization_id
    session.call("acknowledgeReports", label, token=NO_TOKEN, headers=form, body=body, organizationId=home)


def _two_headers(session: Session, samples: SampleCalls, new: str, used: str) -> None:
    """Send a valid token after an invented one, after Basic, after one of too little scope, and before another."""
    for place, sample in enumerate(list(samples)[:: 1 if session.level == "full" else 2]):
        first, second = _invented(session)[0], (new, used)[place % 2]
        headers = (("Authorization", f"Bearer {first}"), ("Authorization", f"Bearer {second}"))
        samples.call(sample, f"second-header/invented/{sample.operation}", token=NO_TOKEN, headers=headers)
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
