"""What the clients of an existing organization may do: as their tokens say, and as a refusal says."""

from collections.abc import Iterable

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.provider.lookalikes import NOBODYS_ORDER
from pacsimile_contract.session import Session
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS
from pacsimile_spec.scopes import REPORTS_READ

LACKS_READING = f"the primary client lacks {REPORTS_READ}"


def granted_scopes(asked: Iterable[Exchange], authorization: str | None) -> frozenset[str] | None:
    """Return the scopes that the token endpoint said a token has; None where it said none."""
    for exchange in asked:
        token = (
            facts.token(exchange).access_token
            if exchange.succeeded and exchange.operation in TOKEN_OPERATIONS
            else None
        )
        if token is not None and authorization == f"Bearer {token}":
            return facts.token(exchange).scopes
    return None


def lacks_scope(asked: Iterable[Exchange], refused: Exchange, scope: str) -> bool:
    """Tell whether a call was refused for want of its scope: by the scopes of its token, else in its own words."""
    if refused.status != 403:
        return False
    told = granted_scopes(asked, refused.request.header("Authorization"))
    if told is not None:
        return scope not in told
    errors = [parameters.get("error") for name, parameters in facts.challenges(refused) if name == "bearer"]
    return "insufficient_scope" in errors or facts.problem(refused).reason == "insufficient-scope"


def may_read(session: Session) -> bool:
    """Whether the primary client may read reports; one that a state made always may: else the service errs.

    It is asked with a call for an order that nobody has, once, where the token answer does not name the scope.
    """
    if session.primary.owned or "getResult" in session.target.absent:
        return True
    told = granted_scopes(session.asked_so_far, f"Bearer {session.token()}")
    if told is not None and REPORTS_READ in told:
        return True
    kind = session.plain_type
    asked = session.call("getResult", "may-read", reuse=True, order_id=NOBODYS_ORDER, report_type=kind)
    return not lacks_scope(session.asked_so_far, asked, REPORTS_READ)


def must_read(session: Session) -> None:
    """Go on only where the primary client may read reports."""
    if not may_read(session):
        session.lack(LACKS_READING)
