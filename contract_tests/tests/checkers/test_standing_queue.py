"""The checkers of an existing organization's queue on stories written by hand, where others may acknowledge or not."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, posted, story, verdicts
from pacsimile_contract.checkers import standing_queue as checks
from pacsimile_contract.evidence.exchange import Exchange, Respelled
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_spec.dialects import load_dialect

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED


def acknowledged(post: Exchange, after: Exchange, *, exclusive: bool) -> tuple[Verdict, ...]:
    """Return the verdicts on a POST without a body, where `c` was not on the listing before it."""
    told = story(
        ("all", listing("a", "b", "c")), ("short", listing("a", "b")), ("post", post), ("after", after),
        standing={"exclusive": exclusive},
    )  # fmt: skip
    return tuple(verdicts(checks.takes_off_what_was_shown, told).values())


@pytest.mark.parametrize(
    ("post", "after", "alone", "shared"),
    [
        (posted("a", "b"), listing("c"), (PASS, PASS, PASS), (PASS, PASS, PASS)),
        (posted("a"), listing("c"), (FAIL, PASS, PASS), (OPEN, PASS, PASS)),
        (posted("a", "b"), listing(), (PASS, PASS, FAIL), (PASS, PASS, OPEN)),
        (posted("a", "b", "c"), listing("c"), (FAIL, PASS, PASS), (FAIL, PASS, PASS)),
        (posted("a", "c"), listing("c"), (FAIL, PASS, PASS), (FAIL, PASS, PASS)),
        (posted("a", "b"), listing("b", "c"), (PASS, FAIL, PASS), (PASS, FAIL, PASS)),
        (posted(status=409), listing("c"), (FAIL, OPEN, OPEN), (FAIL, OPEN, OPEN)),
    ],
)
def test_what_was_shown_is_taken_off(
    post: Exchange, after: Exchange, alone: tuple[Verdict, ...], shared: tuple[Verdict, ...]
) -> None:
    """BATCH-5: what vanished may be another client's doing; what was acknowledged beyond the listing is not."""
    assert acknowledged(post, after, exclusive=True) == alone
    assert acknowledged(post, after, exclusive=False) == shared


@pytest.mark.parametrize(
    ("post", "repeated", "verdict"),
    [
        (posted("a"), posted(), PASS),
        (posted("a"), posted("a"), FAIL),
        (posted("a"), posted(status=400), FAIL),
        (posted(status=400), posted("a"), OPEN),
    ],
)
def test_a_repeat_acknowledges_nothing(post: Exchange, repeated: Exchange, verdict: Verdict) -> None:
    """BATCH-8: judged where the first was served."""
    assert verdicts(checks.does_nothing_twice, story(("post", post), ("repeated", repeated)))["answer"] is verdict


@pytest.mark.parametrize(
    ("post", "after", "alone", "shared"),
    [
        (posted("a", not_found=("x",)), listing("b"), (PASS, PASS), (PASS, PASS)),
        (posted(not_found=("x",)), listing("a"), (FAIL, PASS), (FAIL, PASS)),
        (posted(not_found=("x",)), listing(status=500), (FAIL, PASS), (OPEN, PASS)),
        (posted("a", "b", not_found=("x",)), listing(), (FAIL, PASS), (FAIL, PASS)),
        (posted("a", not_found=("x",)), listing("a", "b"), (FAIL, PASS), (FAIL, PASS)),
        (posted("a"), listing("b"), (PASS, FAIL), (PASS, FAIL)),
        (posted("a", not_found=("x",)), listing(status=500), (PASS, PASS), (PASS, PASS)),
        (posted(status=400), listing("a"), (FAIL, FAIL), (FAIL, FAIL)),
    ],
)
def test_what_is_named_is_taken_off(
    post: Exchange, after: Exchange, alone: tuple[Verdict, ...], shared: tuple[Verdict, ...]
) -> None:
    """BATCH-11: the report by name and nothing else; what is unknown is told as such."""
    steps, known = (("named", post), ("after-named", after)), {"report_id": "a", "unknown": "x"}
    for exclusive, expected in ((True, alone), (False, shared)):
        told = story(*steps, named=known, standing={"exclusive": exclusive})
        assert tuple(verdicts(checks.takes_off_what_is_named, told).values()) == expected


@pytest.mark.parametrize(
    ("post", "status", "result", "expected"),
    [
        (posted("a"), exchange(document={"order_id": "A-1"}), exchange("getResult"), (PASS, PASS)),
        (posted("a"), exchange(document={"order_id": "A-2"}), exchange("getResult"), (FAIL, PASS)),
        (posted("a"), exchange(status=404), exchange("getResult", 410), (FAIL, FAIL)),
        (posted(status=500), exchange(status=404), exchange("getResult", 404), (OPEN, OPEN)),
    ],
)
def test_what_was_acknowledged_is_there_still(
    post: Exchange, status: Exchange, result: Exchange, expected: tuple[Verdict, ...]
) -> None:
    """BATCH-10: acknowledging marks a report, and neither it nor its order goes."""
    told = story(("post", post), ("still/status", status), ("still/result", result), marked={"order_id": "A-1"})
    assert tuple(verdicts(checks.marks_and_no_more, told).values()) == expected


def silent(status: int = 200) -> Exchange:
    """Return an acknowledgement of a service whose dialect says nothing of what was done."""
    post = exchange("acknowledgeReports", status)
    post.respelled = Respelled(load_dialect("legacy"), post.request)
    return post


@pytest.mark.parametrize(("after", "verdict"), [(listing("c"), PASS), (listing("a", "c"), FAIL)])
def test_a_service_that_does_not_say_what_it_did_is_judged_by_listings(after: Exchange, verdict: Verdict) -> None:
    """BATCH-5, BATCH-9: what this client was shown last is gone afterwards."""
    for exclusive in (True, False):
        assert acknowledged(silent(), after, exclusive=exclusive)[:2] == (PASS, verdict)
    told = story(
        ("short", listing("a", "b")), ("second-lists", listing("a", "b", "c")), ("post", silent()), ("after", after),
        standing={"exclusive": True},
    )  # fmt: skip
    assert verdicts(checks.keeps_clients_apart, told) == {"own-listing": verdict, "not-the-others": PASS}


def test_clients_are_not_told_apart_by_calls_that_failed() -> None:
    """BATCH-9: neither by a refused acknowledgement, nor by a refused listing, nor by one that adds nothing."""
    for second, post in ((listing("a", "b", "c"), silent(409)), (exchange("listReports", 503), silent())):
        told = story(
            ("short", listing("a", "b")), ("second-lists", second), ("post", post), ("after", listing("c")),
            standing={"exclusive": True},
        )  # fmt: skip
        assert set(verdicts(checks.keeps_clients_apart, told).values()) == {OPEN}
    told = story(
        ("short", listing("a", "b")), ("second-lists", listing("a", "b")), ("post", silent()), ("after", listing()),
        standing={"exclusive": True},
    )  # fmt: skip
    assert verdicts(checks.keeps_clients_apart, told) == {"own-listing": PASS, "not-the-others": OPEN}


@pytest.mark.parametrize(("status", "verdict"), [(200, PASS), (409, FAIL)])
def test_a_silent_acknowledgement_by_name_is_one_that_was_served(status: int, verdict: Verdict) -> None:
    """BATCH-11: more cannot be seen in its answer."""
    told = story(("named", silent(status)), ("after-named", listing("b")), named={"report_id": "a", "unknown": "x"})
    told.values["standing"] = {"exclusive": True}
    told.values["rest"] = {"report_ids": ["b"]}
    assert verdicts(checks.takes_off_what_is_named, told)["named-alone"] is verdict
