"""The checkers of PROTO-4 on stories written by hand."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import throttling as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, ERROR, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.ERROR, Verdict.NOT_EXERCISED
DATE = ("Date", "Thu, 01 Jan 2026 00:00:00 GMT")


def refused(status: int, value: str | None) -> Exchange:
    """Return a refusal with that `Retry-After`, or none."""
    headers = (DATE,) if value is None else (DATE, ("Retry-After", value))
    return exchange("getStatus", status, problem("too-many-requests", status), headers=headers)


@pytest.mark.parametrize("status", ["429", "503"])
def test_a_throttled_call_says_when_to_come_back(status: str) -> None:
    """PROTO-4: 429 and 503 carry the header; where the state brought about another answer nothing can be told."""
    for answer, verdict in (
        (refused(int(status), "1"), PASS),
        (refused(int(status), None), FAIL),
        (refused(404, None), ERROR),
    ):
        found = verdicts(checks.says_when_to_come_back, story((f"throttled/{status}", answer)))
        assert found[status] is verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("1", PASS),
        ("3600", PASS),
        ("Thu, 01 Jan 2026 00:10:00 GMT", PASS),
        ("0", FAIL),
        ("3601", FAIL),
        ("-5", FAIL),
        ("soon", FAIL),
        ("1.5", FAIL),
        ("Thu, 01 Jan 2026 00:00:00 GMT", FAIL),
        ("Thu, 01 Jan 2026 02:00:00 GMT", FAIL),
    ],
)
def test_every_retry_after_is_within_an_hour(value: str, verdict: Verdict) -> None:
    """PROTO-4: seconds or a date, by the answer's own clock, in whatever answer it stands."""
    for status in (409, 429, 200):
        found = verdicts(checks.never_too_soon_nor_too_late, story(("getResult", refused(status, value))))
        assert found["every-retry-after"] is verdict


def test_every_429_and_503_of_a_run_is_looked_at() -> None:
    """PROTO-4: also one that nobody asked for."""
    for answer, verdict in ((refused(503, "5"), PASS), (refused(503, None), FAIL), (refused(409, None), OPEN)):
        found = verdicts(checks.never_too_soon_nor_too_late, story(("getStatus", answer)))
        assert found["every-429-and-503"] is verdict
