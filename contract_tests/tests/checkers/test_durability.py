"""The checker of BATCH-14 on stories written by hand."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, posted, story, verdicts
from pacsimile_contract.checkers import durability as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED
LOST = exchange("acknowledgeReports", None, failure="left by us", method="POST")

GIVEN: dict[str, Any] = {
    "named": {"report_ids": ["a", "b"]}, "by-name": {"report_ids": ["c", "d"]},
    "by-listing": {"report_ids": ["e", "f"]}, "left": {"report_ids": ["g", "h"]},
}  # fmt: skip
GOOD = {
    "named": posted("a", "b"),
    "after-named": listing(*"cdefgh"),
    "lost/by-name": LOST,
    "after-lost/by-name": listing(*"cdefgh"),
    "repeat/by-name": posted("c", "d"),
    "after-repeat/by-name": listing(*"efgh"),
    "lost/by-listing": LOST,
    "repeat/by-listing": posted(),
    "after-repeat/by-listing": listing(*"gh"),
    "others-view": listing(*"gh"),
    "after-restart": listing(*"gh"),
    "all-named": posted("g", "h"),
}


@pytest.mark.parametrize(
    ("step", "answer", "red"),
    [
        ("after-lost/by-name", listing(*"cdefgh"), set()),
        ("after-lost/by-name", listing(*"efgh"), set()),
        ("after-lost/by-name", listing(*"defgh"), {"wholly-or-not"}),
        ("named", posted(status=500), {"wholly-or-not"}),
        ("after-named", listing(*"bcdefgh"), {"wholly-or-not"}),
        ("after-named", listing(*"abcdefgh"), {"wholly-or-not"}),
        ("repeat/by-name", posted(), set()),
        ("repeat/by-name", posted("c", not_found=("d",)), {"may-be-repeated"}),
        ("repeat/by-name", posted(status=409), {"may-be-repeated"}),
        ("after-repeat/by-name", listing(*"defgh"), {"may-be-repeated"}),
        ("after-repeat/by-listing", listing(*"fgh"), {"may-be-repeated"}),
        ("others-view", listing(*"agh"), {"stays"}),
        ("others-view", listing("g"), {"stays"}),
        ("after-restart", listing(*"cgh"), {"after-restart", "none-lost"}),
        ("after-restart", listing(), {"after-restart", "none-lost"}),
        ("all-named", posted("g", "h", not_found=("a",)), {"none-lost"}),
        ("all-named", posted("g"), {"none-lost"}),
        ("all-named", posted("f", "g", "h"), {"none-lost"}),
    ],
)
def test_an_acknowledgement_is_whole_and_lasts(step: str, answer: Exchange, red: set[str]) -> None:
    """BATCH-14: done wholly or not at all, repeatable, for good; each report is listed or acknowledged."""
    steps = {**GOOD, step: answer}
    if step == "named":
        steps["after-named"] = listing(*"acdefgh")
    found = verdicts(checks.lasts, story(*steps.items(), **GIVEN))
    assert {name for name, verdict in found.items() if verdict is FAIL} == red


def test_what_was_not_answered_may_have_happened_or_not() -> None:
    """BATCH-14: a 5xx proves nothing, so that nothing stays is no failure."""
    for after in (listing(*"abcdefgh"), listing(*"cdefgh")):
        steps = {"named": posted(status=503), "after-named": after}
        assert verdicts(checks.lasts, story(*steps.items(), **GIVEN))["wholly-or-not"] is PASS


def test_without_a_restart_its_part_stays_open() -> None:
    """BATCH-14: the last listing is then the other client's."""
    steps = {name: one for name, one in GOOD.items() if name != "after-restart"}
    found = verdicts(checks.lasts, story(*steps.items(), **GIVEN))
    assert found.pop("after-restart") is OPEN
    assert set(found.values()) == {PASS}


LISTED_LATER = {"last-post": posted("a"), "short": listing("b"), "post": posted("b")}
KNOWN_LATER = {"named": {"report_ids": ["a"]}, "left": {"report_ids": ["c", "d"]}}


@pytest.mark.parametrize(
    ("view", "red"),
    [
        (listing(*"cd"), set()),
        (listing(*"acd"), {"stays-over-time"}),
        (listing(*"bcd"), {"stays-over-time"}),
        (listing("c"), {"none-lost-over-time"}),
        (listing(status=500), {"stays-over-time", "none-lost-over-time"}),
    ],
)
def test_time_brings_nothing_back_and_loses_nothing(view: Exchange, red: set[str]) -> None:
    """BATCH-14: after a year as after a day, by name as by listing."""
    for day, long in ((listing(*"cd"), view), (view, listing(*"cd"))):
        steps = {**LISTED_LATER, "later/day": day, "later/long": long}
        found = verdicts(checks.lasts_over_time, story(*steps.items(), **KNOWN_LATER))
        assert {name for name, verdict in found.items() if verdict is FAIL} == red


def test_what_was_not_acknowledged_need_not_stay_away() -> None:
    """BATCH-14: an acknowledgement that was refused promises nothing."""
    steps = {**LISTED_LATER, "last-post": posted(status=503), "later/day": listing(*"acd")}
    assert verdicts(checks.lasts_over_time, story(*steps.items(), **KNOWN_LATER))["stays-over-time"] is PASS
