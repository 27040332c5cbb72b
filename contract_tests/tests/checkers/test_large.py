"""The checkers of PROTO-6 on stories written by hand."""

from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, problem, story, verdicts
from pacsimile_contract.checkers import large as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL = Verdict.PASS, Verdict.FAIL


def entry(report: str, **changes: Any) -> dict[str, Any]:
    """Return a whole entry of a listing, but for the changes."""
    return {
        "report_id": report, "order_id": "o", "study_uid": "1.2", "study_group": None, "report_status": "final",
        "supersedes": None, "report_types": ["json"], "completed_at": "2026-01-01T00:00:00Z", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (listing(entry("a"), entry("b")), (PASS, PASS, PASS)),
        (listing(entry("a")), (FAIL, PASS, PASS)),
        (listing(entry("a"), entry("b"), entry("c")), (FAIL, PASS, PASS)),
        (listing(entry("a"), entry("b"), entry("b")), (PASS, FAIL, PASS)),
        (listing(entry("a"), entry("b", report_types=None)), (PASS, PASS, FAIL)),
        (listing(entry("a"), entry("b", completed_at="yesterday")), (PASS, PASS, FAIL)),
        (listing(status=500), (FAIL, PASS, PASS)),
    ],
)
def test_a_large_listing_is_complete(answer: Exchange, expected: tuple[Verdict, ...]) -> None:
    """PROTO-6: all, each once, each entry whole."""
    told = story(("many", answer), queue={"report_ids": ["a", "b"]})
    assert tuple(verdicts(checks.lists_very_many, told).values()) == expected


def test_a_member_that_no_entry_has_is_another_clauses() -> None:
    """PROTO-6: only what a large listing does worse than a small one."""
    answer = listing(entry("a", report_types=None), entry("b", report_types=None))
    found = verdicts(checks.lists_very_many, story(("many", answer), queue={"report_ids": ["a", "b"]}))
    assert found["well-formed"] is Verdict.NOT_EXERCISED


@pytest.mark.parametrize(
    ("ids", "verdict"), [(["b", "a"], PASS), (["a"], FAIL), (["a", "b", "b"], FAIL), (["a", "b", "c"], FAIL)]
)
def test_all_orders_of_a_study_are_named(ids: list[str], verdict: Verdict) -> None:
    """PROTO-6: hundreds as a few, each once."""
    answer = exchange("getOrderIds", 200, {"order_ids": ids})
    told = story(("order-ids", answer), study={"order_ids": ["a", "b"]})
    assert verdicts(checks.names_hundreds_of_orders, told)["orders-of-a-study"] is verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (exchange("getGroupReport", 200, body=b"order,status\no-1,COMPLETED\no-2,COMPLETED\n"), PASS),
        (exchange("getGroupReport", 200, body=b"order,status\no-1,COMPLETED\n"), FAIL),
        (exchange("getGroupReport", 409, problem("report-not-ready", 409)), FAIL),
        (exchange("getGroupReport", 404, problem("report-type-not-available", 404)), Verdict.NOT_EXERCISED),
    ],
)
def test_every_order_of_a_large_group_is_in_its_report(answer: Exchange, verdict: Verdict) -> None:
    """PROTO-6: a group of fifty as one of two."""
    told = story(("group/csv", answer), group={"order_ids": ["o-1", "o-2"]})
    assert verdicts(checks.reports_a_large_group, told)["group"] is verdict


def test_every_order_of_a_large_group_is_on_its_pages() -> None:
    """PROTO-6: a pdf that cannot be read is GROUP-1's; one that was not served fails."""
    for answer, verdict in (
        (exchange("getGroupReport", 200, body=b"o-1 o-2"), Verdict.NOT_EXERCISED),
        (exchange("getGroupReport", 500, problem("internal-error", 500)), FAIL),
    ):
        told = story(("group/pdf", answer), group={"order_ids": ["o-1", "o-2"]})
        assert verdicts(checks.reports_a_large_group, told)["group"] is verdict


def test_every_order_of_a_large_group_is_in_its_text() -> None:
    """PROTO-6: an id may go over two lines; one that is not there is missed."""
    for body, verdict in (
        (b"Group g\n\no-1 COMPLETED\no-\n2 COMPLETED\n", PASS),
        (b"Group g\n\no-1 COMPLETED\n", FAIL),
    ):
        answer = exchange("getGroupReport", 200, body=body, media_type="text/plain")
        told = story(("group/txt", answer), group={"order_ids": ["o-1", "o-2"]})
        assert verdicts(checks.reports_a_large_group, told)["group"] is verdict


def test_a_limit_of_nearly_all_leaves_the_rest_out() -> None:
    """PROTO-6: a page of any size is whole."""
    for answer, verdict in (
        (listing("a"), PASS),
        (listing(), FAIL),
        (listing("a", "b"), FAIL),
        (listing("a", "a"), PASS),
    ):
        asked = replace(answer, request=replace(answer.request, given={"limit": "1"}))
        told = story(("nearly-all", asked), queue={"report_ids": ["a", "b"]})
        assert verdicts(checks.lists_very_many, told)["listing"] is verdict
