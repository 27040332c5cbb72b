"""`states: fixtures`: whether the service says the same of orders and studies as the operator.

A fixture is wrong where every operation contradicts it. Where one of them confirms it, the service contradicts itself,
and is judged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.errors import OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.inquiry import Inquiry, answer_summary
from pacsimile_contract.provenance import from_wire
from pacsimile_contract.provider.states import client_of
from pacsimile_contract.target.model import Client

MOST_ORDERS = 30
"""How many orders of fixtures are checked before a run."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a fixture says of one order. `place` is its key in the target file."""

    place: str
    order_id: str
    client: Client
    status: str | None = None
    study_uid: str | None = None
    study_group: str | None = None


def check_fixtures(inquiry: Inquiry) -> None:
    """Raise OperatorsMistake for a fixture that all answers of the service contradict.

    With a state URL, fixtures are not checked: the URL comes first, and may make a new environment each time.
    """
    if "getStatus" in inquiry.target.absent or inquiry.target.states.url is not None:
        return
    for claim in list(_claims(inquiry))[:MOST_ORDERS]:
        if inquiry.issuing_answer(claim.client) is not None:
            _check(inquiry, claim)
    for place, fixture in _fixtures(inquiry, "study_with_orders"):
        _check_whole_study(inquiry, place, fixture)


def _fixtures(inquiry: Inquiry, state: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    known = inquiry.target.states.fixtures.get(state, ())
    several = known if isinstance(known, list | tuple) else [known]
    for number, fixture in enumerate(several):
        if isinstance(fixture, Mapping):
            yield f"states.fixtures.{state}{f'[{number}]' if several is known else ''}", fixture


def _claims(inquiry: Inquiry) -> Iterator[Claim]:
    for state in ("order_in_status", "study_with_orders", "study_group", "other_organization"):
        for place, fixture in _fixtures(inquiry, state):
            yield from _claims_of(inquiry, place, fixture)
    for place, fixture in _fixtures(inquiry, "study_shared_between_organizations"):
        yield from _claims_of(inquiry, place, fixture)
        other_fixture = {**fixture, "organization_id": fixture.get("other_organization_id")}
        yield from _claims_of(
            inquiry, place, {**other_fixture, "order_id": fixture.get("other_order_id")}, "other_order_id"
        )


def _claims_of(inquiry: Inquiry, place: str, fixture: Mapping[str, Any], key: str = "order_id") -> Iterator[Claim]:
    client = client_of(inquiry.target, _text(fixture.get("organization_id")))
    study, group = _text(fixture.get("study_uid")), _text(fixture.get("study_group"))
    if isinstance(fixture.get("order_id"), str):
        status = _text(fixture.get("status"))
        yield Claim(f"{place}.{key}", fixture["order_id"], client, status, study, group)
    statuses = fixture.get("statuses")
    for number, order in enumerate(_list(fixture.get("order_ids"))):
        status = _text(statuses[number]) if isinstance(statuses, list) and number < len(statuses) else None
        yield Claim(f"{place}.order_ids[{number}]", str(order), client, status, study, group)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _check(inquiry: Inquiry, claim: Claim) -> None:
    answered = inquiry.call("getStatus", claim.client, {"order_id": claim.order_id})
    if answered.succeeded:
        _check_status(inquiry, claim, answered)
        _check_study(inquiry, claim, facts.order_status(answered).study_uid)
        _check_group(inquiry, claim, facts.order_status(answered).study_group)
    elif _is_unknown(answered) and not _is_known_elsewhere(inquiry, claim):
        raise OperatorsMistake(_not_there(inquiry, claim, answered))


def _is_unknown(answered: Exchange) -> bool:
    return answered.status in (403, 404, 410) and facts.problem(answered).reason != "insufficient-scope"


def _is_known_elsewhere(inquiry: Inquiry, claim: Claim) -> bool:
    """Tell whether another operation knows the order that `/status` does not."""
    target = inquiry.target
    if "getResult" not in target.absent:
        report = inquiry.call("getResult", claim.client, {"order_id": claim.order_id, "report_type": "json"})
        if not _is_unknown(report):
            return True
    if claim.study_uid is not None and claim.order_id in _orders_of(inquiry, claim.client, claim.study_uid):
        return True
    if not target.listing_allowed or claim.client.organization_id is None or "listReports" in target.absent:
        return False
    listed = inquiry.call("listReports", claim.client, {"organizationId": claim.client.organization_id, "limit": 50})
    return any(report.order_id == claim.order_id for report in facts.listing(listed).reports or ())


def _orders_of(inquiry: Inquiry, client: Client, study_uid: str) -> tuple[str, ...]:
    if "getOrderIds" in inquiry.target.absent:
        return ()
    return facts.order_ids(inquiry.call("getOrderIds", client, {"study_uid": study_uid})).order_ids or ()


def _not_there(inquiry: Inquiry, claim: Claim, answered: Exchange) -> str:
    begin = f"{claim.place}: /status answers {answer_summary(answered)} for it to {_whose(claim.client)}"
    for other in inquiry.target.clients.values():
        strange = other.organization_id != claim.client.organization_id and inquiry.issuing_answer(other) is not None
        if strange and inquiry.call("getStatus", other, {"order_id": claim.order_id}).succeeded:
            return (
                f"{begin}, and knows it as an order of {_whose(other)}: name an order of the fixture's own "
                "organization, which `organization_id` beside it says (else the primary client's)."
            )
    return f"{begin}, and no other operation knows it: name an order that is there, in that client's organization."


def _whose(client: Client) -> str:
    return "the primary client" if client.name == "primary" else f"`clients: {client.name}`"


def _check_status(inquiry: Inquiry, claim: Claim, answered: Exchange) -> None:
    status = facts.order_status(answered)
    if claim.status is None or status.status in (None, claim.status) or "getResult" in inquiry.target.absent:
        return
    kind = next(iter(status.report_types or ()), "json")
    report = inquiry.call("getResult", claim.client, {"order_id": claim.order_id, "report_type": kind})
    if report.succeeded if status.status == "COMPLETED" else report.status == 409:
        raise OperatorsMistake(
            f"{claim.place}: /status says {from_wire(str(status.status))}, and /results agrees ({report.status}"
            f"); the fixture says {claim.status}: name an order that is {claim.status}, or correct the "
            "fixture."
        )


def _check_study(inquiry: Inquiry, claim: Claim, study_uid: str | None) -> None:
    if claim.study_uid is None or study_uid in (None, claim.study_uid):
        return
    if claim.order_id not in _orders_of(inquiry, claim.client, claim.study_uid) and claim.order_id in _orders_of(
        inquiry, claim.client, str(study_uid)
    ):
        raise OperatorsMistake(
            f"{claim.place}: /status and /orderId say that it is of another study than the fixture's study_uid: "
            "correct one of them."
        )


def _check_group(inquiry: Inquiry, claim: Claim, study_group: str | None) -> None:
    if claim.study_group in (None, study_group) or "getGroupReport" in inquiry.target.absent:
        return
    named, own = (
        None
        if group is None
        else inquiry.call("getGroupReport", claim.client, {"study_group": group, "report_type": "json"})
        for group in (claim.study_group, study_group)
    )
    if named is not None and _is_unknown(named) and not (own is not None and _is_unknown(own)):
        raise OperatorsMistake(
            f"{claim.place}: /status says that it is of {'another' if study_group else 'no'} study group, and /report "
            f"answers {answer_summary(named)} for the fixture's study_group: correct one of them."
        )


def _check_whole_study(inquiry: Inquiry, place: str, fixture: Mapping[str, Any]) -> None:
    """Raise OperatorsMistake where the study has orders that the fixture leaves out, perhaps submitted since."""
    study, client = _text(fixture.get("study_uid")), client_of(inquiry.target, _text(fixture.get("organization_id")))
    if study is None or inquiry.issuing_answer(client) is None:
        return
    named = _list(fixture.get("order_ids"))
    unnamed = [order_id for order_id in _orders_of(inquiry, client, study) if order_id not in named]
    if not named or not unnamed:
        return
    if all(_study_of(inquiry, client, order_id) == study for order_id in unnamed):
        raise OperatorsMistake(
            f"{place}.order_ids: names {len(named)} orders, and /orderId has {len(unnamed)} more of that study, as "
            "/status says too: name all orders of the study, or another study."
        )


def _study_of(inquiry: Inquiry, client: Client, order_id: str) -> str | None:
    return facts.order_status(inquiry.call("getStatus", client, {"order_id": order_id})).study_uid
