"""The checkers of every report that a run was served, on stories written by hand."""

from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import media_types
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, UNEXERCISED = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED
TEXT, CSV = "text/plain; charset=utf-8", "text/csv"


def served(operation: str, report_type: str, body: bytes, media_type: str, method: str = "GET") -> Exchange:
    """Return a report that was asked for in a type."""
    given = {"report_type": report_type}
    return exchange(operation, asked=given, body=body, media_type=media_type, method=method)


def test_each_report_is_of_its_type_whatever_it_was_fetched_for() -> None:
    """RESULTS-1: bytes or a media type of another kind fail, in any step; refusals and HEAD are not judged."""
    for asked, verdict in (
        (served("getResult", "txt", b"FINDINGS", TEXT), PASS),
        (served("getResult", "txt", b"FINDINGS", "text/plain"), FAIL),
        (served("getResult", "txt", b"%PDF-1.7", TEXT), FAIL),
        (served("getResult", "pdf", b"%PDF-1.7", "application/octet-stream"), FAIL),
        (served("getResult", "pdf", b"", "application/pdf", "HEAD"), UNEXERCISED),
        (served("getResult", "docx", b"PK", "application/zip"), UNEXERCISED),
        (exchange("getResult", 409, problem("report-not-ready", 409), asked={"report_type": "pdf"}), UNEXERCISED),
    ):
        found = verdicts(media_types.is_of_the_type_asked_for, story(("getResult", asked)))
        assert found == {media_types.EVERY_ANSWER: verdict}


def test_each_report_of_a_group_is_of_its_type() -> None:
    """GROUP-1: likewise."""
    rows = b"order_id,status\r\nA-1,FAILED\r\n"
    for asked, verdict in (
        (served("getGroupReport", "csv", rows, CSV), PASS),
        (served("getGroupReport", "csv", rows, "text/plain"), FAIL),
        (served("getGroupReport", "csv", b"%PDF-1.7", CSV), FAIL),
        (served("getResult", "txt", b"FINDINGS", "text/html"), UNEXERCISED),
    ):
        found = verdicts(media_types.is_of_the_group_type_asked_for, story(("getGroupReport", asked)))
        assert found == {media_types.EVERY_ANSWER: verdict}
