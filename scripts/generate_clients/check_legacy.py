"""Use the client that openapi-python-client generated of the dialect legacy, as an integrator would."""

import os
from base64 import b64encode

from results_client import AuthenticatedClient
from results_client.api.queue import acknowledge_reports, list_reports
from results_client.api.reports import get_result
from results_client.api.status import get_order_ids, get_status
from results_client.api.token import get_token
from results_client.models import (
    AcknowledgementRequest,
    JsonReport,
    OrderIds,
    OrderState,
    OrderStatus,
    Problem,
    ReportList,
    ReportType,
    Token,
)

URL = os.environ["BASE_URL"]
CLIENT_ID, SECRET = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]
SITE = os.environ["ORGANIZATION_ID"]


def main() -> None:
    """Play an integration. An AssertionError shows an unexpected answer."""
    basic = b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    granted = get_token.sync(client=AuthenticatedClient(base_url=URL, token=basic, prefix="Basic"))
    assert isinstance(granted, Token), granted
    client = AuthenticatedClient(base_url=URL, token=granted.access_token)
    unknown = get_status.sync(client=client, order="NO-SUCH-ORDER")
    assert isinstance(unknown, Problem) and "NO-SUCH-ORDER" in unknown.message, unknown
    listed = list_reports.sync(client=client, site=SITE)
    assert isinstance(listed, ReportList) and listed.count == len(listed.reports), listed
    oldest = listed.reports[0]
    status = get_status.sync(client=client, order=oldest.order_id)
    assert isinstance(status, OrderStatus) and status.status is OrderState.VALUE_2, status
    assert status.created_at < (status.completed_at or 0)
    orders = get_order_ids.sync(client=client, study=status.study_uid)
    assert isinstance(orders, OrderIds) and oldest.order_id in orders.order_ids, orders
    report = get_result.sync(client=client, order=oldest.order_id, format_=ReportType.JSON)
    assert isinstance(report, JsonReport) and report.report_id == oldest.report_id, report
    body = AcknowledgementRequest(report_ids=[oldest.report_id])
    done = acknowledge_reports.sync_detailed(client=client, site=SITE, body=body)
    assert done.status_code == 204, done
    left = list_reports.sync(client=client, site=SITE)
    assert isinstance(left, ReportList) and oldest.report_id not in [entry.report_id for entry in left.reports]
    print(f"python, legacy: {oldest.report_id} fetched and acknowledged")


main()
