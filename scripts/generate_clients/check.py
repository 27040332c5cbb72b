"""Use the client that openapi-python-client generated (`results_client`), as an integrator would."""

import os
from base64 import b64encode

from results_client import AuthenticatedClient
from results_client.api.queue import acknowledge_reports, list_reports
from results_client.api.reports import get_result
from results_client.api.status import get_order_ids, get_status
from results_client.api.token import get_token, post_token
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
    TokenRequest,
)

URL = os.environ["BASE_URL"]
CLIENT_ID, SECRET = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]
ORGANIZATION = os.environ["ORGANIZATION_ID"]


def token() -> str:
    """Get a token by form and by query, and return the second."""
    basic = b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    client = AuthenticatedClient(base_url=URL, token=basic, prefix="Basic")
    posted = post_token.sync(client=client, body=TokenRequest.from_dict({"grant_type": "client_credentials"}))
    assert isinstance(posted, Token), posted
    granted = get_token.sync(client=client, scope=posted.scope)
    assert isinstance(granted, Token), granted
    assert set(granted.scope.split()) == set(posted.scope.split())
    return granted.access_token


def listing(client: AuthenticatedClient) -> ReportList:
    """List the reports that are not acknowledged."""
    listed = list_reports.sync(client=client, organization_id=ORGANIZATION)
    assert isinstance(listed, ReportList), listed
    assert listed.count == len(listed.reports)
    return listed


def fetch(client: AuthenticatedClient, order_id: str, report_id: str) -> None:
    """Fetch an order's status, its study's orders and its report, each in its type."""
    status = get_status.sync(client=client, order_id=order_id)
    assert isinstance(status, OrderStatus) and status.status is OrderState.COMPLETED, status
    orders = get_order_ids.sync(client=client, study_uid=status.study_uid)
    assert isinstance(orders, OrderIds) and order_id in orders.order_ids, orders
    report = get_result.sync(client=client, order_id=order_id, report_type=ReportType.JSON)
    assert isinstance(report, JsonReport) and report.report_id == report_id, report


def acknowledge(client: AuthenticatedClient, report_id: str) -> None:
    """Acknowledge one report by name, and repeat that without effect."""
    body = AcknowledgementRequest(report_ids=[report_id])
    first = acknowledge_reports.sync(client=client, organization_id=ORGANIZATION, body=body)
    assert isinstance(first, Acknowledgement) and first.acknowledged == [report_id], first
    again = acknowledge_reports.sync(client=client, organization_id=ORGANIZATION, body=body)
    assert isinstance(again, Acknowledgement) and again.count == 0, again
    assert report_id not in [entry.report_id for entry in listing(client).reports]


def main() -> None:
    """Play an integration. An AssertionError shows an unexpected answer."""
    client = AuthenticatedClient(base_url=URL, token=token())
    unknown = get_status.sync(client=client, order_id="NO-SUCH-ORDER")
    assert isinstance(unknown, Problem) and unknown.status == 404, unknown
    oldest = listing(client).reports[0]
    fetch(client, oldest.order_id, oldest.report_id)
    acknowledge(client, oldest.report_id)
    print(f"python: {oldest.report_id} fetched and acknowledged")


main()
