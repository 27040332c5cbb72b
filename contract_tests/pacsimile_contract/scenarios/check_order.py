"""Requests with two faults at once."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from urllib.parse import quote

from pacsimile_contract.checkers import check_order as checks
from pacsimile_contract.checkers import listing
from pacsimile_contract.checkers.check_order import PAIRS
from pacsimile_contract.dialects.vocabulary import only_of_groups, only_of_orders
from pacsimile_contract.errors import Absent, Forbidden, NotExercised
from pacsimile_contract.evidence.exchange import Headers
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
NONE: Mapping[str, str] = {}
NO_TYPE = "docx"
"""What no `report_type` may be."""


@scenario(checks.tells_the_first_fault, needs=("fresh_organization",))
def two_faults(session: Session) -> None:
    """POST and GET with two faults or more, and with each of them alone where the answer is not that to the first."""
    lacking: NotExercised | None = None
    alone: dict[str, Ask] = {}
    for ask in (_posts, _gets, _of_groups):
        try:
            ask(session, alone)
        except NotExercised as error:
            lacking = error
    if lacking:
        raise lacking


Ask = Callable[[str], object]
"""Makes a call as the step of that label."""


def _ask_pairs(session: Session, alone: Mapping[str, Ask], both: Mapping[str, Ask]) -> None:
    """Make the calls with two faults. Where one does not name the first of them, make those with each alone.

    Args:
        session: who asks.
        alone: by fault, the call with it alone.
        both: by part of AUTH-15, or by several with a blank between them that one call has, the call with both.
    """
    for names, ask in both.items():
        first, *others = (f"both/{name}" for name in names.split())
        ask(first)
        for asked in session.story.all(first):
            for other in others:
                session.story.add(other, asked)
            told = [fault for name in names.split() if not checks.names_the_first(name, asked) for fault in PAIRS[name]]
            for fault in dict.fromkeys(told):
                if fault in alone and not session.story.all(f"alone/{fault}"):
                    alone[fault](f"alone/{fault}")


def _posts(session: Session, alone: dict[str, Ask]) -> None:
    home, unknown_id = session.home.organization_id, session.lookalike(session.home.organization_id)

    def post(organization: str, more: Mapping[str, str], body: bytes, headers: Headers) -> Ask:
        parameters = {"organizationId": organization, **more}
        return partial(session.call, "acknowledgeReports", parameters=parameters, headers=headers, body=body)

    def list_(more: Mapping[str, str]) -> Ask:
        return partial(session.call, "listReports", parameters={"organizationId": unknown_id, **more})

    alone |= {
        "query": post(home, UNKNOWN, NOTHING, JSON),
        "media-type": post(home, {}, NOTHING, TEXT),
        "body": post(home, {}, BROKEN, JSON),
        "ownership": post(unknown_id, {}, NOTHING, JSON),
    }
    first, second = "query-before-media-type query-before-body query-before-ownership", "media-type-before-body"
    both = {
        first: post(unknown_id, UNKNOWN, BROKEN, TEXT),
        f"{second} media-type-before-ownership": post(unknown_id, {}, BROKEN, TEXT),
        "body-before-ownership": post(unknown_id, {}, BROKEN, JSON),
    }
    _ask_pairs(session, alone, both)
    with suppress(Absent):
        listed = {"list-query-before-ownership": list_(UNKNOWN), "list-value-before-ownership": list_({"limit": "0"})}
        _ask_pairs(session, alone, listed)


def _gets(session: Session, alone: dict[str, Ask]) -> None:
    order = session.state("order_in_status", status="COMPLETED")
    known, unknown_id, client = order["order_id"], session.lookalike(order["order_id"]), order.client
    ways = [way for way in ("study_uid", "order_id") if session.can_ask("getResult", way)] or ["order_id"]
    nobodys = {"study_uid": session.lookalike(NOBODYS_STUDY), "order_id": unknown_id}
    way = ways[session.seed % len(ways)]

    def get(
        name: str, kind: str = session.plain_type, more: Mapping[str, str] = NONE, *, way: str = "order_id",
        reuse: bool = False,
    ) -> Ask:  # fmt: skip
        parameters = {way: name, "report_type": kind, **more}
        return partial(session.call, "getResult", parameters=parameters, client=client, reuse=reuse)

    alone |= {"get-query": get(known, more=UNKNOWN), "get-existence": get(nobodys[way], way=way)}
    both = {
        "query-before-existence": get(unknown_id, more=UNKNOWN),
        "value-before-existence": get(nobodys[ways[0]], NO_TYPE, way=ways[0]),
    }
    of_groups, unready = only_of_groups(session.dialect), _unready(session)
    if unready is not None:
        alone["get-state"] = get(unready, reuse=True)
        both["query-before-type-and-state"] = get(unready, of_groups or session.plain_type, UNKNOWN)
    if of_groups:
        alone["get-type"] = get(known, of_groups, reuse=True)
        both["existence-before-type"] = get(nobodys[way], of_groups, way=way)
    study = {"study_uid": nobodys["study_uid"], **UNKNOWN}
    both["status-query-before-existence"] = partial(
        session.call, "getStatus", parameters={"order_id": unknown_id, **UNKNOWN}, client=client
    )
    both["order-ids-query-before-existence"] = partial(session.call, "getOrderIds", parameters=study, client=client)
    _ask_pairs(session, alone, both)


def _unready(session: Session) -> str | None:
    try:
        order = session.state("order_in_status", status="PROCESSING")
    except NotExercised:
        return None
    return str(order["order_id"]) if order.organization_id == session.home.organization_id else None


def _of_groups(session: Session, alone: dict[str, Ask]) -> None:
    group, unknown_id = session.state("study_group", "mixed", statuses=list(MIXED)), nobodys_group(session)
    of_orders = next((kind for kind in ("fhir", only_of_orders(session.dialect)) if kind in session.order_types), None)
    if of_orders is None:  # each type of an order's report is one of a group's too
        return

    def get(name: str, kind: str, more: Mapping[str, str] = NONE, client: Client | None = group.client) -> Ask:
        parameters = {"study_group": name, "report_type": kind, **more}
        return partial(session.call, "getGroupReport", parameters=parameters, client=client, reuse=not more)

    alone |= {
        "group-type": get(group["study_group"], of_orders),
        "group-existence": get(unknown_id, session.plain_group_type),
    }
    both = {
        "group-existence-before-type": get(unknown_id, of_orders),
        "group-value-before-existence": get(unknown_id, NO_TYPE),
    }
    with suppress(NotExercised):
        unready = session.state("study_group", statuses=["COMPLETED", "PROCESSING"])
        name, client = unready["study_group"], unready.client
        alone["group-state"] = get(name, session.plain_group_type, client=client)
        both["group-query-before-type-and-state"] = get(name, of_orders, UNKNOWN, client)
    _ask_pairs(session, alone, both)


ALL_WRONG: Mapping[str, str] = {
    "getStatus": "order_id={order}&study_uid=no.uid&pacsimile=1",
    "getOrderIds": "study_uid={study}&study_uid=&pacsimile=1",
    "getResult": "order_id={order}&study_uid=no.uid&report_type=docx&pacsimile=1",
    "getGroupReport": "study_group={group}&report_type=docx&pacsimile=1",
    "listReports": "organizationId={organization}&limit=0&pacsimile=1",
}
"""By operation, a query for what nobody has in which each parameter is wrong in its way, and one is unknown."""
CROSSED = ("getStatus", "getOrderIds", "getResult")
"""Operations that are not asked so without the scope below level full: `scopes` asks them in more ways."""


@scenario(
    checks.token_and_scope_come_first,
    listing.lists_in_any_organization,
    needs=("fresh_organization", "client_with_scopes"),
    blocked_by=("AUTH-9", "AUTH-14"),
)
def faults_without_access(session: Session) -> None:
    """Send requests with several faults without a token and without the scope; acknowledge without either.

    Below level full calls of `access`, `scopes`, `expiry` and `forged` have the other faults.
    """
    _get_faults(session, "no-token", None, NO_TOKEN)
    if session.level == "full":
        _report_faults(session, "no-token", None, NO_TOKEN)
        _post_faults(session, "no-token", None, NO_TOKEN)
    for name in ALL_WRONG if session.level == "full" else ():
        _wrong_query(session, "no-token", name, None, NO_TOKEN)
    without_scope = [name for name in ALL_WRONG if session.level == "full" or name not in CROSSED]
    for scope, ask in ((STATUS_READ, _get_faults), (REPORTS_READ, _report_faults), (REPORTS_ACK, _post_faults)):
        if others := session.scopes_without(scope):
            lacking = session.state("client_with_scopes", scopes=others).client
            if session.level == "full" or ask == _post_faults:
                ask(session, "no-scope", lacking, session.token(lacking))
            for name in (name for name in without_scope if operations()[name].scope == scope):
                _wrong_query(session, "no-scope", name, lacking, session.token(lacking))
    _acknowledge_without(session)


def _wrong_query(session: Session, label: str, operation: str, client: Client | None, token: str) -> None:
    """Ask by a query that is wrong in all its parts; without the scope at level full by none at all too."""
    names = {
        "order": session.lookalike(NOBODYS_ORDER), "study": session.lookalike(NOBODYS_STUDY),
        "group": nobodys_group(session), "organization": session.lookalike(session.home.organization_id),
    }  # fmt: skip
    wrong = checks.OWNERSHIP if operation == "listReports" else f"{operation}-all-wrong"
    queries = {wrong: ALL_WRONG[operation].format_map({name: quote(text) for name, text in names.items()})}
    if token != NO_TOKEN and session.level == "full":
        queries[f"{operation}-none"] = ""
    for fault, query in queries.items():
        with suppress(Absent, Forbidden):
            session.call(operation, f"{label}/{fault}", client=client, token=token, query=query)


def _get_faults(session: Session, label: str, client: Client | None, token: str) -> None:
    """Ask for what does not exist, and after an answer that may tell so, for what does."""
    nobodys = session.lookalike("ORD-0000-000000")
    session.call("getStatus", f"existence/{label}", client=client, token=token, order_id=nobodys)
    for asked in session.story.all(f"existence/{label}"):
        if asked.status not in (401, 403):
            there = an_order(session)["order_id"]
            session.call("getStatus", f"there/{label}", client=client, token=token, order_id=there)


def _report_faults(session: Session, label: str, client: Client | None, token: str) -> None:
    """Ask for what does not exist, once with a parameter that is unknown, and list another organization."""
    group = {"study_group": nobodys_group(session), "report_type": session.plain_group_type}
    session.call("getGroupReport", f"{label}/group-report", group, client=client, token=token)
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
    """Try to acknowledge one of three reports without a token and without the scope; then list them.

    It is the second, so that the listing is judged by its first entry and its last.
    """
    own = session.fresh_state("fresh_organization", "queue", ready_reports=3)
    organization, named = own.organization_id, {"report_ids": own["report_ids"][1:2]}
    session.note("tried", named)
    reader = own.client
    tried: dict[str, tuple[Client | None, str | None]] = {"no-token": (None, NO_TOKEN)}
    if others := session.scopes_without(REPORTS_ACK):
        narrow = session.fresh_state("client_with_scopes", organization_id=organization, scopes=others)
        tried["no-scope"] = (narrow.client, None)
        reader = narrow.client if REPORTS_READ in others else reader
    for label, (client, token) in tried.items():
        session.call(
            "acknowledgeReports", f"tried/{label}", client=client, token=token, body=named,
            organizationId=organization,
        )  # fmt: skip
    session.call("listReports", "left", client=reader, organizationId=organization)
