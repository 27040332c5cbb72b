"""Calls that are repeated at the end of a run that may wait (`limits: wait`), where no state lets time pass."""

from pacsimile_contract import facts
from pacsimile_contract.checkers import expiry
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.sample_calls import SampleCalls

SHORTLY = 10.0
"""Seconds before the first token's end at which it must still be valid."""
MARGIN = 5.0
"""Seconds beyond the leeway, since the first answer may have come late."""
FEW = 10
"""How many orders are asked for their status again (STATUS-5 judges each answer by the one before)."""


@scenario(expiry.lasts_until_it_expires, expiry.refuses_expired_tokens, blocked_by=("AUTH-1",), late=True)
def after_a_while(session: Session) -> None:
    """Use the run's first token shortly before its end and long after; ask again for orders seen at the beginning."""
    wait, first = session.target.limits.wait, session.first_token
    if not wait:
        session.lack("needs states, or `limits: {wait: 65m}`")
    if _time_can_pass(session):
        session.lack("judged where a state lets time pass")
    session.require(first is not None, "AUTH-1")
    assert first is not None
    until, end, samples = first.ended + wait, first.ended + _lifetime(first), SampleCalls(session)
    token, client = str(facts.token(first).access_token), session.target.primary
    if end <= until:
        session.rest_until(end - SHORTLY)
        samples.call(samples.of("getStatus"), "before-its-end", client=client, token=token)
    if end + expiry.LEEWAY + MARGIN <= until:
        session.rest_until(end + expiry.LEEWAY + MARGIN)
        for sample in samples:
            samples.call(sample, f"late/{sample.operation}", client=client, token=token)
    session.rest_until(until)
    for order in _seen(session):
        session.call("getStatus", "again", client=client, order_id=order)
    samples.finish()
    if end > until:
        session.lack(
            f"the first token lives longer than `limits: wait`: wait for {_lifetime(first) + 310:.0f} s or more"
        )


def _time_can_pass(session: Session) -> bool:
    try:
        session.now()
    except NotExercised:
        return False
    return True


def _lifetime(given: Exchange) -> float:
    """Return how long a token is valid, in seconds: by its `exp` and the answer's Date, or else by `expires_in`."""
    exp = (given.jwt or {}).get("claims", {}).get("exp")
    if isinstance(exp, int | float) and given.date is not None:
        return float(exp) - given.date
    return float(facts.token(given).expires_in or 3600)


def _seen(session: Session) -> list[str]:
    """Return the first orders whose status the primary client was told, in the order of the answers."""
    name = session.target.primary.name
    status_calls = [
        exchange for exchange in session.asked_so_far if exchange.operation == "getStatus" and exchange.status == 200
    ]
    orders = [facts.order_status(call).order_id for call in status_calls if call.request.client == name]
    return list(dict.fromkeys(order_id for order_id in orders if order_id is not None))[:FEW]
