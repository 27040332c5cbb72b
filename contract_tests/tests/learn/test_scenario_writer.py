"""A scenario of a record: the same shape, and no name of the record in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.learn.scenario_writer import scenario_of

BEGIN = "Sun, 01 Mar 2026 08:00:00 GMT"
LATER = "Sun, 01 Mar 2026 08:10:00 GMT"


def status(order_id: str, word: str, at: str = BEGIN, **members: Any) -> Exchange:
    content = {
        "order_id": order_id, "study_uid": "1.2.826.0.1.7", "study_group": None, "status": word, "progress": 0,
        "created_at": "2026-03-01T07:30:00Z", "updated_at": "2026-03-01T07:40:00Z", "completed_at": None, **members,
    }  # fmt: skip
    return exchange("getStatus", 200, content, asked={"order_id": order_id}, headers=(("Date", at),))


def orders(*calls: Exchange) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load(scenario_of(calls))["orders"]
    return read


def test_what_was_final_keeps_its_status() -> None:
    done = {"completed_at": "2026-03-01T07:40:00Z"}
    assert orders(status("A", "COMPLETED", **done)) == [{"status": "COMPLETED", "created": "30m"}]
    assert orders(status("A", "FAILED", **done)) == [{"status": "FAILED", "created": "30m"}]
    assert orders(status("A", "PROCESSING")) == [{"status": "PROCESSING", "created": "30m"}]


def test_what_changed_changes_as_long_after_its_receipt() -> None:
    started = status("A", "PROCESSING", updated_at="2026-03-01T07:35:00Z")
    done = status("A", "COMPLETED", LATER, completed_at="2026-03-01T08:05:00Z", updated_at="2026-03-01T08:05:00Z")
    assert orders(started, done) == [{"moves": {"starts": "5m", "finishes": "35m"}, "created": "30m"}]
    amended = status("A", "COMPLETED", LATER, completed_at="2026-03-01T08:05:00Z", updated_at="2026-03-01T08:07:00Z")
    assert orders(started, done, amended)[0]["moves"]["amended"] == "37m"
    failed = status("A", "FAILED", LATER, completed_at="2026-03-01T08:05:00Z", updated_at="2026-03-01T08:05:00Z")
    assert orders(started, failed)[0]["moves"]["outcome"] == "FAILED"


def test_studies_and_groups_get_names_of_their_own() -> None:
    """A label where several orders share one; equal orders are counted."""
    rows = orders(
        *(status(name, "RECEIVED", study_group="Müller, Hans") for name in ("A", "B")),
        *(status(name, "RECEIVED", study_uid=f"1.2.{number}") for number, name in enumerate(("C", "D", "E"))),
    )
    assert rows == [
        {"count": 2, "status": "RECEIVED", "created": "30m", "study": "study-1", "group": "group-1"},
        {"count": 3, "status": "RECEIVED", "created": "30m"},
    ]


def listing(client: str, organization: str, *entries: dict[str, Any]) -> Exchange:
    asked = {"organizationId": organization}
    content = {"organization_id": organization, "reports": list(entries)}
    made = exchange("listReports", 200, content, asked=asked, headers=(("Date", BEGIN),))
    made.request = replace(made.request, client=client)
    return made


def test_organizations_are_the_mocks_own() -> None:
    """The first two that are seen; orders of a third are left out, and the file says how many."""
    entry = {"report_id": "R", "study_uid": None, "study_group": None, "completed_at": "2026-03-01T07:40:00Z"}
    calls = [
        listing(
            f"client-{number}", f"Klinik {number}", {**entry, "order_id": f"O-{number}", "report_id": f"R-{number}"}
        )
        for number in range(3)
    ]
    text = scenario_of(calls)
    assert [row.get("organization") for row in yaml.safe_load(text)["orders"]] == [None, "demo-clinic"]
    assert "# 1 orders of further organizations are left out" in text


def test_calls_that_the_service_failed_become_faults() -> None:
    refused = exchange("getStatus", 503, {}, headers=(("Retry-After", "7"),))
    read = yaml.safe_load(scenario_of([status("A", "RECEIVED"), refused, exchange("getResult", 500, {})]))
    assert read["faults"] == [
        {"match": {"operation": "getStatus", "nth": 2}, "effect": {"status": 503, "retry_after": 7}},
        {"match": {"operation": "getResult", "nth": 1}, "effect": {"status": 500}},
    ]


def test_no_name_of_the_record_is_kept() -> None:
    """Whatever it is: what an answer says is never written."""
    secret = "Zürich: {x: &y 1} #"
    first = status(secret, "RECEIVED", study_group=secret, study_uid=secret)
    second = status(secret + "2", "RECEIVED", study_uid=secret)
    listed = listing(secret, secret, {"report_id": secret, "order_id": secret, "report_types": [secret, "pdf"]})
    text = scenario_of([first, second, listed])
    assert "Zürich" not in text and "&" not in text and yaml.safe_load(text)["orders"]


@pytest.mark.parametrize("calls", [[], [exchange("getStatus", 404, {})], [exchange("getStatus", 200, {"order_id": 7})]])
def test_a_record_without_orders_gives_an_empty_scenario(calls: list[Exchange]) -> None:
    assert yaml.safe_load(scenario_of(calls))["orders"] == []
