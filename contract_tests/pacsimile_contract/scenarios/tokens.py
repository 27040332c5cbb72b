"""Asking for tokens."""

from base64 import b64encode
from collections.abc import Iterable, Mapping

from pacsimile_contract.checkers import access, disclosure, token_requests
from pacsimile_contract.checkers import tokens as checks
from pacsimile_contract.client.requests import basic
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.sample_calls import NOBODYS_ORDER

REPEATS = 3
"""How often two refused calls are repeated at most, in all ways together, to see which headers come and go.

A service may lock a client out to whom a wrong secret was sent often.
"""


@scenario(checks.gives_a_bearer_token, token_requests.lives_an_hour_at_most, token_requests.is_not_kept, level="smoke")
def right_credentials(session: Session) -> None:
    """Ask for a token by GET with HTTP Basic, and let it open a call."""
    client = session.primary
    asked = session.ask_token("token", authorization=basic(client.client_id, client.client_secret), client=client)
    if asked.succeeded:
        token = session.token(client)
        nobodys = session.lookalike(NOBODYS_ORDER)
        opened = session.call("getStatus", "opened", token=token, client=client, order_id=nobodys)
        if opened.status == checks.HIDDEN:
            order = session.state("order_in_status", status="COMPLETED")
            session.call("getStatus", "opened-there", token=token, client=client, order_id=order["order_id"])


@scenario(
    checks.refuses_wrong_credentials, access.names_basic, disclosure.quotes_no_malformed_credentials,
    level="smoke", needs=("fresh_organization",),
)  # fmt: skip
def wrong_credentials(session: Session) -> None:
    """Ask with a wrong secret, an unknown client, no credentials and malformed Basic: by GET, POST and in a form.

    Where they are sent in a form, HTTP Basic by POST is left to level full. Without credentials the methods take
    turns.
    """
    client = session.primary
    in_forms = session.level != "smoke" and client.owned and session.dialect is None
    wrong_secret = session.lookalike(client.client_secret)
    credentials = {
        "unknown-client": (session.lookalike(client.client_id), client.client_secret),
        "wrong-secret": (client.client_id, wrong_secret),
    }
    tries = 2 if client.owned else session.target.wrong_secrets
    methods = ("GET",) if session.level == "smoke" else ("GET", "POST")
    for method in session.in_turn(methods, len(methods)):
        session.ask_token(f"no-credentials/{method}", method=method)
    if in_forms and session.level == "standard":
        methods = methods[:1]
    for kind, ways in (("unknown-client", methods), ("wrong-secret", methods[:tries])):
        for way in ways:
            _ask(session, kind, way, *credentials[kind])
    if in_forms:
        session.hide(wrong_secret)
        for kind, named in credentials.items():
            _ask(session, kind, checks.IN_FORM, *named)
    if session.level != "smoke":
        _malformed(session)
    if client.owned:
        _ask_again(session, (*methods, checks.IN_FORM), credentials)


def _malformed(session: Session) -> None:
    alone = session.lookalike("s3cret-without-a-colon")
    session.hide(alone)
    without_a_colon = f"Basic {b64encode(alone.encode()).decode()}"
    for number, value in enumerate((without_a_colon, "Basic !!!") if session.level == "full" else (without_a_colon,)):
        session.ask_token(f"malformed-basic/{number}", authorization=value)


def _ask(session: Session, label: str, way: str, client_id: str, secret: str) -> None:
    """Ask for a token by a method with HTTP Basic, or in a form."""
    if way == checks.IN_FORM:
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        session.ask_token(f"{label}/{way}", method="POST", parameters=form)
    else:
        session.ask_token(f"{label}/{way}", method=way, authorization=basic(client_id, secret))


def _ask_again(session: Session, ways: Iterable[str], credentials: Mapping[str, tuple[str, str]]) -> None:
    """Repeat refused calls while the names of headers or members differ: what comes and goes tells nothing.

    The two take turns in going first, since replicas may answer in turn.
    """
    kinds, left = list(credentials), REPEATS
    for way in ways:
        while left and checks.differ_by_name(session.story, way):
            left -= 1
            kinds.reverse()
            for kind in kinds:
                _ask(session, f"{kind}-again", way, *credentials[kind])
