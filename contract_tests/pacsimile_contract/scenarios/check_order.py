"""Requests with two faults at once."""

from collections.abc import Mapping
from contextlib import suppress

from pacsimile_contract.checkers import check_order as checks
from pacsimile_contract.checkers import listing
from pacsimile_contract.dialects.vocabulary import only_of_groups, only_of_orders
from pacsimile_contract.errors import Absent, Forbidden, NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.sample_calls import NOBODYS_ORDER, NOBODYS_STUDY
from pacsimile_contract.session.shared_states import MIXED, an_order, nobodys_group
from pacsimile_contract.target.model import Client
from pacsimile_spec import operations
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ, STATUS_READ

JSON, TEXT = (("Content-Type", "application/json"),), (("Content-Type", "text/plain"),)
NOTHING, BROKEN = b'{"report_ids": []}', b'{"report_ids": ['
UNKNOWN = {"pacsimile": "1"}
NO_TYPE = "docx"
"""What no `report_type` may be."""


@scenario(checks.tells_the_first_fault, needs=("fresh_organization",))
def two_faults(session: Session) -> None:
    """POST and GET with each fault alone, then with two of them or more."""
    lacking: NotExercised | None = None
    for ask in (_posts, _gets, _of_groups):
        try:
            ask(session)
        except NotExercised as error:
            lacking = error
    if lacking:
        raise lacking


def _posts(session: Session) -> None:
    home, unknown_id = session.home.organization_id, session.lookalike(session.home.organization_id)
    asked: Mapping[str, tuple[str, dict[str, str], bytes, bool]] = {
        "alone/query": (home, UNKNOWN, NOTHING, True),
        "alone/media-type": (home, {}, NOTHING, False),
        "alone/body": (home, {}, BROKEN, True),
        "alone/ownership": (unknown_id, {}, NOTHING, True),
        "both/query-before-media-type": (unknown_id, UNKNOWN, BROKEN, False),
        "both/media-type-before-body": (unknown_id, {}, BROKEN, False),
        "both/body-before-ownership": (unknown_id, {}, BROKEN, True),
    }
    alike = {  # one request has all these faults
        "both/query-before-media-type": ("both/query-before-body", "both/query-before-ownership"),
        "both/media-type-before-body": ("both/media-type-before-ownership",),
    }
    for label, (organization, more, body, typed) in asked.items():
        parameters = {"organizationId": organization, **more}
        exchange = session.call("acknowledgeReports", label, parameters, headers=JSON if typed else TEXT, body=body)
        for other in alike.get(label, ()):
            session.story.add(other, exchange)
    in_list = {"organizationId": unknown_id, **UNKNOWN}
    wrong_limit = {"organizationId": unknown_id, "limit": "0"}
    with suppress(Absent):
        session.call("listReports", "both/list-query-before-ownership", in_list)
        session.call("listReports", "both/list-value-before-ownership", wrong_limit)


def _gets(session: Session) -> None:
    order = session.state("order_in_status", status="COMPLETED")
    known, unknown_id, client = order["order_id"], session.lookalike(order["order_id"]), order.client
    asked: dict[str, dict[str, str]] = {
        "alone/get-query": {"order_id": known, "report_type": session.plain_type, **UNKNOWN},
        "alone/get-existence": {"order_id": unknown_id, "report_type": session.plain_type},
        "both/query-before-existence": {"order_id": unknown_id, "report_type": session.plain_type, **UNKNOWN},
        "both/value-before-existence": {"order_id": unknown_id, "report_type": NO_TYPE},
    }
    unready = _unready(session)
    if unready is not None:
        asked["alone/get-state"] = {"order_id": unready, "report_type": session.plain_type}
        asked["both/query-before-type-and-state"] = {
            "order_id": unready, "report_type": only_of_groups(session.dialect) or session.plain_type, **UNKNOWN,
        }  # fmt: skip
    if kind := only_of_groups(session.dialect):
        asked |= {
            "alone/get-type": {"order_id": known, "report_type": kind},
            "both/existence-before-type": {"order_id": unknown_id, "report_type": kind},
        }
    for label, parameters in asked.items():
        session.call(
            "getResult", label, parameters, client=client, reuse=label in ("alone/get-state", "alone/get-type")
        )
    nobodys = {"order_id": unknown_id, **UNKNOWN}
    session.call("getStatus", "both/status-query-before-existence", nobodys, client=client)
    study = {"study_uid": session.lookalike(NOBODYS_STUDY), **UNKNOWN}
    session.call("getOrderIds", "both/order-ids-query-before-existence", study, client=client)


def _unready(session: Session) -> str | None:
    try:
        order = session.state("order_in_status", status="PROCESSING")
    except NotExercised:
        return None
    return str(order["order_id"]) if order.organization_id == session.home.organization_id else None


def _of_groups(session: Session) -> None:
    group, unknown_id = session.state("study_group", "mixed", statuses=list(MIXED)), nobodys_group(session)
    of_orders = next((kind for kind in ("fhir", only_of_orders(session.dialect)) if kind in session.order_types), None)
    if of_orders is None:  # each type of an order's report is one of a group's too
        return
    asked: Mapping[str, tuple[str, str]] = {
        "alone/group-type": (group["study_group"], of_orders),
        "alone/group-existence": (unknown_id, session.plain_group_type),
        "both/group-existence-before-type": (unknown_id, of_orders),
        "both/group-value-before-existence": (unknown_id, NO_TYPE),
    }
    for label, (name, kind) in asked.items():
        session.call("getGroupReport", label, client=group.client, reuse=True, study_group=name, report_type=kind)
    with suppress(NotExercised):
        unready = session.state("study_group", statuses=["COMPLETED", "PROCESSING"])
        of_group = {"study_group": unready["study_group"], "report_type": session.plain_group_type}
        spoilt = {**of_group, "report_type": of_orders, **UNKNOWN}
        session.call("getGroupReport", "alone/group-state", of_group, client=unready.client, reuse=True)
        session.call("getGroupReport", "both/group-query-before-type-and-state", spoilt, client=unready.client)


ALL_WRONG: Mapping[str, str] = {
    "getStatus": "order_id=&study_uid=no.uid&pacsimile=1",
    "getOrderIds": "study_uid=no.uid&study_uid=&pacsimile=1",
    "getResult": "order_id=&study_uid=no.uid&report_type=docx&pacsimile=1",
    "getGroupReport": "study_group=&report_type=docx&pacsimile=1",
    "listReports": "organizationId=&limit=0&pacsimile=1",
}
"""By operation, a query in which each parameter is wrong in its way, and one is unknown."""


@scenario(
    checks.token_and_scope_come_first,
    listing.lists_in_any_organization,
    needs=("fresh_organization", "client_with_scopes"),
    blocked_by=("AUTH-9", "AUTH-14"),
)
def faults_without_access(session: Session) -> None:
    """Send requests with several faults without a token and without the scope; acknowledge without either."""
    _get_faults(session, "no-token", None, NO_TOKEN)
    _report_faults(session, "no-token", None, NO_TOKEN)
    _acknowledge_without(session)
    _post_faults(session, "no-token", None, NO_TOKEN)
    for name in ALL_WRONG:
        _wrong_query(session, "no-token", name, None, NO_TOKEN)
    for scope, ask in ((STATUS_READ, _get_faults), (REPORTS_READ, _report_faults), (REPORTS_ACK, _post_faults)):
        if others := session.scopes_without(scope):
            lacking = session.state("client_with_scopes", scopes=others).client
            ask(session, "no-scope", lacking, session.token(lacking))
            for name in (name for name in ALL_WRONG if operations()[name].scope == scope):
                _wrong_query(session, "no-scope", name, lacking, session.token(lacking))


def _wrong_query(session: Session, label: str, operation: str, client: Client | None, token: str) -> None:
    """Ask by a query that is wrong in all its parts; without the scope by none at all too, some of the operations."""
    none = token != NO_TOKEN and (session.level == "full" or list(ALL_WRONG).index(operation) % 2 == session.seed % 2)
    for kind, query in (("all-wrong", ALL_WRONG[operation]), *([("none", "")] if none else [])):
        with suppress(Absent, Forbidden):
            session.call(operation, f"{label}/{operation}-{kind}", client=client, token=token, query=query)


def _get_faults(session: Session, label: str, client: Client | None, token: str) -> None:
    for name, order in (("existence", session.lookalike("ORD-0000-000000")), ("there", an_order(session)["order_id"])):
        session.call("getStatus", f"{name}/{label}", client=client, token=token, order_id=order)


def _report_faults(session: Session, label: str, client: Client | None, token: str) -> None:
    """Ask for what does not exist, with a parameter that is unknown, and list another organization.

    Without a token, level standard asks for the group alone, which is looked up by what anybody may name.
    """
    group = {"study_group": nobodys_group(session), "report_type": session.plain_group_type}
    session.call("getGroupReport", f"{label}/group-report", group, client=client, token=token)
    if token == NO_TOKEN and session.level != "full":
        return
    order = {"order_id": session.lookalike(NOBODYS_ORDER), "report_type": session.plain_type, **UNKNOWN}
    session.call("getResult", f"{label}/result", order, client=client, token=token)
    organization = {"organizationId": session.lookalike(session.home.organization_id)}
    with suppress(Absent):
        session.call("listReports", f"{label}/{checks.OWNERSHIP}", organization, client=client, token=token)


def _post_faults(session: Session, label: str, client: Client | None, token: str) -> None:
    """Acknowledge in nobody's organization, or where that must not be asked, in the own one: each part is wrong."""
    home = session.home.organization_id
    for organization in (session.lookalike(home), home):
        with suppress(Forbidden):
            session.call(
                "acknowledgeReports", f"{label}/body", {"organizationId": organization, **UNKNOWN}, client=client,
                token=token, headers=TEXT, body=BROKEN,
            )  # fmt: skip
            return


def _acknowledge_without(session: Session) -> None:
    """Try to acknowledge one of two reports without a token and without the scope; then list them."""
    own = session.fresh_state("fresh_organization", "queue", ready_reports=2)
    organization, named = own.organization_id, {"report_ids": own["report_ids"][:1]}
    session.note("tried", named)
    tried: dict[str, tuple[Client | None, str | None]] = {"no-token": (None, NO_TOKEN)}
    if others := session.scopes_without(REPORTS_ACK):
        narrow = session.fresh_state("client_with_scopes", organization_id=organization, scopes=others)
        tried["no-scope"] = (narrow.client, None)
    for label, (client, token) in tried.items():
        session.call(
            "acknowledgeReports", f"tried/{label}", client=client, token=token, body=named,
            organizationId=organization,
        )  # fmt: skip
    session.call("listReports", "left", client=own.client, organizationId=organization)
