"""The checkers of BATCH-11 on stories written by hand."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, judged, listing, posted, problem, story, verdicts
from pacsimile_contract.checkers import long_bodies
from pacsimile_contract.checkers import queue_bodies as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.scenarios.queue_bodies import MOST, _at_borders

PASS, FAIL, WARN, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.NOT_EXERCISED

VAIN = ("u", "f", "r", "m", "order", "1.2")
GIVEN: dict[str, Any] = {
    "queue": {"report_ids": ["a", "b", "c", "d"]}, "asked": {"report_id": "c"}, "unknown": {"report_id": "u"},
    "foreign": {"report_id": "f"}, "unready": {"report_id": "r"}, "misspelt": {"report_id": "m"},
    checks.OTHER_THINGS: {"names": ["order", "1.2"]}, checks.NOW_READY: {"order_id": "o"},
}  # fmt: skip
GOOD = {
    "short": listing("a", "b"),
    "named": posted("c", not_found=VAIN),
    "named-again": posted("r"),
    "empty-list": posted(),
    "without-body": posted("a", "b"),
    "after": listing("d"),
}


@pytest.mark.parametrize(
    ("step", "answer", "red"),
    [
        ("short", listing("a", "b"), set()),
        ("named", posted("c", "c", not_found=VAIN), {"named-alone"}),
        ("named", posted("a", "b", not_found=VAIN), {"named-alone"}),
        ("named", posted("c", not_found=VAIN[:3] + VAIN[4:]), {"misspelt"}),
        ("named", posted("c", not_found=VAIN[1:]), {"unknown"}),
        ("named", posted("c", not_found=("u", *VAIN[2:])), {"foreign"}),
        ("named", posted("c", not_found=("u", "f", *VAIN[3:])), {"unready"}),
        ("named", posted("c", not_found=(*VAIN, "u")), {"unknown"}),
        ("named", posted("c", not_found=VAIN[:5]), {checks.OTHER_THINGS}),
        ("named", posted("c", "d", not_found=(*VAIN[:4], "1.2")), {"named-alone", checks.OTHER_THINGS}),
        ("named", posted("c", "f", not_found=VAIN), set()),
        ("named-again", posted("c", "r"), {"acknowledged-before"}),
        ("named-again", posted("r", not_found=("c",)), {"acknowledged-before"}),
        ("named-again", posted(), {"unready-kept"}),
        ("named-again", posted("r", "r"), {"unready-kept"}),
        ("named-again", posted("r", "d"), {"acknowledged-before"}),
        ("named-again", posted(not_found=("r",)), {"unready-kept"}),
        ("empty-list", posted("a", "b"), {"empty-list"}),
        ("empty-list", posted(status=400), {"empty-list"}),
        ("without-body", posted(), {"memory-kept"}),
        ("without-body", posted("a"), {"memory-kept"}),
        ("after", listing(), {"named-alone"}),
        ("after", listing("c", "d"), {"named-alone"}),
        ("after", listing("d", "r"), {"named-alone"}),
    ],
)
def test_what_is_named_is_acknowledged_alone(step: str, answer: Exchange, red: set[str]) -> None:
    """BATCH-11: these alone, all of them, once; the rest in not_found; the listing's memory as it was."""
    found = verdicts(checks.acknowledges_what_is_named, story(*{**GOOD, step: answer}.items(), **GIVEN))
    assert {name for name, verdict in found.items() if verdict is FAIL} == red
    assert all(verdict is PASS for name, verdict in found.items() if name not in red)


def test_where_nothing_becomes_ready_naming_again_acknowledges_nothing() -> None:
    """BATCH-11: without a state that completes the order, only the repetition is judged."""
    given = {name: values for name, values in GIVEN.items() if name != checks.NOW_READY}
    for again, verdict in ((posted(), PASS), (posted("c"), FAIL)):
        found = verdicts(checks.acknowledges_what_is_named, story(*{**GOOD, "named-again": again}.items(), **given))
        assert (found["acknowledged-before"], found["unready-kept"]) == (verdict, OPEN)


def test_one_unknown_id_must_not_fail_the_rest() -> None:
    """BATCH-11: a refusal of the whole fails what was named, and each that was named in vain."""
    told = story(*{**GOOD, "named": posted(status=400)}.items(), **GIVEN)
    found = verdicts(checks.acknowledges_what_is_named, told)
    assert {name for name, verdict in found.items() if verdict is FAIL} == {
        "named-alone",
        checks.OTHER_THINGS,
        *checks.NOT_FOUND,
    }


def test_a_report_that_was_on_the_listing_and_named_is_not_acknowledged_twice() -> None:
    """BATCH-11: where `limit` shows more than it should, the memory is what is left of that listing."""
    more = {**GOOD, "short": listing("a", "b", "c", "d"), "without-body": posted("a", "b", "d"), "after": listing()}
    found = verdicts(checks.acknowledges_what_is_named, story(*more.items(), **GIVEN))
    assert found["memory-kept"] is found["named-alone"] is PASS


@pytest.mark.parametrize(
    ("refusal", "post", "expected"),
    [
        (posted(status=400), posted("a", "b"), (PASS, PASS)),
        (posted(status=413, reason="body-too-large"), posted("b", "a"), (PASS, PASS)),
        (posted(status=400), posted("a"), (FAIL, FAIL)),
        (posted(status=400), posted("a", "b", "b"), (FAIL, PASS)),
        (posted(status=400), posted(status=413), (FAIL, PASS)),
        (posted("a", "b"), posted(), (FAIL, FAIL)),
        (posted(status=422), posted("a", "b"), (PASS, FAIL)),
        (posted(status=412), posted("a", "b"), (PASS, FAIL)),
        (posted(status=413, reason="body-too-large"), posted("a", "b"), (PASS, PASS)),
    ],
)
def test_ten_thousand_names_are_taken_and_no_more(
    refusal: Exchange, post: Exchange, expected: tuple[Verdict, ...]
) -> None:
    """BATCH-11: all of 10,000, once each; 400 or 413 for more, of which nothing is acknowledged."""
    told = story(("too-many", refusal), ("ten-thousand", post), queue={"report_ids": ["a", "b"]})
    assert tuple(verdicts(long_bodies.acknowledges_ten_thousand, told).values()) == expected


@pytest.mark.parametrize(
    ("name", "right", "reason"),
    [
        ("wrong-shape", 400, "invalid-body"),
        ("malformed", 400, "invalid-body"),
        ("media-type", 415, "unsupported-media-type"),
    ],
)
def test_other_bodies_are_refused(name: str, right: int, reason: str) -> None:
    """BATCH-11: taking one is a failure of fact, another refusal one of form."""
    for answer, strict, documented in (
        (posted(status=right, reason=reason), PASS, PASS),
        (posted("a"), FAIL, FAIL),
        (posted(status=422, reason=reason), FAIL, WARN),
        (posted(status=right, reason="another"), FAIL, WARN),
    ):
        told = story((f"{name}/kind", answer), queue={"report_ids": ["a"]})
        assert verdicts(checks.refuses_other_bodies, told)[name] is strict
        assert verdicts(checks.refuses_other_bodies, told, "documented")[name] is documented


@pytest.mark.parametrize(
    ("post", "after", "verdict"),
    [
        (posted(status=400), listing("a", "b"), PASS),
        (posted(status=400), listing("b"), FAIL),
        (posted("a"), listing("b"), FAIL),
        (posted(status=500), listing("b"), OPEN),
        (exchange("acknowledgeReports", None, method="POST"), listing("b"), OPEN),
    ],
)
def test_refused_bodies_acknowledge_nothing(post: Exchange, after: Exchange, verdict: Verdict) -> None:
    """BATCH-11: all is listed afterwards; after a 5xx nobody can say."""
    told = story(("malformed/kind", post), ("after-refusals", after), queue={"report_ids": ["a", "b"]})
    assert verdicts(checks.refuses_other_bodies, told)["nothing-acknowledged"] is verdict
    (part,) = [one for one in judged(checks.refuses_other_bodies, told).parts if "nothing-" in one.check]
    assert any("5xx or not at all" in one.note for one in part.evidence) is (verdict is OPEN)


@pytest.mark.parametrize(("answer", "verdict"), [(posted("a"), PASS), (posted(), FAIL), (posted(status=415), FAIL)])
def test_json_is_json_however_its_type_is_spelt(answer: Exchange, verdict: Verdict) -> None:
    """BATCH-11: in any case, with parameters."""
    told = story(("json/Application/JSON", answer), **{"Application/JSON": {"report_id": "a"}})
    assert verdicts(checks.takes_json_and_no_body, told)["spelling-of-json"] is verdict


@pytest.mark.parametrize(("answer", "verdict"), [(posted("a"), PASS), (posted(), FAIL), (posted(status=415), FAIL)])
def test_zero_bytes_are_no_body(answer: Exchange, verdict: Verdict) -> None:
    """BATCH-11: whatever the media type says."""
    told = story(("before-zero-bytes/json", listing("a")), ("zero-bytes/json", answer))
    assert verdicts(checks.takes_json_and_no_body, told)["zero-bytes"] is verdict


@pytest.mark.parametrize(
    ("answer", "after", "expected"),
    [
        (posted(status=400), listing("a"), (PASS, PASS)),
        (exchange("acknowledgeReports", 408, problem("", 408)), listing("a"), (PASS, PASS)),
        (exchange("acknowledgeReports", None, failure="closed"), listing("a"), (OPEN, PASS)),
        (posted("a"), listing(), (FAIL, FAIL)),
        (posted(status=500), listing("a"), (OPEN, PASS)),
        (posted(status=400), listing(), (PASS, FAIL)),
    ],
)
def test_a_body_that_does_not_arrive_is_not_no_body(
    answer: Exchange, after: Exchange, expected: tuple[Verdict, ...]
) -> None:
    """BATCH-11: 400 where it can be read, and nothing acknowledged."""
    told = story(("half-closed/nothing", answer), ("after-cuts", after), queue={"report_ids": ["a"]})
    assert tuple(verdicts(checks.waits_for_the_announced_body, told).values()) == expected


def test_ten_thousand_long_names_are_taken() -> None:
    """BATCH-11: a limit of the body's size must leave room for them."""
    for answer, verdict in ((posted(), PASS), (posted(status=413, reason="body-too-large"), FAIL)):
        told = story(("long-names", answer))
        assert verdicts(long_bodies.acknowledges_ten_thousand, told)["ten-thousand"] is verdict


def test_every_unknown_name_of_ten_thousand_is_told() -> None:
    """BATCH-11: those of the last chunk too."""
    for missed, verdict in ((("x", "y"), PASS), (("x",), FAIL), ((), FAIL)):
        told = story(("ten-thousand", posted("a", not_found=missed)), queue={"report_ids": ["a"]}, unknown={"count": 2})
        assert verdicts(long_bodies.acknowledges_ten_thousand, told)["ten-thousand"] is verdict


def test_the_names_that_exist_stand_at_the_borders_of_chunks() -> None:
    """BATCH-11: the first, the last, and both sides of each border; no place twice."""
    places = _at_borders(1_000)
    assert len(set(places)) == len(places) == 1_000
    assert {0, MOST - 1, 499, 500, 511, 512, 999, 1_000, 4_999, 5_000, 9_000, 9_999} <= set(places)


@pytest.mark.parametrize(("after", "verdict"), [(listing(), PASS), (listing("b"), PASS), (listing("a"), FAIL)])
def test_many_are_acknowledged_at_once(after: Exchange, verdict: Verdict) -> None:
    """CONS-1: what an answer says is acknowledged is not listed after it."""
    told = story(("ten-thousand", posted("a")), ("after-ten-thousand", after), queue={"report_ids": ["a", "b"]})
    assert verdicts(long_bodies.acknowledges_many_at_once, told)["many-acknowledged"] is verdict


@pytest.mark.parametrize("kind", checks.ODD_JSON)
def test_odd_json_is_read_or_refused(kind: str) -> None:
    """BATCH-11: what it acknowledges is among the ids in it."""
    named = {f"odd-json/{kind}": {"report_ids": ["a", "b"]}}
    for answer, verdict in (
        (posted(status=400), PASS), (posted("a"), PASS), (posted("b"), PASS), (posted("c"), FAIL),
        (posted(status=415), FAIL),
    ):  # fmt: skip
        told = story((f"odd-json/{kind}", answer), **named)
        assert verdicts(checks.takes_odd_json_or_refuses_it, told)["odd-json"] is verdict
