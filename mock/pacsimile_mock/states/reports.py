"""Makes states with reports."""

from __future__ import annotations

from pacsimile_mock.clock import SECOND
from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.control_params import Params
from pacsimile_mock.seed.submission import Submission
from pacsimile_mock.states import maker as shared
from pacsimile_mock.states.maker import Maker, Values
from pacsimile_spec.statuses import COMPLETED, RECEIVED

HOUR = 3600 * SECOND


def report_becomes_ready(maker: Maker, params: Params) -> Values:
    """Make a report that becomes ready now or became ready a while ago; with `unready`, one that is not ready yet."""
    client, now = maker.organization(params), maker.submitter.now()
    ago = round(params.seconds("completed_seconds_ago") * SECOND) if "completed_seconds_ago" in params else 0
    status = RECEIVED if params.flag("unready") else COMPLETED
    created_at = now if "study_uid" in params or status == RECEIVED else now - ago - HOUR
    order = maker.submitter.submit(
        Submission(client.organization_id, status, min(created_at, now - ago), now - ago, shared.study_uid(params))
    )
    return maker.values(client, order_id=order.order_id, study_uid=order.study_uid, report_id=order.report_id(1))


def report_amended(maker: Maker, params: Params) -> Values:
    """Make a new version of a report."""
    order = maker.world.store.find_report(params.text("report_id"), maker.submitter.now())
    if order is None:
        raise bad_request("there is no ready report of that report_id in this world")
    report_id = maker.submitter.amend(maker.owned(order, params))
    return maker.values(maker.full_client(order.organization_id), report_id=report_id, order_id=order.order_id)
