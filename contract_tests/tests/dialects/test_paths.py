"""Paths that a test asks for beside the operations, where a dialect has moved these."""

from pacsimile_contract.dialects.paths import leads_to_an_operation, methods_at
from pacsimile_spec.dialects import load_dialect, parse_dialect

VENDOR = parse_dialect("""
name: vendor
paths:
  getResult: "/results/{order_id}"
  listReports: "/sites/{organizationId}/reports"
  acknowledgeReports: "/sites/{organizationId}/receipts"
""")


def test_an_unknown_path_may_be_that_of_an_operation() -> None:
    """`/results/json` is unknown by the contract, and asks for an order named `json` where ids stand in the path."""
    assert leads_to_an_operation(VENDOR, "/results/json")
    assert leads_to_an_operation(VENDOR, "/status")
    assert not leads_to_an_operation(VENDOR, "/status/json")
    assert not leads_to_an_operation(VENDOR, "/orderid")


def test_the_methods_of_a_path_are_those_of_the_dialect() -> None:
    """Where listing and acknowledging have paths of their own, each has one method."""
    assert methods_at(VENDOR, "/reports") == ["GET"]
    assert methods_at(load_dialect("legacy"), "/reports") == ["GET", "POST"]
    assert methods_at(load_dialect("camel"), "/status") == ["GET"]
