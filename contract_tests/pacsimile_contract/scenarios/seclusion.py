"""TLS, and the audit log."""

from urllib.parse import urlsplit

from pacsimile_contract.checkers import seclusion
from pacsimile_contract.exchange import Request
from pacsimile_contract.registry import scenario
from pacsimile_contract.session import Session

NOBODYS = "pacsimile-invented-token-0000"


@scenario(seclusion.is_served_by_tls)
def by_tls(session: Session) -> None:
    """Call once by TLS, and once over plain HTTP with a token that nobody has."""
    target = session.target
    if target.on_loopback:
        session.not_applicable("the service is on this machine")
    if target.base_url.startswith("http://"):
        session.not_applicable("the target file says `plain_http: {allowed: true}`")
    session.call("getStatus", "by-tls", order_id=session.lookalike("ORD-0000-000000"), fresh=True)
    parts = urlsplit(target.base_url)
    invented = (("Authorization", f"Bearer {session.lookalike(NOBODYS)}"),)
    session.send("plain", Request("GET", f"http://{parts.hostname}{parts.path}/status?order_id=A", invented))


@scenario(seclusion.leaves_records)
def records(session: Session) -> None:
    """Say why nothing is judged."""
    if session.target.world_of_its_own:
        session.lack("the mock's control API does not show its journal yet")
    session.not_applicable("no caller sees the audit log of a service")
