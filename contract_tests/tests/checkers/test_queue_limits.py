"""The checkers of BATCH-13 on stories written by hand."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, posted, problem, story, verdicts
from pacsimile_contract.checkers import queue_limits as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED

KNOWN: dict[str, Any] = {
    "limits": [2] * 9,
    "seconds": {"a": 0, "b": 60, "c": 120, "d": 120, "e": 120, "late": -7200},
    "ready_from": {"late": 2},
}


def walked(*pages: tuple[str, ...], posts: dict[int, Exchange] | None = None) -> dict[str, Verdict]:
    """Return the verdicts on a walk through these pages, each acknowledged."""
    steps: list[tuple[str, Exchange]] = []
    for number, page in enumerate(pages):
        steps.append((f"walk/{number}", listing(*page)))
        if page:
            steps.append(("walk-post", (posts or {}).get(number, posted(*page))))
    return verdicts(checks.walks_through_all, story(*steps, walk=KNOWN))


GOOD = (("a", "b"), ("c", "d"), ("late", "e"), ())


def red(found: dict[str, Verdict]) -> set[str]:
    """Return the names of the parts that fail."""
    return {name for name, verdict in found.items() if verdict is FAIL}


@pytest.mark.parametrize("ties", [("c", "d", "e"), ("e", "c", "d"), ("d", "e", "c")])
def test_a_good_walk_passes_whatever_the_order_of_ties(ties: tuple[str, str, str]) -> None:
    """BATCH-13: reports of one instant may come in any order, each once."""
    found = walked(("a", "b"), ties[:2], ("late", ties[2]), ())
    assert found == {"so-many": PASS, "oldest-first": PASS, "walk": PASS, "late-finisher": PASS}


@pytest.mark.parametrize(
    ("pages", "parts"),
    [
        ((("a", "b"), ("c", "d"), ("late",), ()), {"so-many", "walk"}),  # the third tie was lost
        ((("a", "b"), ("c", "d"), ("e",), ()), {"so-many", "oldest-first", "late-finisher"}),
        ((("a", "b", "c"), ("d", "e"), ("late",), ()), {"so-many"}),
        ((("d", "e"), ("b", "c"), ("late", "a"), ()), {"oldest-first"}),
        ((("a", "c"), ("b", "d"), ("late", "e"), ()), {"oldest-first"}),  # the newest of a page is too new
        ((("a",), ("b", "c"), ("late", "d"), ("e",), ()), {"so-many"}),  # the first page is too short
        ((("a", "b"), ("c", "d"), ("late", "e"), ("e",), ()), {"walk"}),
    ],
)
def test_a_bad_walk_fails(pages: tuple[tuple[str, ...], ...], parts: set[str]) -> None:
    """BATCH-13: a page too long or not the oldest, a report missed or seen twice."""
    assert red(walked(*pages)) == parts


def test_faults_of_acknowledging_are_not_this_clauses() -> None:
    """BATCH-13: a POST that does nothing, that takes what is later, or that fails, leaves the walk open."""
    assert not red(walked(("a", "b"), ("a", "b"), ("a", "b")))
    assert not red(walked(("a", "b"), (), posts={0: posted("a", "b", "c", "d", "e")}))
    assert not red(walked(*GOOD, posts={1: posted(status=500)}))


def test_a_page_that_is_not_served_fails() -> None:
    """BATCH-13: whatever the reason."""
    told = story(("walk/0", listing(status=500)), walk=KNOWN)
    assert verdicts(checks.walks_through_all, told)["so-many"] is FAIL


@pytest.mark.parametrize(
    ("times", "verdict"),
    [
        (("2026-01-01T09:00:00+09:00", "2026-01-01T00:00:01Z"), PASS),
        (("2026-01-01T00:00:01Z", "2026-01-01T09:00:00+09:00"), FAIL),
        (("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), PASS),
    ],
)
def test_a_listing_begins_with_the_oldest_by_instant(times: tuple[str, str], verdict: Verdict) -> None:
    """BATCH-13: offsets are compared, not strings."""
    entries = [{"report_id": str(place), "completed_at": time} for place, time in enumerate(times)]
    assert verdicts(checks.walks_through_all, story(("whole", listing(*entries))))["oldest-first"] is verdict


def test_each_page_has_a_limit_of_its_own() -> None:
    """BATCH-13: a page may end between reports of one instant, wherever that is."""
    known = {**KNOWN, "limits": [2, 1, 2, 2, 2]}
    for second, verdict in ((("c",), PASS), (("c", "d"), FAIL)):
        pages = (("a", "b"), second, ("late", "d"), ("e",), ())
        told = story(*[(f"walk/{number}", listing(*page)) for number, page in enumerate(pages)], walk=known)
        assert verdicts(checks.walks_through_all, told)["so-many"] is verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (exchange("listReports", 400, problem("invalid-parameter", 400)), PASS),
        (exchange("listReports", 422, problem("invalid-parameter", 422)), FAIL),
        (listing("a"), FAIL),
    ],
)
def test_what_is_no_limit_is_refused(answer: Exchange, verdict: Verdict) -> None:
    """BATCH-13: 400 for `05`, `+5`, `5.0`, `0`, `10001`."""
    assert verdicts(checks.reads_the_limit, story(("spelling/05", answer)))["spelling"] is verdict


def test_the_greatest_limit_is_taken() -> None:
    """BATCH-13: 10000 is one."""
    for answer, verdict in ((listing("a"), PASS), (listing(status=400), FAIL)):
        assert verdicts(checks.reads_the_limit, story(("most", answer)))["most"] is verdict


def test_a_limit_at_the_border_gives_as_many() -> None:
    """BATCH-13: as many as the listing without a limit has, or one less."""
    for limit, page, verdict in (("2", "ab", PASS), ("2", "a", FAIL), ("1", "a", PASS), ("1", "ab", FAIL)):
        told = story(("first", listing("a", "b")), (f"border/{limit}", listing(*page)))
        assert verdicts(checks.reads_the_limit, told)["border"] is verdict
