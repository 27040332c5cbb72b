"""Use the client that openapi-python-client generated of the dialect camel, as an integrator would."""

import os
from base64 import b64encode

from results_client import AuthenticatedClient
from results_client.api.queue import acknowledge_reports, list_reports
from results_client.api.reports import get_result
from results_client.api.status import get_order_ids, get_status
from results_client.api.token import get_token
from results_client.models import (
    Acknowledgement,
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
ORGANIZATION = os.environ["ORGANIZATION_ID"]


def main() -> None:
    """Play an integration. An AssertionError shows an unexpected answer."""
    basic = b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    granted = get_token.sync(client=AuthenticatedClient(base_url=URL, token=basic, prefix="Basic"))
    assert isinstance(granted, Token), granted
    client = AuthenticatedClient(base_url=URL, token=granted.access_token)
    unknown = get_status.sync(client=client, order_id="NO-SUCH-ORDER")
    assert isinstance(unknown, Problem) and unknown.status == 404, unknown
    listed = list_reports.sync(client=client, organization_id=ORGANIZATION)
    assert isinstance(listed, ReportList) and listed.data.total == len(listed.data.reports), listed
    oldest = listed.data.reports[0]
    status = get_status.sync(client=client, order_id=oldest.order_id)
    assert isinstance(status, OrderStatus) and status.data.status is OrderState.COMPLETED, status
    orders = get_order_ids.sync(client=client, study_instance_uid=status.data.study_instance_uid)
    assert isinstance(orders, OrderIds) and oldest.order_id in orders.data.order_ids, orders
    report = get_result.sync(client=client, order_id=oldest.order_id, report_type=ReportType.JSON)
    assert isinstance(report, JsonReport) and report.report_id == oldest.report_id, report
    body = AcknowledgementRequest(report_ids=[oldest.report_id])
    done = acknowledge_reports.sync(client=client, organization_id=ORGANIZATION, body=body)
    assert isinstance(done, Acknowledgement) and done.data.acknowledged == [oldest.report_id], done
    print(f"python, camel: {oldest.report_id} fetched and acknowledged")


main()
