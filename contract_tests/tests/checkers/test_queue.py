"""The checkers of BATCH-5 … BATCH-10 on stories written by hand."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, posted, problem, story, verdicts
from pacsimile_contract.checkers import queue as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED
NO_ANSWER = exchange("acknowledgeReports", None, method="POST")


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        (posted("a", "b"), {"answer": PASS, "last-listing-alone": PASS}),
        (posted(status=500), {"answer": OPEN, "last-listing-alone": OPEN}),
        (NO_ANSWER, {"answer": OPEN, "last-listing-alone": OPEN}),
    ],
)
def test_an_unanswered_post_proves_nothing_of_what_is_left(post: Exchange, expected: dict[str, Verdict]) -> None:
    """BATCH-5: it may have been applied or not; a 5xx and a silence are for PROTO-3 to judge."""
    steps = (("short", listing("a", "b")), ("first-post", post), ("between", listing("c")))
    found = verdicts(checks.acknowledges_what_was_listed, story(*steps, queue={"report_ids": ["a", "b", "c"]}))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("post", "after", "verdict"),
    [
        (posted("a", "b", "c"), listing(), PASS),
        (posted("a", "b"), listing("c"), FAIL),
        (posted("a", "b", "c"), listing("c"), FAIL),
        (posted("a", "b", "c"), listing("d"), PASS),
        (posted(status=413), listing("a", "b", "c"), FAIL),
    ],
)
def test_hundreds_are_acknowledged_as_a_few_are(post: Exchange, after: Exchange, verdict: Verdict) -> None:
    """BATCH-5: all that was listed, however much, by the answer and by the next listing."""
    told = story(("many", listing("a", "b", "c")), ("post-many", post), ("after-many", after))
    assert verdicts(checks.acknowledges_hundreds, told)["hundreds"] is verdict


def test_what_became_ready_since_is_not_blamed_on_refusals() -> None:
    """BATCH-5: acknowledging it is BATCH-6's fault; acknowledging what the listing left out is not."""
    for post, verdict in ((posted("a", "n"), PASS), (posted("a", "b"), FAIL), (posted("n"), FAIL)):
        told = story(
            ("shown", listing("a")), ("refused/limit", listing(status=400)), ("post", post), ("left", listing("b")),
            queue={"report_ids": ["a", "b"]}, **{"ready-now": {"report_id": "n"}},
        )  # fmt: skip
        assert verdicts(checks.refusals_change_no_memory, told)["refused-calls-between"] is verdict


@pytest.mark.parametrize("name", checks.NEW)
@pytest.mark.parametrize(
    ("post", "after", "verdict"),
    [
        (posted("a"), listing("n"), PASS),
        (posted("a", "n"), listing(), FAIL),
        (posted("a"), listing(), FAIL),
        (posted("a"), listing(status=500), FAIL),
        (posted(status=500), listing(), OPEN),
    ],
)
def test_what_became_ready_since_is_in_the_next_listing(
    name: str, post: Exchange, after: Exchange, verdict: Verdict
) -> None:
    """BATCH-6: however it became ready."""
    given = {name: {"report_id": "n"}}
    told = story(("shown", listing("a")), ("post", post), ("left", after), **given)
    assert verdicts(checks.leaves_what_became_ready_since, told)[name] is verdict


@pytest.mark.parametrize(
    ("post", "after", "expected"),
    [
        (posted(), listing("a", "b"), (PASS, PASS)),
        (posted("a", "b"), listing(), (FAIL, FAIL)),
        (posted(), listing("b"), (PASS, FAIL)),
        (posted(status=409), listing("a", "b"), (FAIL, PASS)),
    ],
)
def test_before_a_listing_nothing_is_acknowledged(
    post: Exchange, after: Exchange, expected: tuple[Verdict, ...]
) -> None:
    """BATCH-7: 200 and count 0, and all is listed afterwards."""
    told = story(("before", post), ("listed", after), queue={"report_ids": ["a", "b"]})
    assert tuple(verdicts(checks.acknowledges_nothing_before_a_listing, told).values()) == expected


@pytest.mark.parametrize(
    ("repeated", "left", "expected"),
    [
        (posted(), listing("n"), (PASS, PASS)),
        (posted("a"), listing("n"), (FAIL, PASS)),
        (posted("n"), listing(), (FAIL, FAIL)),
        (posted(status=409), listing("n"), (FAIL, PASS)),
        (posted(), listing(), (PASS, FAIL)),
    ],
)
def test_a_repeated_post_does_nothing(repeated: Exchange, left: Exchange, expected: tuple[Verdict, ...]) -> None:
    """BATCH-8: 200 and count 0; what became ready meanwhile stays."""
    steps = (("listed", listing("a")), ("post", posted("a")), ("repeated", repeated), ("left", left))
    told = story(*steps, ready={"report_id": "n"})
    assert tuple(verdicts(checks.repeating_is_harmless, told).values()) == expected


GOOD_ROUND = {
    "listed": listing("a", "b"),
    "second-posts": posted(),
    "second-lists": listing("a", "b", "n"),
    "post": posted("a", "b"),
    "second-lists-again": listing("n"),
}


@pytest.mark.parametrize(
    ("step", "answer", "red"),
    [
        ("listed", listing("a", "b"), set()),
        ("listed", listing("a"), {"each-sees-all"}),
        ("second-lists", listing("n"), {"each-sees-all"}),
        ("second-posts", posted("a", "b"), {"without-own-listing"}),
        ("post", posted("a"), {"own-listing"}),
        ("second-lists-again", listing(), {"not-the-others"}),
    ],
)
def test_each_client_has_a_listing_of_its_own(step: str, answer: Exchange, red: set[str]) -> None:
    """BATCH-9: both see all; a POST takes what its own client was shown, no more and no less."""
    steps = {**GOOD_ROUND, step: answer}.items()
    found = verdicts(
        checks.clients_do_not_share_listings, story(*steps, queue={"report_ids": ["a", "b"]}, ready={"report_id": "n"})
    )
    assert {name for name, verdict in found.items() if verdict is FAIL} == red
    assert all(verdict is PASS for name, verdict in found.items() if name not in red)


STATUS = exchange("getStatus", 200, {"order_id": "o", "status": "COMPLETED"})
ORDERS = exchange("getOrderIds", 200, {"order_ids": ["o"]})
REPORT = exchange("getResult", 200, {"order_id": "o"})
GONE = exchange("getStatus", 404, problem("order-not-found", 404))


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("status", STATUS, [GONE, exchange("getStatus", 200, {"order_id": "o", "status": "RECEIVED"})]),
        ("by-study", STATUS, [GONE, exchange("getStatus", 200, {"order_id": "p", "status": "COMPLETED"})]),
        ("order-ids", ORDERS, [GONE, exchange("getOrderIds", 200, {"order_ids": ["p"]})]),
        ("result", REPORT, [GONE, exchange("getResult", 410, problem("gone", 410))]),
    ],
)
def test_an_acknowledged_order_still_answers(name: str, good: Exchange, bad: list[Exchange]) -> None:
    """BATCH-10: acknowledging only marks."""
    for answer, verdict in ((good, PASS), *((one, FAIL) for one in bad)):
        told = story(("last-post", posted("a")), (f"still/{name}", answer), acknowledged={"order_id": "o"})
        assert verdicts(checks.acknowledging_only_marks, told)[name] is verdict


@pytest.mark.parametrize(
    ("refusal", "post", "left", "verdict"),
    [
        (listing(status=403), posted(), listing("b", "c"), PASS),
        (listing(status=403), posted("a", "b", "c"), listing(), FAIL),
        (listing(status=403), posted(), listing("c"), FAIL),
        (listing("a"), posted("a"), listing("b", "c"), OPEN),
        (listing(status=403), posted(status=503), listing(), OPEN),
    ],
)
def test_a_listing_that_was_refused_is_none(
    refusal: Exchange, post: Exchange, left: Exchange, verdict: Verdict
) -> None:
    """BATCH-6: whoever could not list acknowledges nothing, by the answer and by the next listing."""
    steps = (("shown", listing("a")), ("unlisted/scope", refusal), ("unlisted-post", post), ("left", left))
    told = story(*steps, queue={"report_ids": ["a", "b", "c"]})
    assert verdicts(checks.refused_listings_are_none, told)["refused-listing"] is verdict


@pytest.mark.parametrize(
    ("refusal", "post", "verdict"),
    [
        (listing(status=400), posted("a", "b"), PASS),
        (listing(status=403), posted(), FAIL),
        (posted(status=400), posted("a"), FAIL),
        (listing(status=400), posted(status=409), FAIL),
        (listing("a"), posted("a"), OPEN),
    ],
)
def test_what_is_refused_changes_no_memory(refusal: Exchange, post: Exchange, verdict: Verdict) -> None:
    """BATCH-5: the most recent listing is one that was served; what should have been refused proves nothing."""
    told = story(("shown", listing("a", "b")), ("refused/x", refusal), ("post", post))
    assert verdicts(checks.refusals_change_no_memory, told)["refused-calls-between"] is verdict


def test_a_refused_acknowledgement_marks_nothing() -> None:
    """BATCH-5: what the last listing did not hold is still listed."""
    throttled = exchange("acknowledgeReports", 429, problem("too-many-requests", 429), headers=(("Retry-After", "1"),))
    steps = (("shown", listing("a")), ("refused/x", throttled), ("post", posted("a")))
    for left, verdict in ((listing("b"), PASS), (listing(), FAIL)):
        told = story(*steps, ("left", left), queue={"report_ids": ["a", "b"]})
        assert verdicts(checks.refusals_change_no_memory, told)["refused-calls-between"] is verdict


@pytest.mark.parametrize(
    ("repeated", "post", "left", "expected"),
    [
        (posted(), posted(), ("new",), PASS),
        (posted(), posted("new"), (), FAIL),
        (posted(), posted(), (), FAIL),
        (posted("new"), posted(), (), OPEN),
    ],
)
def test_head_is_no_listing(repeated: Exchange, post: Exchange, left: tuple[str, ...], expected: Verdict) -> None:
    """BATCH-6: what HEAD might have shown is not acknowledged; a POST that took it before is BATCH-8's."""
    steps = (("repeated", repeated), ("headed", exchange(None, 200, method="HEAD")), ("after-head", post))
    told = story(*steps, ("left", listing(*left)), ready={"report_id": "new"})
    assert verdicts(checks.head_is_no_listing, told)["head"] is expected


@pytest.mark.parametrize(
    ("post", "left", "verdict"),
    [
        (posted(), listing("a"), PASS),
        (posted("a"), listing(), FAIL),
        (posted(), listing(), FAIL),
        (posted(status=409), listing("a"), FAIL),
    ],
)
def test_a_listing_of_nothing_is_remembered(post: Exchange, left: Exchange, verdict: Verdict) -> None:
    """BATCH-6: what became ready since is not acknowledged."""
    told = story(("empty/first", listing()), ("post/first", post), ("left/first", left), first={"report_id": "a"})
    assert verdicts(checks.remembers_an_empty_listing, told)["after-an-empty-listing"] is verdict
