"""Calls that are refused for now."""

from pacsimile_contract.checkers import throttling as checks
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import Delivery

AT_ONCE = Delivery(return_throttling=True)


@scenario(checks.says_when_to_come_back, needs=("fresh_organization", "throttled"), blocked_by=("AUTH-1",))
def come_back_later(session: Session) -> None:
    """Call once while throttled with 429, and once with 503."""
    own = session.fresh_state("fresh_organization", ready_reports=0)
    token = session.token(own.client)
    for status in (429, 503):
        session.fresh_state("throttled", client_id=own.client.client_id, status=status)
        order = session.lookalike("ORD-0000-000000")
        session.call(
            "getStatus", f"throttled/{status}", client=own.client, token=token, order_id=order, delivery=AT_ONCE
        )
