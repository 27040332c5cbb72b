"""What earlier answers prove of the types of a report."""

from typing import Any

from contract_tests.tests.helpers.seen_run import ANNE, DONE, ENTRY, ORDER, SeenRun
from pacsimile_contract.evidence.exchange import Exchange


def fetch(run: SeenRun, token: str, kind: str, report: str = "R-1") -> Exchange:
    """Let an order's report be served."""
    headers = (("X-Order-Id", "A-1"), ("X-Report-Id", report))
    return run.ask("getResult", token, 200, headers=headers, content=b"-", order_id="A-1", report_type=kind)


def not_offered(run: SeenRun, token: str, kind: str, **asked: str) -> Exchange:
    """Let a type be refused."""
    given = {**(asked or {"order_id": "A-1"}), "report_type": kind}
    operation = "getGroupReport" if "study_group" in given else "getResult"
    return run.refused(operation, token, 404, "report-type-not-available", **given)


def home(**changed: Any) -> tuple[SeenRun, str, Exchange]:
    """Return a run with a client that saw a COMPLETED order, offered as json and txt."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    return run, anne, run.status({**DONE, "report_types": ["json", "txt"], **changed}, anne)


def test_every_type_that_is_named_is_served_and_no_other() -> None:
    """All views of the types agree, and a type that the table rules out is refused in any state."""
    run, anne, _ = home()
    run.listing([{**ENTRY, "report_types": ["txt", "json"]}], anne)
    fetch(run, anne, "txt")
    not_offered(run, anne, "pdf")
    not_offered(run, anne, "csv")
    not_offered(run, anne, "hl7v2", study_group="g-1")
    assert run.broken() == []
    assert {"CONS-2", "RESULTS-5"} <= set(run.compare().compared)


def test_a_type_that_is_named_is_not_refused() -> None:
    """CONS-2: by the status, or by the listing alone."""
    run, anne, named = home()
    refused = not_offered(run, anne, "txt")
    assert run.broken() == [("CONS-2", [named.number, refused.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    refused = not_offered(run, anne, "json")
    listed = run.listing([ENTRY], anne)
    assert run.broken() == [("CONS-2", [refused.number, listed.number])]


def test_a_type_that_is_not_named_is_not_served() -> None:
    """CONS-2: whichever came first."""
    run, anne, named = home()
    served = fetch(run, anne, "pdf")
    assert run.broken() == [("CONS-2", [named.number, served.number])]


def test_views_name_the_same_types() -> None:
    """CONS-2: the listing and the status of one version."""
    run, anne, named = home()
    listed = run.listing([{**ENTRY, "report_types": ["json"]}], anne)
    assert run.broken() == [("CONS-2", [named.number, listed.number])]


def test_an_amendment_may_come_in_other_types() -> None:
    """Nothing is compared where a second version was seen, or the status says that something changed."""
    run, anne, _ = home()
    fetch(run, anne, "txt")
    fetch(run, anne, "pdf", "R-2")
    not_offered(run, anne, "txt")
    assert run.broken() == []
    run, anne, _ = home()
    run.status({**DONE, "report_types": ["json"], "updated_at": "2026-03-01T10:20:00Z"}, anne)
    not_offered(run, anne, "txt")
    assert run.broken() == []


def test_of_a_standing_service_an_amendment_may_come_unseen() -> None:
    """Only a status before and one after, which name the same types, show what was offered between."""
    run = SeenRun()
    token = run.token("primary")
    first = run.status(DONE, token)
    refused = not_offered(run, token, "json")
    assert run.broken() == []
    run.status(DONE, token)
    assert run.broken() == [("CONS-2", [first.number, refused.number])]


def test_a_type_that_the_table_rules_out_is_refused_in_any_state() -> None:
    """RESULTS-5: neither served nor put off."""
    run, anne, _ = home()
    served = fetch(run, anne, "csv")
    later = run.refused("getGroupReport", anne, 409, "report-not-ready", study_group="g-1", report_type="fhir")
    assert run.broken() == [("RESULTS-5", [served.number]), ("RESULTS-5", [later.number])]


def test_before_the_end_no_type_is_named_nor_ruled_out() -> None:
    """CONS-2, RESULTS-5: the order is unfinished, which a later answer shows."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    run.status({**ORDER, "status": "RECEIVED"}, anne)
    early = not_offered(run, anne, "pdf")
    named = run.status({**ORDER, "report_types": ["json"]}, anne)
    assert run.broken() == [("RESULTS-5", [early.number, named.number]), ("CONS-2", [named.number])]
