"""`parameters`, `constants` and `paths` of the dialect: whether the service knows how an order is asked for."""

from pacsimile_contract.dialects.wrong_lines import wrong_lines
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.api import known_order
from pacsimile_contract.mistakes.inquiry import Inquiry

_REFUSED = (400, 422)
_KINDS = (": parameters.", ": constants.", ": paths.")


def unknown_name(inquiry: Inquiry, status: Exchange) -> str | None:
    """Return the note of the dialect's wrong line where every order is refused as a wrong parameter; else None.

    `status` is the answer of `/status` for an invented order. The service may be at fault if it refuses that so. It is
    asked for one that exists, and without such an order nothing is said.
    """
    given = inquiry.target.dialect
    if given is None or status.received is None or status.received.status not in _REFUSED:
        return None
    order = known_order(inquiry)
    if order is None:
        return None
    inquiry.call("getStatus", order.client, {"order_id": order["order_id"]})
    for operation in ("getStatus", "getOrderIds"):  # answers tell whether the paths of these two are swapped
        if operation in given.dialect.paths and "study_uid" in order.values:
            inquiry.call(operation, order.client, {"study_uid": order["study_uid"]})
    notes = wrong_lines(given.dialect, given.text, given.file, inquiry.run.history.exchanges)
    return next((note for note in notes if any(kind in note for kind in _KINDS)), None)
