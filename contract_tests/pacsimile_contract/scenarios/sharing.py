"""Queues, study UIDs and group names of two organizations: each gets its own alone."""

from pacsimile_contract.checkers import isolation as checks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import Queue
from pacsimile_contract.session.shared_states import offered_type
from pacsimile_contract.target.model import Client

PLAIN_TYPES = ("json", "csv")


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
            raise
        other, organization, lacking = None, known.organization_id, error
    if other and session.level != "smoke":
        Queue(session, other).post("theirs-before", other["report_ids"][-1:])
    named = other["report_ids"][1:2] if other else None
    reached = {"foreign": organization}
    if session.level != "smoke":
        reached = {"unknown": session.lookalike(home.organization_id), **reached}
    for whose, organization_id in reached.items():
        session.call("listReports", f"{whose}/list", client=home.client, organizationId=organization_id)
    for whose, organization_id in reached.items():
        _mark(session, home.client, whose, organization_id, named if whose == "foreign" else None)
    if other and session.level != "smoke":
        own = session.fresh_state("fresh_organization", "own", ready_reports=0)
        Queue(session, own).post("by-name", other["report_ids"][:1])
        if session.dialect is not None and not session.dialect.acknowledges_with_answer:
            Queue(session, other).list("theirs-listed")
        Queue(session, other).post("theirs", other["report_ids"][:-1])
    if lacking:
        raise lacking


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
    """Ask for a study that two organizations use, as each of them: both finished; then one unfinished."""
    lacking = None
    for statuses, sides in (
        (["COMPLETED", "COMPLETED"], ("mine", "theirs")),
        (["PROCESSING", "COMPLETED"], ("mine-waiting", "theirs-ready")),
    ):
        try:
            study = session.state("study_shared_between_organizations", statuses=statuses)
        except NotExercised as error:
            lacking = error
            continue
        own, others = study["order_id"], study["other_order_id"]
        session.note(sides[0], {"own": own, "others": others, "ready": statuses[0] == "COMPLETED"})
        session.note(sides[1], {"own": others, "others": own, "ready": True})
        _ask_for(session, sides[0], study, study.client, study.organization_id)
        if study.other:
            _ask_for(session, sides[1], study, study.other, study["other_organization_id"])
    if lacking:
        raise lacking


def _ask_for(session: Session, side: str, study: ProvidedState, client: Client, organization: str) -> None:
    uid = study["study_uid"]
    if side in ("mine", "theirs"):
        session.call("listReports", f"{side}/listing", client=client, organizationId=organization)
    session.call("getStatus", f"{side}/status", client=client, study_uid=uid)
    session.call("getOrderIds", f"{side}/order-ids", client=client, study_uid=uid)
    kind = offered_type(session, str(session.story.given(side)["own"]), client)
    session.call("getResult", f"{side}/result", client=client, study_uid=uid, report_type=kind)


@scenario(checks.keeps_shared_groups_apart, needs=("study_group_shared_between_organizations",))
def groups(session: Session) -> None:
    """Ask for the report of a group's name that two organizations use; then where the other's is unfinished."""
    done, waiting = ["COMPLETED"], ["PROCESSING"]
    shared = "study_group_shared_between_organizations"
    group = session.state(shared, "both", statuses=done * 2, other_statuses=done)
    session.note("mine", {"own": group["order_ids"], "others": group["other_order_ids"]})
    session.note("theirs", {"own": group["other_order_ids"], "others": group["order_ids"]})
    for report_type in (name for name in PLAIN_TYPES if name in session.group_types):
        _report(session, f"mine/{report_type}", group, group.client, report_type)
    if group.other:
        _report(session, "theirs/json", group, group.other)
    group = session.state(shared, "one", statuses=done, other_statuses=waiting)
    _report(session, "finished", group, group.client)
    if group.other:
        _report(session, "unfinished", group, group.other)


def _report(session: Session, label: str, group: ProvidedState, client: Client, kind: str | None = None) -> None:
    name = group["study_group"]
    session.call("getGroupReport", label, client=client, study_group=name, report_type=kind or session.plain_group_type)
