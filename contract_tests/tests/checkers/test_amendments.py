"""The checkers of BATCH-12 on stories written by hand."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import listing, posted, story, verdicts
from pacsimile_contract.checkers import amendments as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED

GIVEN: dict[str, Any] = {
    "old": {"of-acknowledged": "a", "of-shown": "b"},
    "of-acknowledged": {"report_id": "a2"},
    "of-shown": {"report_id": "b2"},
    "again": {"report_id": "a3"},
    "last": {"report_id": "b3"},
}


def amended(report: str, supersedes: str | None, status: str = "amended") -> dict[str, str | None]:
    """Return an entry of a listing."""
    return {"report_id": report, "supersedes": supersedes, "report_status": status}


A2, B2, A3 = amended("a2", "a"), amended("b2", "b"), amended("a3", "a2")
GOOD = {
    "shown": listing("a", "b", "c"),
    "by-listing": posted("b", "c"),
    "listed": listing(A2, B2),
    "amended-again": listing(B2, A3),
    "by-name": posted("a2", "b3"),
    "after": listing(A3),
}


@pytest.mark.parametrize(
    ("step", "answer", "red"),
    [
        ("shown", listing("a", "b", "c"), set()),
        ("listed", listing(B2), {"listed-again"}),
        ("listed", listing(A2), {"successor-stays"}),
        ("listed", listing(amended("a2", None), B2), {"supersedes"}),
        ("listed", listing(A2, amended("b2", "a")), {"supersedes"}),
        ("listed", listing(A2, amended("b2", "b", "final")), {"supersedes"}),
        ("amended-again", listing(A2, A3, B2), {"superseded-not-listed"}),
        ("amended-again", listing(A2, B2), {"listed-again", "superseded-not-listed"}),
        ("amended-again", listing(amended("a3", "a"), B2), {"supersedes"}),
        ("after", listing("c"), {"successor-stays"}),
        ("after", listing(A2, A3), {"superseded-not-listed"}),
        ("after", listing(A3, B2), {"superseded-not-listed"}),
        ("by-listing", posted("c"), {"superseded-by-listing"}),
        ("by-listing", posted(status=409), {"superseded-by-listing"}),
        ("by-name", posted("b3", not_found=("a2",)), {"superseded-by-name"}),
        ("by-name", posted("a2", "b3", "a3"), {"superseded-by-name"}),
    ],
)
def test_an_amendment_takes_the_place_of_what_it_supersedes(step: str, answer: Exchange, red: set[str]) -> None:
    """BATCH-12: it is listed and names the former, which is not listed, but may be acknowledged by who has seen it."""
    told = story(*{**GOOD, step: answer}.items(), **GIVEN)
    found = {
        **verdicts(checks.lists_amendments, told),
        **verdicts(checks.acknowledges_what_was_superseded, told),
    }
    assert {name for name, verdict in found.items() if verdict is FAIL} == red
    assert all(verdict is PASS for name, verdict in found.items() if name not in red)


def test_without_amendments_nothing_is_said() -> None:
    """BATCH-12: a scenario that never came so far leaves every part open."""
    assert set(verdicts(checks.lists_amendments, story()).values()) == {OPEN}
    assert set(verdicts(checks.acknowledges_what_was_superseded, story()).values()) == {OPEN}


ELEVEN = {"versions": {"report_ids": [f"r-{number}" for number in range(1, 12)]}}
OTHER, ELEVENTH = {"report_id": "o"}, amended("r-11", "r-10")


@pytest.mark.parametrize(
    ("step", "answer", "verdict"),
    [
        ("shown", listing(OTHER, ELEVENTH), PASS),
        ("shown", listing(OTHER, amended("r-9", "r-8")), FAIL),
        ("shown", listing(OTHER, ELEVENTH, amended("r-9", "r-8")), FAIL),
        ("shown", listing(OTHER, amended("r-11", "r-9")), FAIL),
        ("shown", listing(OTHER), FAIL),
        ("by-listing", posted("r-11"), PASS),
        ("by-listing", posted(not_found=("r-11",)), FAIL),
        ("listed", listing(OTHER), PASS),
        ("listed", listing(OTHER, amended("r-9", "r-8")), FAIL),
        ("listed", listing(OTHER, ELEVENTH), FAIL),
    ],
)
def test_of_eleven_versions_the_newest_is_listed(step: str, answer: Exchange, verdict: Verdict) -> None:
    """BATCH-12: names of versions that are sorted as text have the ninth after the eleventh."""
    good = {
        "shown": listing(OTHER, ELEVENTH),
        "by-listing": posted("r-11"),
        "listed": listing(OTHER),
    }
    told = story(*{**good, step: answer}.items(), **ELEVEN)
    assert verdicts(checks.lists_the_eleventh_version, told)["eleventh-version"] is verdict
