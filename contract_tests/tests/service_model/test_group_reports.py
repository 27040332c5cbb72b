"""What the report of a group with members says of itself."""

import json
from typing import Any

import pytest

from contract_tests.tests.helpers.seen_run import ANNE, SeenRun
from pacsimile_contract.evidence.exchange import Exchange, Respelled
from pacsimile_spec.dialects import load_dialect

QUIET = {
    "order_id": "A-1", "study_uid": "1.2.1", "status": "COMPLETED", "report_id": "R-1", "impression": "All is quiet.",
}  # fmt: skip


def serve(run: SeenRun, token: str, content: bytes, kind: str = "json") -> Exchange:
    """Let a group's report be served."""
    return run.ask("getGroupReport", token, 200, content=content, study_group="g-1", report_type=kind)


def report(*orders: Any, **more: Any) -> bytes:
    """Return a group's report as json."""
    return json.dumps({"study_group": "g-1", "orders": orders, **more}).encode()


@pytest.fixture
def run() -> SeenRun:
    """Return a run without any call."""
    return SeenRun()


def test_a_groups_report_has_each_order_once(run: SeenRun) -> None:
    """GROUP-2: in json and csv, whichever version stands beside it."""
    (anne,) = run.home(ANNE).values()
    serve(run, anne, report(QUIET, {**QUIET, "order_id": "A-2"}))
    serve(run, anne, b"order_id,impression\r\nA-1,A.\r\nA-2,B.\r\n", "csv")
    assert run.broken() == []
    as_json = serve(run, anne, report(QUIET, {**QUIET, "report_id": "R-2"}, {**QUIET, "order_id": "A-2"}))
    as_csv = serve(run, anne, b"order_id,impression\r\nA-1,A.\r\nA-1,B.\r\nA-2,B.\r\n", "csv")
    assert run.broken() == [("GROUP-2", [as_json.number]), ("GROUP-2", [as_csv.number])]


def test_a_groups_report_names_the_callers_organization(run: SeenRun) -> None:
    """GROUP-2: and nothing is said of a client whose organization no call shows."""
    token = run.token(ANNE)
    serve(run, token, report(QUIET, organization_id="org-x"))
    run.ask("listReports", token, 200, {"reports": []})  # its query is no usual one: nothing shows whose listing it is
    assert run.broken() == []
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    serve(run, anne, report(QUIET, organization_id="org-a"))
    assert run.broken() == []
    foreign = serve(run, anne, report(QUIET, organization_id="org-b"))
    assert run.broken() == [("GROUP-2", [foreign.number])]


def test_a_groups_report_is_as_new_as_its_versions(run: SeenRun) -> None:
    """GROUP-5: `created_at` is not before a version, as the report itself or the order's own has it."""
    (anne,) = run.home(ANNE).values()
    statement = {"order_id": "A-1", "report_id": "R-1", "times": {"completed_at": "2026-03-01T10:09:00.5Z"}}
    headers = (("X-Order-Id", "A-1"), ("X-Report-Id", "R-1"))
    own = run.ask(
        "getResult", anne, 200, statement, headers=headers, order_id="A-1", report_type="json"
    )  # fmt: skip
    serve(run, anne, report(QUIET, created_at="2026-03-01T11:09:00.500+01:00"))  # in its own offset
    serve(run, anne, report({**QUIET, "completed_at": "2026-03-01T10:09:00Z"}, created_at="2026-03-01T10:10:00Z"))
    assert run.broken() == []
    old = serve(run, anne, report(QUIET, created_at="2026-03-01T10:08:00Z"))
    late = {**QUIET, "report_id": "R-2", "completed_at": "2026-03-01T10:20:00Z"}
    at_odds = serve(run, anne, report(late, created_at="2026-03-01T10:10:00Z"))
    assert run.broken() == [("GROUP-5", [own.number, old.number]), ("GROUP-5", [at_odds.number])]


@pytest.mark.parametrize("created_at", ["10:09:00Z", "10:09:00.12Z", "10:09:00.124999Z", "10:09:00.123Z"])
def test_a_groups_report_is_as_new_as_its_versions_to_the_last_digit(run: SeenRun, created_at: str) -> None:
    """GROUP-5: whole seconds lie before what happened within them. A dialect's times say as much as they have digits.

    Of the four, one is wrong in a dialect too.
    """
    (anne,) = run.home(ANNE).values()
    amended = {**QUIET, "completed_at": "2026-03-01T10:09:00.125Z"}
    old = serve(run, anne, report(amended, created_at=f"2026-03-01T{created_at}"))
    assert run.broken() == [("GROUP-5", [old.number])]
    old.respelled = Respelled(load_dialect("camel"), old.request, old.answer)
    assert bool(run.broken()) is (created_at == "10:09:00.123Z")


@pytest.mark.parametrize(
    ("name", "is_judged"), [("Trial 7, é", True), ("g" * 128, True), ("g" * 129, False), ("a\n", False)]
)
def test_a_group_may_have_any_name_of_printable_characters(run: SeenRun, name: str, is_judged: bool) -> None:
    """GROUP-2: what a gateway or a reader of queries may take for another name is not judged."""
    (anne,) = run.home(ANNE).values()
    content = json.dumps({"study_group": name, "orders": [QUIET, QUIET]}).encode()
    run.ask("getGroupReport", anne, 200, content=content, study_group=name, report_type="json")
    assert bool(run.broken()) is is_judged
