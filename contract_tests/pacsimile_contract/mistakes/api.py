"""`base_url`, and `headers` for a gateway: whether the API is there at all."""

from pacsimile_contract import facts
from pacsimile_contract.errors import CannotTell, NotExercised, OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.inquiry import Inquiry, answer_summary, refusal_signature
from pacsimile_contract.mistakes.spelling_hints import asked_address, path_question
from pacsimile_contract.provider.states import ProvidedState, from_fixtures
from pacsimile_spec.dialects.tables import tables

NOWHERE = "/pacsimile-no-such-path"
TABLES = ("OrderStatus", "OrderIds")
"""Members of what the API answers to a reading."""
READING = ("getStatus", "getOrderIds", "getResult", "getGroupReport")
"""Operations that are called without parameters: the API refuses them, so no data is shown."""


def check_api(inquiry: Inquiry, status: Exchange) -> None:
    """Raise OperatorsMistake where every path of the API answers as an invented path does.

    `status` is the answer of `/status` for an invented order. A service that only lacks `/status`, or fails there,
    answers its other paths differently, and is judged. So is one that refuses invented names
    alike, but shows real ones.
    """
    if not (_is_elsewhere(status) or _is_shut(status)):
        return
    nowhere = refusal_signature(inquiry.get_path(NOWHERE))
    present = [operation for operation in READING if operation not in inquiry.target.absent]
    everywhere = [status, *(inquiry.call(operation, inquiry.target.primary) for operation in present)]
    if any(refusal_signature(answer) != nowhere for answer in everywhere) or _shows_something(inquiry, nowhere):
        return
    if status.succeeded and status.media_type != "text/html" and not all(map(_says_nothing, everywhere)):
        return
    url = inquiry.target.base_url
    if _is_shut(status):
        hint = "if a gateway before it wants a header, name it under `headers`"
        raise OperatorsMistake(f"{url}: answers {answer_summary(status)} to every path, with a token too: {hint}.")
    asked = "" if inquiry.target.dialect is None else f" (asked: {asked_address(status)})"
    raise OperatorsMistake(
        f"{url}: answers {answer_summary(status)} to each path of the API{asked}, as to a path that does not exist: "
        + path_question(inquiry.target, "getStatus", "base_url", "/status and the like are added to it")
    )


def _shows_something(inquiry: Inquiry, nowhere: tuple[object, ...]) -> bool:
    """Tell whether something real is answered differently: an order of a state, a fixture, or a listing."""
    target, primary = inquiry.target, inquiry.target.primary
    answers = []
    if target.listing_allowed and primary.organization_id and "listReports" not in target.absent:
        listed = {"organizationId": primary.organization_id, "limit": 50}
        answers.append(inquiry.call("listReports", primary, listed))
    order = known_order(inquiry)
    if order is not None:
        answers.append(inquiry.call("getStatus", order.client, {"order_id": order["order_id"]}))
    return any(refusal_signature(answer) != nowhere for answer in answers)


def known_order(inquiry: Inquiry) -> ProvidedState | None:
    """Return an order that exists, from the state URL or a fixture; None where there is none."""
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
    other_refusal = status.status in (400, 405, 406, 410, 415, 418, 421, 422) and facts.problem(status).type is None
    page = 300 <= status.status < 400 or status.media_type == "text/html"
    return missing or other_refusal or page or _says_nothing(status)


def _says_nothing(answer: Exchange) -> bool:
    """Tell whether it is a 2xx with nothing of an answer of the API in it: an empty body, or JSON of another kind."""
    if not answer.succeeded or answer.exceeded_bound is not None:
        return False
    members = answer.json if isinstance(answer.json, dict) else {}
    ours = {name for table in TABLES for name in tables()[table]}
    return not ours.intersection(members)


def _is_shut(status: Exchange) -> bool:
    """Tell whether the refusal has neither a problem document nor a Bearer challenge, so that it is not the API's."""
    knows = facts.problem(status).type is not None or any(name == "bearer" for name, _ in facts.challenges(status))
    return status.status in (401, 403, 407) and not knows
