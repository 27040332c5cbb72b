"""Requests with two faults at once."""

from collections.abc import Mapping

from pacsimile_contract.checkers import check_order as checks
from pacsimile_contract.checkers import listing
from pacsimile_contract.dialects.vocabulary import only_of_groups, only_of_orders
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.shared_states import MIXED, an_order, nobodys_group
from pacsimile_contract.target.model import Client
from pacsimile_spec.scopes import REPORTS_ACK, STATUS_READ

JSON, TEXT = (("Content-Type", "application/json"),), (("Content-Type", "text/plain"),)
NOTHING, BROKEN = b'{"report_ids": []}', b'{"report_ids": ['
UNKNOWN = {"pacsimile": "1"}


@scenario(checks.tells_the_first_fault, needs=("fresh_organization",))
def two_faults(session: Session) -> None:
    """POST and GET with each fault alone, then with two of them."""
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
        "both/query-before-media-type": (home, UNKNOWN, NOTHING, False),
        "both/query-before-body": (home, UNKNOWN, BROKEN, True),
        "both/query-before-ownership": (unknown_id, UNKNOWN, NOTHING, True),
        "both/media-type-before-body": (home, {}, BROKEN, False),
        "both/media-type-before-ownership": (unknown_id, {}, NOTHING, False),
        "both/body-before-ownership": (unknown_id, {}, BROKEN, True),
    }
    for label, (organization, more, body, typed) in asked.items():
        parameters = {"organizationId": organization, **more}
        session.call("acknowledgeReports", label, parameters, headers=JSON if typed else TEXT, body=body)


def _gets(session: Session) -> None:
    order = session.state("order_in_status", status="COMPLETED")
    known, unknown_id, client = order["order_id"], session.lookalike(order["order_id"]), order.client
    asked: dict[str, dict[str, str]] = {
        "alone/get-query": {"order_id": known, "report_type": session.plain_type, **UNKNOWN},
        "alone/get-existence": {"order_id": unknown_id, "report_type": session.plain_type},
        "both/query-before-existence": {"order_id": unknown_id, "report_type": session.plain_type, **UNKNOWN},
    }
    if kind := only_of_groups(session.dialect):
        asked |= {
            "alone/get-type": {"order_id": known, "report_type": kind},
            "both/existence-before-type": {"order_id": unknown_id, "report_type": kind},
        }
    for label, parameters in asked.items():
        session.call("getResult", label, parameters, client=client)


def _of_groups(session: Session) -> None:
    group, unknown_id = session.state("study_group", "mixed", statuses=list(MIXED)), nobodys_group(session)
    of_orders = next((kind for kind in ("fhir", only_of_orders(session.dialect)) if kind in session.order_types), None)
    if of_orders is None:  # each type of an order's report is one of a group's too
        return
    asked: Mapping[str, tuple[str, str]] = {
        "alone/group-type": (group["study_group"], of_orders),
        "alone/group-existence": (unknown_id, session.plain_group_type),
        "both/group-existence-before-type": (unknown_id, of_orders),
    }
    for label, (name, kind) in asked.items():
        session.call("getGroupReport", label, client=group.client, reuse=True, study_group=name, report_type=kind)


@scenario(
    checks.token_and_scope_come_first,
    listing.lists_in_any_organization,
    needs=("fresh_organization", "client_with_scopes"),
    blocked_by=("AUTH-9", "AUTH-14"),
)
def faults_without_access(session: Session) -> None:
    """Send faulty requests without a token and without the scope, and an acknowledgement without either."""
    _get_faults(session, "no-token", None, NO_TOKEN)
    _acknowledge_without(session)
    _post_faults(session, "no-token", None, NO_TOKEN)
    for scope, ask in ((STATUS_READ, _get_faults), (REPORTS_ACK, _post_faults)):
        if others := session.scopes_without(scope):
            lacking = session.state("client_with_scopes", scopes=others).client
            ask(session, "no-scope", lacking, session.token(lacking))


def _get_faults(session: Session, label: str, client: Client | None, token: str) -> None:
    session.call("getStatus", f"{label}/query", UNKNOWN, client=client, token=token)
    unknown_id = session.lookalike("ORD-0000-000000")
    session.call("getStatus", f"existence/{label}", client=client, token=token, order_id=unknown_id)
    existing = an_order(session)["order_id"]
    session.call("getStatus", f"there/{label}", client=client, token=token, order_id=existing)


def _post_faults(session: Session, label: str, client: Client | None, token: str) -> None:
    home = {"organizationId": session.home.organization_id}
    session.call("acknowledgeReports", f"{label}/body", home, client=client, token=token, headers=TEXT, body=BROKEN)


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
