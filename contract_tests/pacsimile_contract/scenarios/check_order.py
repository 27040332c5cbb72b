"""Requests with two faults at once."""

from collections.abc import Mapping

from pacsimile_contract.checkers import check_order, listing
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.shared_states import MIXED, an_order, nobodys_group
from pacsimile_contract.target.model import Client
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ, STATUS_READ

JSON, TEXT = (("Content-Type", "application/json"),), (("Content-Type", "text/plain"),)
NOTHING, BROKEN = b'{"report_ids": []}', b'{"report_ids": ['
UNKNOWN = {"pacsimile": "1"}


@scenario(check_order.tells_the_first_fault, needs=("fresh_organization",))
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
    asked: Mapping[str, dict[str, str]] = {
        "alone/get-query": {"order_id": known, "report_type": "json", **UNKNOWN},
        "alone/get-existence": {"order_id": unknown_id, "report_type": "json"},
        "alone/get-type": {"order_id": known, "report_type": "csv"},
        "both/query-before-existence": {"order_id": unknown_id, "report_type": "json", **UNKNOWN},
        "both/existence-before-type": {"order_id": unknown_id, "report_type": "csv"},
    }
    for label, parameters in asked.items():
        session.call("getResult", label, parameters, client=client)


def _of_groups(session: Session) -> None:
    group, unknown_id = session.state("study_group", "mixed", statuses=list(MIXED)), nobodys_group(session)
    asked: Mapping[str, tuple[str, str]] = {
        "alone/group-type": (group["study_group"], "fhir"),
        "alone/group-existence": (unknown_id, "json"),
        "both/group-existence-before-type": (unknown_id, "fhir"),
    }
    for label, (name, kind) in asked.items():
        session.call("getGroupReport", label, client=group.client, reuse=True, study_group=name, report_type=kind)


@scenario(
    check_order.token_and_scope_come_first,
    listing.lists_in_any_organization,
    needs=("fresh_organization", "client_with_scopes"),
    blocked_by=("AUTH-9", "AUTH-14"),
)
def faults_without_access(session: Session) -> None:
    """Send faulty requests without a token and without the scope, and an acknowledgement without either."""
    _get_faults(session, "no-token", None, NO_TOKEN)
    _acknowledge_without(session)
    _post_faults(session, "no-token", None, NO_TOKEN)
    cannot_get = session.state("client_with_scopes", scopes=[REPORTS_READ, REPORTS_ACK]).client
    cannot_post = session.state("client_with_scopes", scopes=[STATUS_READ, REPORTS_READ]).client
    _get_faults(session, "no-scope", cannot_get, session.token(cannot_get))
    _post_faults(session, "no-scope", cannot_post, session.token(cannot_post))


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
    narrow = session.fresh_state("client_with_scopes", organization_id=organization, scopes=[STATUS_READ, REPORTS_READ])
    tried = {"no-token": (None, NO_TOKEN), "no-scope": (narrow.client, None)}
    for label, (client, token) in tried.items():
        session.call(
            "acknowledgeReports", f"tried/{label}", client=client, token=token, body=named,
            organizationId=organization,
        )  # fmt: skip
    session.call("listReports", "left", client=own.client, organizationId=organization)
