"""What earlier answers prove of reports."""

import json

from contract_tests.tests.helpers.seen_run import ANNE, ENTRY, SeenRun
from pacsimile_contract.evidence.exchange import Exchange


def serve(run: SeenRun, token: str, report: str = "R-1", says: str = "A-1", **members: str) -> Exchange:
    """Serve a version of the order's json report."""
    text = json.dumps({"order_id": says, "report_id": report, **members}).encode()
    headers = (("X-Order-Id", "A-1"), ("X-Report-Id", report))
    return run.ask("getResult", token, 200, headers=headers, content=text, order_id="A-1", report_type="json")


def test_a_version_says_the_same_each_time() -> None:
    """RESULTS-6: other bytes may say the same; another impression does not."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    first = serve(run, anne, impression="No finding.")
    serve(run, anne, impression="No finding.", made_at="now")
    assert run.broken() == []
    other = serve(run, anne, impression="A finding.")
    assert run.broken() == [("RESULTS-6", [first.number, other.number])]


def test_no_answer_goes_back_to_a_version_before() -> None:
    """RESULTS-11: after the amendment was listed, or was served."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    serve(run, anne)
    amended = {**ENTRY, "report_id": "R-2", "supersedes": "R-1", "report_status": "amended"}
    listed = run.listing([amended], anne)
    late = serve(run, anne)
    assert run.broken() == [("RESULTS-11", [listed.number, late.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    serve(run, anne)
    newer = serve(run, anne, "R-2")
    back = serve(run, anne)
    assert run.broken() == [("RESULTS-11", [newer.number, back.number])]


def test_a_report_is_that_of_its_order() -> None:
    """RESULTS-7: the order that the headers name is the one in the report."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    wrong = serve(run, anne, says="A-2")
    assert run.broken() == [("RESULTS-7", [wrong.number])]
