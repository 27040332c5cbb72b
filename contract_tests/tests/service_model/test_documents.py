"""What earlier answers prove of reports."""

import json

from contract_tests.tests.helpers.seen_run import ANNE, DONE, ENTRY, SeenRun
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


def test_a_version_is_superseded_by_what_its_successor_says() -> None:
    """RESULTS-11, BATCH-12: the json report names it, and nobody listed either; it is neither served nor listed."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    newer = serve(run, anne, "R-2", supersedes="R-1")
    late = serve(run, anne, "R-1")
    listed = run.listing([ENTRY], anne)
    assert run.broken() == [("RESULTS-11", [newer.number, late.number]), ("BATCH-12", [newer.number, listed.number])]


def test_a_version_that_was_served_before_a_newer_is_listed_no_more() -> None:
    """BATCH-12: only where the newer one came first."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    serve(run, anne)
    run.listing([ENTRY], anne)
    newer = serve(run, anne, "R-2")
    assert run.broken() == []
    listed = run.listing([ENTRY], anne)
    assert run.broken() == [("BATCH-12", [newer.number, listed.number])]


def test_a_json_report_agrees_with_the_other_views() -> None:
    """CONS-2: with its header, the status, and the listing of the same version."""
    for members, found in (
        ({"study_uid": "1.2.3", "report_status": "final"}, []),
        ({"report_id": "R-7"}, [[4]]),
        ({"study_uid": "1.2.4"}, [[3, 4]]),
        ({"report_status": "amended"}, [[4, 5]]),
        ({"supersedes": "R-0"}, []),
    ):
        run = SeenRun()
        (anne,) = run.home(ANNE).values()
        run.status(DONE, anne)
        text = json.dumps({"order_id": "A-1", "report_id": "R-1", **members}).encode()
        headers = (("X-Order-Id", "A-1"), ("X-Report-Id", "R-1"))
        run.ask("getResult", anne, 200, headers=headers, content=text, order_id="A-1", report_type="json")
        run.listing([ENTRY], anne)
        assert run.broken() == [("CONS-2", numbers) for numbers in found]


def test_a_final_json_report_was_completed_when_its_status_says() -> None:
    """CONS-2: also where no listing has it; an amended version has a time of its own."""
    for report_status, completed_at, found in (
        ("final", "2026-03-01T11:09:00+01:00", []),
        ("final", "2026-03-01T10:09:00+01:00", [[3, 4]]),
        ("amended", "2026-03-01T12:00:00Z", []),
    ):
        run = SeenRun()
        (anne,) = run.home(ANNE).values()
        run.status(DONE, anne)
        document = {"order_id": "A-1", "report_id": "R-1", "report_status": report_status}
        text = json.dumps({**document, "times": {"completed_at": completed_at}}).encode()
        headers = (("X-Order-Id", "A-1"), ("X-Report-Id", "R-1"))
        run.ask("getResult", anne, 200, headers=headers, content=text, order_id="A-1", report_type="json")
        assert run.broken() == [("CONS-2", numbers) for numbers in found]


def test_two_types_are_two_documents() -> None:
    """RESULTS-1: the same bytes under two types of a version."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    for kind, content in (("dicom_sr", b"one"), ("dicom_pdf", b"two"), ("dicom_pdf", b"one")):
        assert run.broken() == []
        headers = (("X-Order-Id", "A-1"), ("X-Report-Id", "R-1"))
        run.ask("getResult", anne, 200, headers=headers, content=content, order_id="A-1", report_type=kind)
    assert run.broken() == [("RESULTS-1", [3, 5])]
