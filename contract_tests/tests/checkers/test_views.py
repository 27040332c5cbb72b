"""The checker of CONS-2 on stories written by hand."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handmade_reports import json_bytes
from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import views
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL = Verdict.PASS, Verdict.FAIL
UNEXERCISED = Verdict.NOT_EXERCISED
STATUS = {
    "order_id": "A-1", "study_uid": "1.2.3", "study_group": "g", "status": "COMPLETED", "progress": 100,
    "report_types": ["json", "txt"], "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:09:00Z",
    "completed_at": "2026-03-01T10:09:00Z",
}  # fmt: skip
ENTRY = {
    "report_id": "R-1", "order_id": "A-1", "study_uid": "1.2.3", "study_group": "g", "report_status": "final",
    "supersedes": None, "report_types": ["txt", "json"], "completed_at": "2026-03-01T11:09:00+01:00",
}  # fmt: skip
HEADERS = (("X-Order-Id", "A-1"), ("X-Report-Id", "R-1"))


def report(headers: tuple[tuple[str, str], ...] = HEADERS, **members: Any) -> Exchange:
    """Return the order's json report as it is served."""
    return exchange("getResult", 200, body=json_bytes(**members), headers=headers)


def seen(**answers: Any) -> dict[str, Verdict]:
    """Return the verdicts on an order seen from every side."""
    listing = exchange("listReports", 200, {"reports": [{**ENTRY, **answers.get("entry", {})}]})
    return verdicts(
        views.views_agree,
        story(
            ("listing", listing),
            ("by-order/A-1", exchange(document=STATUS)),
            ("by-study/A-1", exchange(document={**STATUS, **answers.get("by_study", {})})),
            ("report/A-1", answers.get("report", report())),
        ),
    )


def failing(**answers: Any) -> list[str]:
    """Return the parts that fail."""
    return [name for name, verdict in seen(**answers).items() if verdict is FAIL]


def test_all_views_of_an_order_agree() -> None:
    """CONS-2: instants and sets are compared, not spellings."""
    found = seen()
    assert [found[name] for name in ("status-by-study", "listing", "headers", "json-report")] == [PASS] * 4


def test_a_view_that_differs_fails_its_own_part() -> None:
    """CONS-2: each member of each view."""
    for member, value in (("progress", 99), ("updated_at", "2026-03-01T10:10:00Z"), ("study_group", None)):
        assert failing(by_study={member: value}) == ["status-by-study"]
    for member, value in (
        ("study_uid", "1.2.4"),
        ("study_group", None),
        ("report_types", ["json"]),
        ("completed_at", "2026-03-01T10:08:00Z"),
    ):
        assert "listing" in failing(entry={member: value})
    assert failing(report=report((("X-Order-Id", "A-2"), ("X-Report-Id", "R-1")))) == ["headers"]
    assert failing(report=report((("X-Order-Id", "A-1"), ("X-Report-Id", "R-2")))) == ["headers"]
    for member, value in (
        ("order_id", "A-2"),
        ("study_uid", "1.2.4"),
        ("report_id", "R-2"),
        ("report_status", "amended"),
        ("supersedes", "R-0"),
        ("times", {"received_at": "2026-03-01T10:00:01Z"}),
        ("times", {"completed_at": "2026-03-01T10:09:01Z"}),
    ):
        assert failing(report=report(**{member: value})) == ["json-report"]


def test_an_amended_report_keeps_its_orders_time() -> None:
    """CONS-2: the listing has the version's time of completion, the status that of the order."""
    later = "2026-03-01T12:00:00Z"
    entry = {"report_id": "R-2", "report_status": "amended", "supersedes": "R-1", "completed_at": later}
    times = {"received_at": STATUS["created_at"], "completed_at": later}
    own = report((("X-Report-Id", "R-2"),), report_id="R-2", report_status="amended", supersedes="R-1", times=times)
    assert failing(entry=entry, report=own) == []


def test_what_changed_while_we_looked_is_not_compared() -> None:
    """CONS-2: an entry that a second listing has no more, or differently, was amended or acknowledged."""
    listing = exchange("listReports", 200, {"reports": [ENTRY]})
    for after, verdict in (([ENTRY], FAIL), ([], UNEXERCISED), ([{**ENTRY, "report_id": "R-2"}], UNEXERCISED)):
        again = exchange("listReports", 200, {"reports": after})
        wrong = report(report_id="R-2")
        steps = (("listing", listing), ("by-order/A-1", exchange(document=STATUS)), ("report/A-1", wrong))
        found = verdicts(views.views_agree, story(*steps, ("listing", again)))
        assert found["json-report"] is verdict


def test_by_study_another_order_may_be_the_most_recent() -> None:
    """CONS-2: then the two views are of two orders."""
    assert seen(by_study={"order_id": "A-2", "progress": 5})["status-by-study"] is UNEXERCISED


SERVED, REFUSED = report(), exchange("getResult", 404, problem("report-type-not-available", 404))


def test_the_types_that_are_named_are_served_and_no_other() -> None:
    """CONS-2: whatever reason a refusal has."""
    for txt, pdf, named, other in (
        (SERVED, REFUSED, PASS, PASS),
        (REFUSED, REFUSED, FAIL, PASS),
        (SERVED, SERVED, PASS, FAIL),
    ):
        for label in ("typed", "narrow"):
            steps = ((label, exchange(document=STATUS)), (f"{label}-type/txt", txt), (f"{label}-type/pdf", pdf))
            found = verdicts(views.views_agree, story(*steps))
            assert (found["named-types"], found["no-other-type"]) == (named, other)


def test_an_unfinished_order_names_no_type() -> None:
    """CONS-2: until COMPLETED none is served, so none is named."""
    for types, verdict in (([], PASS), (["json"], FAIL), (None, UNEXERCISED)):
        answer = exchange(document={**STATUS, "status": "PROCESSING", "report_types": types})
        assert verdicts(views.views_agree, story(("unfinished", answer)))["not-before-completed"] is verdict


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, PASS),
        ({"progress": 70, "updated_at": "2026-03-01T10:05:01Z"}, PASS),
        ({"status": "COMPLETED", "progress": 100, "updated_at": "2026-03-01T10:05:01Z"}, PASS),
        ({"progress": 59}, FAIL),
        ({"updated_at": "2026-03-01T10:04:59Z"}, FAIL),
        ({"status": "RECEIVED"}, FAIL),
        ({"order_id": "A-2", "progress": 0}, UNEXERCISED),
        ({"progress": None, "updated_at": None, "status": None}, UNEXERCISED),
    ],
)
def test_by_study_an_order_is_not_behind_what_was_seen_of_it(changes: dict[str, Any], verdict: Verdict) -> None:
    """CONS-2: after each change; it may have moved on between two calls."""
    before = {**STATUS, "status": "PROCESSING", "progress": 60, "updated_at": "2026-03-01T10:05:00Z"}
    steps = (
        ("life/completed", exchange(document={**before, "progress": 0})),
        ("life/completed", exchange(document=before)),
        ("of-its-study/completed", exchange(document={**before, **changes})),
    )
    found = verdicts(views.agrees_after_each_change, story(*steps))
    assert found == {"status-by-study-after-changes": verdict}


def test_a_view_that_was_refused_or_stands_alone_is_not_compared() -> None:
    """CONS-2: there is nothing of the order in it."""
    right, refused = exchange(document=STATUS), exchange(status=404)
    for told in (
        story(("life/A-1", right), ("of-its-study/A-1", refused)),
        story(("life/A-1", refused), ("of-its-study/A-1", right)),
        story(("of-its-study/A-1", right)),
    ):
        assert verdicts(views.agrees_after_each_change, told)["status-by-study-after-changes"] is UNEXERCISED
