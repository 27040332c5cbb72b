"""Asking for tokens."""

from base64 import b64encode

from pacsimile_contract.checkers import access, disclosure, token_requests
from pacsimile_contract.checkers import tokens as checks
from pacsimile_contract.client.requests import basic
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.sample_calls import NOBODYS_ORDER
from pacsimile_contract.target.model import Client


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
    wrong = basic(client.client_id, wrong_secret)
    unknown = basic(session.lookalike(client.client_id), client.client_secret)
    tries = 2 if client.owned else session.target.wrong_secrets
    methods = ("GET",) if session.level == "smoke" else ("GET", "POST")
    for method in session.in_turn(methods, len(methods)):
        session.ask_token(f"no-credentials/{method}", method=method)
    if in_forms and session.level == "standard":
        methods = methods[:1]
    for method in methods:
        session.ask_token(f"unknown-client/{method}", method=method, authorization=unknown)
    for method in methods[:tries]:
        session.ask_token(f"wrong-secret/{method}", method=method, authorization=wrong)
    if session.level == "smoke":
        return
    if in_forms:
        _in_forms(session, client, wrong_secret)
    alone = session.lookalike("s3cret-without-a-colon")
    session.hide(alone)
    without_a_colon = f"Basic {b64encode(alone.encode()).decode()}"
    for number, value in enumerate((without_a_colon, "Basic !!!") if session.level == "full" else (without_a_colon,)):
        session.ask_token(f"malformed-basic/{number}", authorization=value)


def _in_forms(session: Session, client: Client, wrong_secret: str) -> None:
    """Ask with a wrong secret and as an unknown client, with the credentials in a form."""
    session.hide(wrong_secret)
    credentials = {
        "unknown-client": (session.lookalike(client.client_id), client.client_secret),
        "wrong-secret": (client.client_id, wrong_secret),
    }
    for kind, (name, secret) in credentials.items():
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
        session.ask_token(f"{kind}/{checks.IN_FORM}", method="POST", parameters=form)
