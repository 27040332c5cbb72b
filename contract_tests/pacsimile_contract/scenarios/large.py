"""Large result sets: many reports ready, a study with hundreds of orders, a large group."""

from pacsimile_contract.checkers import large as checks
from pacsimile_contract.checkers import queue
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.scenarios.status import HUNDREDS, TIED
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, Queue, own_queue
from pacsimile_contract.session.shared_states import LARGE
from pacsimile_spec.statuses import COMPLETED

NEARLY_ALL, REPORTS, MOST_REPORTS = 2_000, 2_003, 100_000
"""A limit that ends with a page or batch of any usual size; a number of reports that does with none; the greatest."""


@scenario(
    queue.acknowledges_hundreds,
    checks.lists_very_many,
    needs=("fresh_organization",),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-5"),
)
def very_many_reports(session: Session) -> None:
    """List 2,000 of 2,003 reports, then all at once, many of one instant; POST without a body, and list again."""
    own = own_queue(session, REPORTS, completed_seconds=[number // TIED for number in range(REPORTS)])
    queue_ = Queue(session, own)
    queue_.list("nearly-all", limit=NEARLY_ALL)
    queue_.list("many")
    queue_.post("post-many")
    queue_.list("after-many")


@scenario(checks.lists_very_many, level="full", needs=("fresh_organization",), blocked_by=BLOCKED_BY_LISTING)
def a_hundred_thousand_reports(session: Session) -> None:
    """List 100,000 reports at once."""
    Queue(session, session.fresh_state("fresh_organization", "queue", ready_reports=MOST_REPORTS)).list("many")


@scenario(
    checks.names_hundreds_of_orders,
    checks.reports_a_large_group,
    needs=("study_with_orders", "study_group"),
    blocked_by=("ORDERID-1", "GROUP-1"),
)
def large_study_and_group(session: Session) -> None:
    """Ask for the order IDs of a study with hundreds of orders, and for the report of a large group."""
    study = session.state("study_with_orders", "study", **HUNDREDS)
    session.call("getOrderIds", "order-ids", client=study.client, reuse=True, study_uid=study["study_uid"])
    group = session.state("study_group", "group", statuses=list(LARGE))
    completed = [name for name, status in zip(group["order_ids"], LARGE, strict=False) if status == COMPLETED]
    session.note("group", {**group.values, "order_ids": completed})
    for report_type in session.group_types:
        session.call(
            "getGroupReport", f"group/{report_type}", client=group.client, reuse=True,
            study_group=group["study_group"], report_type=report_type,
        )  # fmt: skip
