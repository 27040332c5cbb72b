"""Paths in which parameters stand, as they are found after percent-decoding."""

import pytest

from pacsimile_mock.dialects.routes import Routes
from pacsimile_spec.dialects import parse_dialect

ROUTES = Routes(
    parse_dialect("""
name: vendor
paths:
  getStatus: "/orders/{order_id}"
  getGroupReport: "/groups/{study_group}/report"
  listReports: "/sites/{organizationId}/reports"
  acknowledgeReports: "/sites/{organizationId}/receipts"
""")
)


@pytest.mark.parametrize(
    ("method", "path", "operation", "value"),
    [
        ("GET", "/orders/ORD-1", "getStatus", "ORD-1"),
        ("GET", "/orders/", "getStatus", ""),
        ("GET", "/groups/a/b/report", "getGroupReport", "a/b"),
        ("GET", "/sites/a/b/reports", "listReports", "a/b"),
        ("POST", "/sites/a/b/receipts", "acknowledgeReports", "a/b"),
    ],
)
def test_a_value_may_have_a_slash_where_no_404_is_described(method: str, path: str, operation: str, value: str) -> None:
    """A listing knows no 404, so an organization `a%2Fb` must be refused by the operation, not by the path."""
    route = ROUTES.find(method, path)
    assert route is not None
    assert (route.operation, list(route.parameters.values())) == (operation, [value])


def test_an_order_of_that_name_is_an_unknown_path() -> None:
    """What lies below an order is nowhere."""
    assert ROUTES.find("GET", "/orders/ORD-1/parts") is None
