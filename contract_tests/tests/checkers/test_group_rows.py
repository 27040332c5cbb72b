"""The checker of GROUP-2 that looks at each row of a group's report, on stories written by hand."""

import json
from typing import Any

from contract_tests.tests.helpers.handwritten import exchange, story, verdicts
from pacsimile_contract.checkers import group_rows
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL = Verdict.PASS, Verdict.FAIL
DONE = {"order_id": "A-1", "study_uid": "1.2.3", "status": "COMPLETED", "report_id": "R-1", "impression": "Nodule."}
FAILED = {"order_id": "A-2", "study_uid": "1.2.4", "status": "FAILED", "report_id": None, "impression": None}


def fetched(*rows: dict[str, Any]) -> Exchange:
    body = json.dumps({"study_group": "g", "organization_id": "o", "orders": rows}).encode()
    return exchange("getGroupReport", body=body, headers=(("Content-Type", "application/json"),))


def judged(*rows: dict[str, Any], label: str = "asked") -> dict[str, Verdict]:
    return verdicts(group_rows.names_each_once, story((f"{label}/json", fetched(*rows))))


def test_each_order_is_there_once_and_none_that_failed_has_a_report() -> None:
    """GROUP-2, whatever the report was fetched for; an empty text is no impression."""
    assert judged(DONE, FAILED) == {"each-once": PASS, "without-report": PASS}
    assert judged(DONE, {**FAILED, "impression": ""})["without-report"] is PASS
    for label in ("asked", "at-first", "amended", "joined", "group"):
        assert judged(DONE, FAILED, DONE, label=label) == {"each-once": FAIL, "without-report": PASS}
    for member in ("report_id", "impression"):
        assert judged(DONE, {**FAILED, member: DONE[member]}) == {"each-once": PASS, "without-report": FAIL}


def test_a_csv_with_a_row_for_each_version_has_an_order_twice() -> None:
    """GROUP-2: of two rows of one order, the former version's is one too many."""
    body = b"order_id,status,impression\r\nA-1,COMPLETED,Old.\r\nA-1,COMPLETED,New.\r\n"
    asked = exchange("getGroupReport", body=body, headers=(("Content-Type", "text/csv"),))
    assert verdicts(group_rows.names_each_once, story(("amended/csv", asked)))["each-once"] is FAIL


def test_a_text_has_no_rows() -> None:
    """A type without members for order ids shows neither."""
    asked = exchange("getGroupReport", body=b"A-1 COMPLETED\n", headers=(("Content-Type", "text/plain"),))
    assert set(verdicts(group_rows.names_each_once, story(("asked/txt", asked))).values()) == {Verdict.NOT_EXERCISED}
