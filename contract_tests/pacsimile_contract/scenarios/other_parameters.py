"""Right calls with a parameter that another operation knows."""

from collections.abc import Mapping

from pacsimile_contract.checkers import selectors as checks
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.sample_calls import SampleCalls, known_names
from pacsimile_contract.session.scope_checks import must_read

OF_OTHERS: Mapping[str, tuple[str, ...]] = {
    "getStatus": ("report_type", "organizationId", "limit", "study_group"),
    "getOrderIds": ("limit", "organizationId", "order_id", "report_type", "study_group"),
    "getResult": ("organizationId", "study_group", "limit"),
    "getGroupReport": ("order_id", "organizationId", "study_uid", "limit"),
    "listReports": ("report_type", "study_uid", "study_group", "order_id"),
    "acknowledgeReports": ("limit", "order_id", "study_uid", "report_type", "study_group"),
}
"""By operation, the parameters of other operations, the most likely to be taken first."""


@scenario(checks.takes_one_selector, needs=("order_in_status", "study_group"), blocked_by=("STATUS-1",))
def of_other_operations(session: Session) -> None:
    """Add to a right call of each second operation, in turn, one parameter of another; at level full each to each.

    Its value is right where it belongs. An acknowledgement names no report.
    """
    if session.dialect is not None:
        return
    must_read(session)
    samples, values = SampleCalls(session), {**known_names(session), "limit": "1", "report_type": session.plain_type}
    always = [sample for sample in samples if sample.operation == "acknowledgeReports"]
    for sample in session.in_turn(samples, 2, always):
        names = OF_OTHERS[sample.operation]
        for name in names if session.level == "full" else names[session.seed % len(names) :][:1]:
            samples.call(sample, f"unknown-parameter/{sample.operation}/{name}", extra={name: values[name]})
    samples.finish()
