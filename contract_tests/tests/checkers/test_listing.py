"""The checkers of BATCH-1 … BATCH-4 on stories written by hand."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, posted, story, verdicts
from pacsimile_contract.checkers import listing as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED
QUEUE = {"report_ids": ["a", "b", "c"]}


def first(answer: Exchange, **given: Any) -> Story:
    """Return the story of a first listing where a, b and c are ready and a was fetched."""
    return story(("first", answer), queue=QUEUE, fetched={"value": "a"}, **given)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (listing("a", "b", "c"), (PASS, PASS, PASS)),
        (listing("a", "b"), (FAIL, PASS, PASS)),
        (listing("b", "c"), (PASS, FAIL, PASS)),
        (listing("a", "b", "c", "c"), (PASS, PASS, FAIL)),
        (listing(status=500), (FAIL, FAIL, FAIL)),
    ],
)
def test_all_that_is_ready_is_listed_once(answer: Exchange, expected: tuple[Verdict, ...]) -> None:
    """BATCH-1: each ready report, fetched or not, and none twice."""
    assert tuple(verdicts(checks.lists_all_that_is_ready, first(answer)).values()) == expected


def test_a_report_that_could_not_be_fetched_counts_as_any_other() -> None:
    """BATCH-1: whether fetching works is another clause's matter."""
    told = story(("first", listing("a", "b")), queue=QUEUE, fetched={"value": None})
    assert verdicts(checks.lists_all_that_is_ready, told) == {"all": FAIL, "fetched": OPEN, "once": PASS}


def test_on_a_standing_organization_doubles_alone_are_judged() -> None:
    """BATCH-1: what is ready there nobody knows."""
    told = story(("first", listing("a", "a")), standing={"exclusive": False})
    assert verdicts(checks.lists_all_that_is_ready, told) == {"all": OPEN, "fetched": OPEN, "once": FAIL}


SURROUNDED: dict[str, Any] = {
    "RECEIVED": {"order_id": "o-r"}, "PROCESSING": {"order_id": "o-p"}, "FAILED": {"order_id": "o-f"},
    "CANCELLED": {"order_id": "o-c"}, "other": {"report_id": "x"}, "named": {"report_ids": ["a", "b"]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "red"),
    [
        ((), set()),
        (({"report_id": "r", "order_id": "o-r"},), {"unfinished", "nothing-else"}),
        (({"report_id": "r", "order_id": "o-p"},), {"unfinished", "nothing-else"}),
        (({"report_id": "r", "order_id": "o-f"},), {"failed", "nothing-else"}),
        (({"report_id": "r", "order_id": "o-c"},), {"cancelled", "nothing-else"}),
        (("x",), {"of-another", "nothing-else"}),
        (("y",), {"nothing-else"}),
    ],
)
def test_nothing_else_is_listed(more: tuple[Any, ...], red: set[str]) -> None:
    """BATCH-2: an unfinished, failed, cancelled, foreign or unknown one fails the part that names it."""
    found = verdicts(checks.lists_nothing_else, first(listing("a", "b", "c", *more), **SURROUNDED))
    assert {name for name, verdict in found.items() if verdict is FAIL} == red
    assert all(verdict is PASS for name, verdict in found.items() if name not in red | {"acknowledged"})


@pytest.mark.parametrize(
    ("post", "after", "verdict"),
    [
        (posted("a", "b"), listing("c"), PASS),
        (posted("a", "b"), listing(), PASS),
        (posted("a", "b"), listing("b", "c"), FAIL),
        (posted("a", "b"), listing(status=404), OPEN),
        (posted(status=500), listing("a", "b", "c"), OPEN),
    ],
)
def test_what_was_acknowledged_is_not_listed(post: Exchange, after: Exchange, verdict: Verdict) -> None:
    """BATCH-2: after an acknowledgement that was answered; whether it was is judged elsewhere."""
    steps = (("first", listing("a", "b", "c")), ("named", post), ("acknowledged", after))
    found = verdicts(checks.lists_nothing_else, story(*steps, queue=QUEUE, **SURROUNDED))
    assert found["acknowledged"] is verdict


@pytest.mark.parametrize(
    ("status", "red"), [("COMPLETED", set()), ("RECEIVED", {"unfinished"}), ("FAILED", {"failed"})]
)
def test_listed_orders_of_a_standing_organization_are_completed(status: str, red: set[str]) -> None:
    """BATCH-2: their status, asked for a few, says whether they may be listed."""
    asked = exchange("getStatus", 200, {"order_id": "o", "status": status})
    told = story(("first", listing("a")), ("status-of/o", asked), standing={"exclusive": True})
    found = verdicts(checks.lists_nothing_else, told)
    assert {name for name, verdict in found.items() if verdict is FAIL} == red
    assert found["nothing-else"] is OPEN


@pytest.mark.parametrize(
    ("again", "verdict"),
    [
        (listing("a", "b", "c"), PASS),
        (listing("b", "c"), FAIL),
        (listing("a", "c", "b"), FAIL),
        (listing("a", "b", "c", "d"), FAIL),
        (listing(status=500), FAIL),
        (exchange("listReports", None), Verdict.ERROR),
    ],
)
@pytest.mark.parametrize(
    ("step", "name"), [("second", "unchanged"), ("again/8", "unchanged"), ("after-short", "with-limit")]
)
def test_listing_changes_nothing(step: str, name: str, again: Exchange, verdict: Verdict) -> None:
    """BATCH-3: two listings agree, also after a short one."""
    told = story(("first", listing("a", "b", "c")), (step, again), queue=QUEUE)
    assert verdicts(checks.listing_is_safe, told)[name] is verdict


@pytest.mark.parametrize(("after", "verdict"), [(listing("l", "m"), PASS), (listing("l"), FAIL), (listing("a"), FAIL)])
def test_reports_that_finished_late_are_listed_in_the_place_of_others(after: Exchange, verdict: Verdict) -> None:
    """BATCH-1: a listing of the same length is another one."""
    late = {label: {"report_id": name} for label, name in zip(checks.LATE, "lm", strict=True)}
    told = story(
        ("first", listing("a", "b", "c")), ("acknowledged", after), queue=QUEUE, fetched={"value": None}, **late
    )
    assert verdicts(checks.lists_all_that_is_ready, told)["all"] is verdict


@pytest.mark.parametrize(
    ("again", "verdict"),
    [
        (listing("a", "b", "n"), PASS),
        (listing("a", "b"), PASS),
        (listing("b", "n"), FAIL),
        (listing("a", "b", "n", "m"), FAIL),
    ],
)
def test_only_what_became_ready_may_be_new(again: Exchange, verdict: Verdict) -> None:
    """BATCH-3: that it has to be there is BATCH-1's."""
    told = story(("first", listing("a", "b")), ("after-ready", again), queue=QUEUE, ready={"report_id": "n"})
    assert verdicts(checks.listing_is_safe, told)["became-ready"] is verdict


@pytest.mark.parametrize(("exclusive", "verdict"), [(True, FAIL), (False, OPEN)])
def test_others_may_acknowledge_in_a_standing_organization(exclusive: bool, verdict: Verdict) -> None:
    """BATCH-3: a report that vanishes fails where nobody else acknowledges; a new one never does."""
    for second, expected in ((listing("b"), verdict), (listing("a", "b", "n"), PASS)):
        told = story(("first", listing("a", "b")), ("second", second), standing={"exclusive": exclusive})
        assert verdicts(checks.listing_is_safe, told)["unchanged"] is expected


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (listing(), PASS),
        (listing("a"), FAIL),
        (listing(status=404), FAIL),
        (exchange("listReports", 200, {"count": 0, "reports": None}), FAIL),
        (exchange("listReports", 204), FAIL),
    ],
)
@pytest.mark.parametrize("name", ["empty", "with-limit"])
def test_no_report_is_an_empty_list(name: str, answer: Exchange, verdict: Verdict) -> None:
    """BATCH-4: 200 with `reports` empty; neither 404 nor 204 nor null."""
    assert verdicts(checks.lists_nothing, story((f"asked/{name}", answer)))[name] is verdict


@pytest.mark.parametrize(("answer", "verdict"), [(listing("a", "b"), PASS), (listing("b"), PASS), (listing("a"), FAIL)])
def test_all_is_listed_in_any_organization(answer: Exchange, verdict: Verdict) -> None:
    """BATCH-1: also where it is not looked for first; what others tried to acknowledge is another clause's matter."""
    told = story(("left", answer), queue={"report_ids": ["a", "b"]}, tried={"report_ids": ["a"]})
    assert verdicts(checks.lists_in_any_organization, told) == {"any-organization": verdict}


def test_an_order_that_is_nearly_done_is_not_listed() -> None:
    """BATCH-2: progress says nothing of a report."""
    answer = listing({"report_id": "r", "order_id": "o-n"})
    told = story(("first", answer), queue={"report_ids": ["r"]}, **{checks.NEARLY_DONE: {"order_id": "o-n"}})
    assert verdicts(checks.lists_nothing_else, told)["unfinished"] is FAIL


@pytest.mark.parametrize(("again", "verdict"), [(listing("a", "b"), PASS), (listing("c"), FAIL), (listing("b"), FAIL)])
def test_a_page_that_is_asked_for_again_is_the_same(again: Exchange, verdict: Verdict) -> None:
    """BATCH-3: for either client."""
    told = story(
        ("first", listing("a", "b", "c")), ("page/first", listing("a", "b")), ("page/of-the-other", again), queue=QUEUE
    )
    assert verdicts(checks.listing_is_safe, told)["with-limit"] is verdict
