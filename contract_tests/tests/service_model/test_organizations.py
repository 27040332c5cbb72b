"""What earlier answers prove of organizations."""

from typing import Any

import pytest

from contract_tests.tests.helpers.seen_run import ANNE, CLEO, ENTRY, ORDER, SeenRun
from pacsimile_contract.evidence.exchange import Exchange


def test_an_order_is_one_organizations_alone() -> None:
    """SEC-1, SEC-3: by id and by study, whoever saw it first; the same id for another order is no such thing."""
    run = SeenRun()
    anne, cleo = run.home(ANNE, CLEO).values()
    own = run.status(ORDER, anne)
    run.status({**ORDER, "created_at": "2026-03-01T10:00:07Z"}, cleo)
    assert run.broken() == []
    run = SeenRun()
    anne, cleo = run.home(ANNE, CLEO).values()
    own = run.status(ORDER, anne)
    by_id, by_study = run.status(ORDER, cleo), run.status(ORDER, cleo, study_uid="1.2.3")
    assert run.broken() == [("SEC-1", [own.number, by_id.number]), ("SEC-3", [own.number, by_study.number])]


def test_an_organization_is_listed_by_its_own_clients() -> None:
    """SEC-2: what is answered of the organization that other clients list for."""
    run = SeenRun()
    anne, _ = run.home(ANNE, CLEO).values()
    foreign = run.listing([], anne, "org-b")
    assert run.broken() == [("SEC-2", [3, foreign.number])]


@pytest.mark.parametrize("operation", ["listReports", "acknowledgeReports"])
def test_an_answer_names_the_organization_that_was_asked_for(operation: str) -> None:
    """PROTO-1: to the letter; one that leaves it out is judged by the schema alone."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    answer = {"count": 0, "reports": [], "acknowledged": [], "not_found": []}
    for named in ({}, {"organization_id": "org-a"}):
        run.ask(operation, anne, 200, {**answer, **named}, organizationId="org-a")
    assert run.broken() == []
    wrong = run.ask(operation, anne, 200, {**answer, "organization_id": "ORG-A"}, organizationId="org-a")
    assert run.broken() == [("PROTO-1", [wrong.number])]


def test_a_client_has_one_organization() -> None:
    """SEC-2: a name that begins with its own, for which nobody else lists."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    refused = run.refused("listReports", anne, 403, "foreign-organization", organizationId="org-a-radiology")
    assert run.broken() == [] and run.compare().compared["SEC-2"] is refused
    foreign = run.listing([], anne, "org-a-radiology")
    assert run.broken() == [("SEC-2", [2, foreign.number])]


def report(run: SeenRun, token: str, content: bytes, **asked: Any) -> Exchange:
    """Serve a report."""
    headers = (("X-Order-Id", "A-1"), ("X-Report-Id", "R-1"))
    given = {**(asked or {"order_id": "A-1"}), "report_type": "json"}
    return run.ask("getResult", token, 200, headers=headers, content=content, **given)


def test_a_report_is_one_organizations_alone() -> None:
    """SEC-1, SEC-3: the same bytes under the same ids; two organizations may have the same ids for two reports."""
    run = SeenRun()
    anne, cleo = run.home(ANNE, CLEO).values()
    first = report(run, anne, b'{"impression": "All is quiet."}')
    report(run, cleo, b'{"impression": "Much ado."}')
    assert run.broken() == []
    by_id = report(run, cleo, b'{"impression": "All is quiet."}')
    by_study = report(run, cleo, b'{"impression": "All is quiet."}', study_uid="1.2.3")
    assert [pair for pair in run.broken() if pair[0] in ("SEC-1", "SEC-3")] == [
        ("SEC-1", [first.number, by_id.number]), ("SEC-3", [first.number, by_study.number])
    ]  # fmt: skip


def test_a_listing_has_its_own_reports() -> None:
    """BATCH-2: an entry that another organization was shown."""
    run = SeenRun()
    anne, cleo = run.home(ANNE, CLEO).values()
    run.listing([ENTRY], anne)
    run.listing([ENTRY], cleo)  # completed within the same second, by two who count from 1
    assert run.broken() == []
    run = SeenRun()
    anne, cleo = run.home(ANNE, CLEO).values()
    exact = {**ENTRY, "completed_at": "2026-03-01T10:09:00.123Z"}
    first = run.listing([exact], anne)
    foreign = run.listing([exact], cleo)
    assert run.broken() == [("BATCH-2", [first.number, foreign.number])]
