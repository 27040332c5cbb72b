"""Queues, study UIDs and group names of two organizations: each gets its own alone."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from pacsimile_contract.checkers import isolation as checks
from pacsimile_contract.checkers.common import telling_headers, telling_members
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.provider.supplies import LISTING, OTHER_ORG, instead
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import Queue
from pacsimile_contract.session.shared_states import offered_type, offered_types, readable
from pacsimile_contract.target.model import Client
from pacsimile_spec.report_types import ORDER_TYPES

REPEATS = 4
"""How often a call is repeated at most, to see which headers and members come and go."""


@scenario(checks.keeps_queues_apart, level="smoke", needs=("fresh_organization",))
def queues(session: Session) -> None:
    """List and POST for another organization and an unknown one; acknowledge its reports by name, as us and as it."""
    home, lacking = session.home, None
    try:
        other = session.fresh_state("fresh_organization", "other", ready_reports=4)
        organization = other.organization_id
    except NotExercised as error:
        known = session.target.clients.get("other_org")
        if known is None or known.organization_id is None:
            raise instead(error, OTHER_ORG, *[LISTING] * (not session.target.listing_allowed)) from None
        other, organization, lacking = None, known.organization_id, error
    if other and session.level != "smoke":
        Queue(session, other).post("theirs-before", other["report_ids"][-1:])
    named = other["report_ids"][1:2] if other else None
    listed = posted = {"foreign": organization}
    if session.level != "smoke":
        listed = {"unknown": session.lookalike(organization, near=True), **listed}
        posted = {"unknown": session.lookalike(organization), **posted}  # a near one may be a real organization's
    for whose, organization_id in listed.items():
        session.call("listReports", f"{whose}/list", client=home.client, organizationId=organization_id)
    _repeat(session, "listReports", "list", home.client, listed)
    for whose, organization_id in posted.items():
        _mark(session, home.client, whose, organization_id, named if whose == "foreign" else None)
    _repeat(session, "acknowledgeReports", "post", home.client, posted)
    if other and session.level != "smoke":
        own = home if home.owned else session.fresh_state("fresh_organization", "own", ready_reports=0)
        Queue(session, own).post("by-name", other["report_ids"][:1])
        if session.dialect is not None and not session.dialect.acknowledges_with_answer:
            Queue(session, other).list("theirs-listed")
        Queue(session, other).post("theirs", other["report_ids"][:-1])
    if lacking:
        raise lacking


def _repeat(session: Session, operation: str, way: str, client: Client, reached: Mapping[str, str]) -> None:
    """Repeat a call while the answers for the two organizations differ in names of headers or members.

    What comes and goes tells nothing. `reached` gives an organization's id by its kind, `unknown` or `foreign`. The two
    take turns in going first, as replicas may answer.
    """
    kinds = list(reached)
    for _ in range(REPEATS if len(reached) == len(checks.KINDS) else 0):
        answers = [checks.answers_about(session.story, kind, way) for kind in checks.KINDS]
        answers += [checks.answers_about(session.story, kind) for kind in checks.KINDS]
        refused = all(asked.status == checks.FORBIDDEN for each in answers for asked in each)
        if not refused or not (telling_headers(*answers) or telling_members(*answers)):
            return
        kinds.reverse()
        for kind in kinds:
            session.call(operation, f"{kind}-again/{way}", client=client, organizationId=reached[kind])


def _mark(session: Session, client: Client, whose: str, organization: str, named: list[str] | None) -> None:
    """Acknowledge for another organization. This comes after all listings, as the safety rules may forbid it."""
    session.call("acknowledgeReports", f"{whose}/post", client=client, organizationId=organization)
    if named:
        body = {"report_ids": named}
        session.call(
            "acknowledgeReports", f"{whose}/post-by-name", client=client, organizationId=organization, body=body
        )


@scenario(checks.keeps_shared_studies_apart, needs=("study_shared_between_organizations",))
def studies(session: Session) -> None:
    """Ask for a study that two organizations share, as each of them.

    First both orders are finished: the other's report is amended, and the first organization lists. Its own report is
    amended too. Then each asks for every type, in turn, and for the other's order by id. Last, the first organization
    gets a newer, unfinished order.
    """
    lacking, study = None, None
    for statuses, sides in (
        (["COMPLETED", "COMPLETED"], ("mine", "theirs")),
        (["RECEIVED", "COMPLETED"], ("mine-waiting", "theirs-ready")),
    ):
        try:
            study = _with_unfinished_order(session, study, statuses) or session.fresh_state(
                "study_shared_between_organizations", statuses=statuses
            )
        except NotExercised as error:
            lacking = error
            continue
        own, others = study["order_id"], study["other_order_id"]
        session.note(sides[0], {"own": own, "others": others, "ready": statuses[0] == "COMPLETED"})
        session.note(sides[1], {"own": others, "others": own, "ready": True})
        _ask_for(session, sides[0], study, study.client)
        if study.other:
            _ask_for(session, sides[1], study, study.other)
        if statuses[0] == "COMPLETED":
            _list_amended(session, study)
            _amend(session, study, "mine/result", study.organization_id, "mine-amended")
            if study.other:
                _in_turn(session, study, study.other)
    if lacking:
        raise lacking


def _with_unfinished_order(session: Session, former: ProvidedState | None, statuses: list[str]) -> ProvidedState | None:
    """Return the former study with a newer order of the first organization; None where none is made.

    The other one, which has asked for the study before, must not see anything of it.
    """
    if former is None or not former.owned or former.other is None:
        return None
    place = {"organization_id": former.organization_id, "study_uid": former["study_uid"]}
    try:
        made = session.fresh_state("order_in_status", "mine-made", status=statuses[0], **place)
    except NotExercised:
        return None
    return replace(former, values={**former.values, "order_id": made["order_id"]})


def _list_amended(session: Session, study: ProvidedState) -> None:
    """List as each side, the first one once the other's report is amended, where a state does that."""
    if study.other:
        theirs = study["other_organization_id"]
        session.call("listReports", "theirs/listing", client=study.other, organizationId=theirs)
        _amend(session, study, "theirs/result", theirs, checks.LABEL_AMENDED)
    session.call("listReports", "mine/listing", client=study.client, organizationId=study.organization_id)


def _amend(session: Session, study: ProvidedState, fetched: str, organization_id: str | None, label: str) -> None:
    """Amend a fetched report, if the provider can. Once each side's is amended, both have the same version again."""
    report = report_headers(session.story.last(fetched)).report_id
    with suppress(NotExercised):
        if report is not None and study.owned:
            session.fresh_state("report_amended", label, report_id=report, organization_id=organization_id)


def _ask_for(session: Session, side: str, study: ProvidedState, client: Client) -> None:
    uid = study["study_uid"]
    if session.level == "full" or side != "mine-waiting":
        session.call("getStatus", f"{side}/status", client=client, study_uid=uid)
    if session.level == "full" or side != "theirs-ready":
        session.call("getOrderIds", f"{side}/order-ids", client=client, study_uid=uid)
    known = session.story.given(side)
    kind = offered_type(session, str(known["own"]), client) if known["ready"] else session.plain_type
    session.call("getResult", f"{side}/result", client=client, study_uid=uid, report_type=kind)


def _in_turn(session: Session, study: ProvidedState, other: Client) -> None:
    """Ask as both sides for each type that both orders offer, and for the other side's order by its id.

    What a service keeps of the study by its UID alone was the other side's before: each side is first in turn, and asks
    by the study and by the order in turn.
    """
    sides = {"mine": (study.client, study["order_id"]), "theirs": (other, study["other_order_id"])}
    offers = [offered_types(session, str(order), client) or () for client, order in sides.values()]
    common = [name for name in ORDER_TYPES if all(name in types for types in offers)]
    for number, kind in enumerate(name for name in common if name != readable(common)):  # that one has been asked for
        for side in sorted(sides, reverse=number % 2 == 0):
            client, order = sides[side]
            name = {"study_uid": study["study_uid"]} if number % 3 else {"order_id": order}
            session.call("getResult", f"{side}-in-type/{kind}", {**name, "report_type": kind}, client=client)
    for place, (side, foreign) in enumerate((("mine", "theirs"), ("theirs", "mine"))):
        client, order = sides[side][0], {"order_id": sides[foreign][1]}
        if session.level == "full" or place == session.seed % 2:
            session.call("getStatus", f"{side}-of-the-other/status", order, client=client)
        if session.level == "full" or place != session.seed % 2:
            typed = {**order, "report_type": session.plain_type}
            session.call("getResult", f"{side}-of-the-other/result", typed, client=client)


@scenario(
    checks.keeps_shared_groups_apart,
    checks.names_the_callers_organization,
    needs=("study_group_shared_between_organizations",),
)
def groups(session: Session) -> None:
    """Ask for the report of a group's name that two organizations use, in each type, each of them first in turn.

    Then an order that is unfinished joins the other's group, and each asks again.
    """
    done, waiting = ["COMPLETED"], ["PROCESSING"]
    shared = "study_group_shared_between_organizations"
    group = session.fresh_state(shared, "both", statuses=done * 2, other_statuses=done)
    mine, theirs = group.organization_id, group.values.get("other_organization_id")
    session.note("mine", {"own": group["order_ids"], "others": group["other_order_ids"], "organization_id": mine})
    session.note("theirs", {"own": group["other_order_ids"], "others": group["order_ids"], "organization_id": theirs})
    sides = {"mine": group.client, **({"theirs": group.other} if group.other else {})}
    for number, report_type in enumerate(session.group_types):
        for side in sorted(sides, reverse=number % 2 == 1):
            _report(session, f"{side}/{report_type}", group, sides[side], report_type)
    if not _add_order_to_others_group(session, group, waiting[0]):
        group = session.fresh_state(shared, "one", statuses=done, other_statuses=waiting)
    _report(session, "finished", group, group.client)
    if group.other:
        _report(session, "unfinished", group, group.other)


def _add_order_to_others_group(session: Session, group: ProvidedState, status: str) -> bool:
    """Let an order join the other's group. Return whether it does: a state that everybody may use is left alone."""
    if not group.owned or group.other is None:
        return False
    place = {"study_group": group["study_group"], "organization_id": group["other_organization_id"]}
    try:
        session.fresh_state("order_in_status", checks.LABEL_JOINED, status=status, **place)
    except NotExercised:
        return False
    return True


def _report(session: Session, label: str, group: ProvidedState, client: Client, kind: str | None = None) -> None:
    name = group["study_group"]
    session.call("getGroupReport", label, client=client, study_group=name, report_type=kind or session.plain_group_type)
