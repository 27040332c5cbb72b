"""`base_url`, and `headers` that a gateway wants: whether the API is there at all."""

from pacsimile_contract import facts
from pacsimile_contract.errors import CannotTell, NotExercised, OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.inquiry import Inquiry, described, look
from pacsimile_contract.provider.states import Given, from_fixtures

NOWHERE = "/pacsimile-no-such-path"
READING = ("getStatus", "getOrderIds", "getResult", "getGroupReport")
"""Operations that are asked without any parameter: of the API they show a refusal, and no data."""


def check_api(inquiry: Inquiry, status: Exchange) -> None:
    """Raise OperatorsMistake where each path of the API answers as one that nobody has does.

    `status` was asked for an order that nobody has. A service that only lacks `/status`, or errs there, answers its
    other paths in another way, and is judged. So is one that refuses everything alike, and shows what is there.
    """
    if not (_is_elsewhere(status) or _is_shut(status)):
        return
    nowhere = look(inquiry.path(NOWHERE))
    present = [one for one in READING if one not in inquiry.target.absent]
    everywhere = [status, *(inquiry.call(one, inquiry.target.primary) for one in present)]
    if any(look(one) != nowhere for one in everywhere) or _shows_something(inquiry, nowhere):
        return
    url = inquiry.target.base_url
    if _is_shut(status):
        hint = "if a gateway before it wants a header, name it under `headers`"
        raise OperatorsMistake(f"{url}: answers {described(status)} to every path, with a token too: {hint}.")
    raise OperatorsMistake(
        f"{url}: answers {described(status)} to each path of the API, as to a path that does not exist: is "
        "base_url right? (/status and the like are added to it)"
    )


def _shows_something(inquiry: Inquiry, nowhere: tuple[object, ...]) -> bool:
    """Tell whether what is there is answered otherwise: an order that a state makes, a fixture, or a listing."""
    target, primary = inquiry.target, inquiry.target.primary
    shown = []
    if target.listing_allowed and primary.organization_id and "listReports" not in target.absent:
        listed = {"organizationId": primary.organization_id, "limit": 50}
        shown.append(inquiry.call("listReports", primary, listed))
    order = _known_order(inquiry)
    if order is not None:
        shown.append(inquiry.call("getStatus", order.client, {"order_id": order["order_id"]}))
    return any(look(one) != nowhere for one in shown)


def _known_order(inquiry: Inquiry) -> Given | None:
    if inquiry.run.state_url is None:
        return from_fixtures(inquiry.target, "order_in_status", {})
    try:
        return inquiry.run.states.shared("order_in_status", {"status": "COMPLETED"})
    except (NotExercised, CannotTell):
        return None


def _is_elsewhere(status: Exchange) -> bool:
    if status.status is None or status.status >= 500:
        return False
    missing = status.status == 404 and facts.problem(status).reason != "order-not-found"
    return missing or 300 <= status.status < 400 or status.media_type == "text/html"


def _is_shut(status: Exchange) -> bool:
    """Tell whether something refuses that knows neither problems nor Bearer: not the API."""
    knows = facts.problem(status).type is not None or any(name == "bearer" for name, _ in facts.challenges(status))
    return status.status in (401, 403, 407) and not knows
