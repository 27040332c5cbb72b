"""The checkers of STATUS-3 to STATUS-8 on stories written by hand."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, problem, story, verdicts
from pacsimile_contract.checkers import exactness, lifecycle, selectors, status
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, WARN, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.ERROR
UNEXERCISED, NOT_APPLICABLE = Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE
ORDER = {
    "order_id": "A-1", "study_uid": "1.2.3", "study_group": None, "status": "PROCESSING", "progress": 40,
    "report_types": [], "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:05:00Z",
    "completed_at": None,
}  # fmt: skip
DONE = {
    "status": "COMPLETED", "progress": 100, "updated_at": "2026-03-01T10:09:00Z", "completed_at": "2026-03-01T10:09:00Z"
}  # fmt: skip


def polled(**members: Any) -> Exchange:
    """Return an answer of `/status` with some members changed."""
    return exchange(document={**ORDER, **members})


def lived(*polls: Exchange, label: str = "life/an-order") -> Story:
    """Return the story of an order polled again and again."""
    return story(*((label, one) for one in polls))


def refused_with(code: int, reason: str = "invalid-parameter", **members: Any) -> Exchange:
    """Return a refusal."""
    return exchange(status=code, document=problem(reason, code, **members))


@pytest.mark.parametrize("part", selectors.MALFORMED)
def test_a_wrong_query_is_refused_with_400(part: str) -> None:
    """STATUS-3: whatever is wrong, data fails, and so does another 4xx under `strict`."""
    for answer, strict, documented in (
        (refused_with(400), PASS, PASS),
        (refused_with(404, "order-not-found"), FAIL, WARN),
        (refused_with(500, "internal-error"), FAIL, WARN),
        (polled(), FAIL, WARN),
        (exchange(status=None), ERROR, ERROR),
    ):
        told = story((f"{part}/getStatus/x", answer))
        assert verdicts(selectors.takes_one_selector, told)[part] is strict
        assert verdicts(selectors.takes_one_selector, told, "documented")[part] is documented


def test_an_unknown_parameter_is_named() -> None:
    """STATUS-3: in `errors` or in `detail`; a refusal that names another one does not help."""
    for members, verdict in (
        ({"detail": "colour is unknown"}, PASS),
        ({"errors": [{"parameter": "colour", "reason": "unknown"}]}, PASS),
        ({"errors": [{"parameter": "order_id", "reason": "unknown"}]}, FAIL),
        ({}, FAIL),
    ):
        told = story(("unknown-parameter/getStatus/unknown", refused_with(400, **members)))
        assert verdicts(selectors.takes_one_selector, told)["names-the-unknown"] is verdict
    told = story(("unknown-parameter/getStatus/_", refused_with(400, errors=[{"parameter": "lang", "reason": "no"}])))
    assert verdicts(selectors.takes_one_selector, told)["names-the-unknown"] is FAIL
    told = story(("unknown-parameter/listReports/order_id", refused_with(400, detail="study_uid is unknown")))
    assert verdicts(selectors.takes_one_selector, told)["names-the-unknown"] is FAIL
    for step in ("unknown-parameter/getStatus/known", "malformed/getStatus/unknown"):
        told = story((step, refused_with(400)))
        assert verdicts(selectors.takes_one_selector, told)["names-the-unknown"] is UNEXERCISED
    told = story(("unknown-parameter/getStatus/unknown", refused_with(404)))
    assert verdicts(selectors.takes_one_selector, told)["names-the-unknown"] is UNEXERCISED


@pytest.mark.parametrize(
    "part", ["unknown-order", "unknown-study", "report-of-unknown-order", "report-of-unknown-study"]
)
def test_what_nobody_has_is_not_found(part: str) -> None:
    """STATUS-4: 404 for the reason that fits; never another's data."""
    own, other = ("order-not-found", "study-not-found") if part.endswith("order") else ("study-not-found", "not-found")
    for answer, verdict in (
        (refused_with(404, own), PASS),
        (refused_with(404, other), FAIL),
        (refused_with(400), FAIL),
        (polled(), FAIL),
    ):
        assert verdicts(status.knows_what_is_unknown, story((f"unknown/{part}", answer)))[part] is verdict


def moved(*words: str) -> dict[str, Verdict]:
    """Return the verdicts of STATUS-5 on an order that was seen in these statuses."""
    return verdicts(lifecycle.moves_along_its_path, lived(*(polled(status=word) for word in words)))


def test_a_status_moves_along_its_path() -> None:
    """STATUS-5: PROCESSING may be missed; nothing goes back, and what is final stays."""
    assert moved("RECEIVED", "PROCESSING", "COMPLETED") == {"path": PASS, "final": UNEXERCISED}
    assert moved("RECEIVED", "FAILED", "FAILED") == {"path": PASS, "final": PASS}
    assert moved("RECEIVED", "RECEIVED", "CANCELLED")["path"] is PASS
    assert moved("PROCESSING", "RECEIVED")["path"] is FAIL
    for final in ("COMPLETED", "FAILED", "CANCELLED"):
        assert moved(final, "PROCESSING")["final"] is FAIL
    assert moved("FAILED", "COMPLETED")["final"] is FAIL
    assert moved("RECEIVED") == {"path": UNEXERCISED, "final": UNEXERCISED}


def test_an_unknown_status_is_left_to_the_description() -> None:
    """STATUS-5: QUEUED is no documented status, which PROTO-1 says; it breaks no path."""
    assert moved("QUEUED", "RECEIVED")["path"] is UNEXERCISED


def test_orders_are_not_mixed_up() -> None:
    """STATUS-5: another order, or another organization's of the same id, has a path of its own."""
    theirs = exchange(document={**ORDER, "status": "RECEIVED"})
    object.__setattr__(theirs.request, "client", "another")
    for other in (polled(order_id="A-2", status="RECEIVED"), theirs):
        assert verdicts(lifecycle.moves_along_its_path, lived(polled(**DONE), other))["final"] is UNEXERCISED


def test_overlapping_answers_have_no_order() -> None:
    """STATUS-5: of two calls under way at once, either may have been answered first."""
    first, second = polled(status="PROCESSING"), polled(status="RECEIVED")
    first.started, first.ended, second.started, second.ended = 1.0, 3.0, 2.0, 4.0
    assert verdicts(lifecycle.moves_along_its_path, lived(first, second))["path"] is UNEXERCISED
    second.started = 3.0
    assert verdicts(lifecycle.moves_along_its_path, lived(first, second))["path"] is FAIL


def test_progress_and_times_agree_with_the_status() -> None:
    """STATUS-6: 100 and `completed_at` exactly when COMPLETED; `created_at` not after `updated_at`, as instants."""
    for answer, part, verdict in (
        (polled(), "progress-100", PASS),
        (polled(**DONE), "progress-100", PASS),
        (polled(progress=100), "progress-100", FAIL),
        (polled(**{**DONE, "progress": 99}), "progress-100", FAIL),
        (polled(status="FAILED", progress=100), "progress-100", FAIL),
        (polled(**DONE), "completed-at", PASS),
        (polled(), "completed-at", PASS),
        (polled(**{**DONE, "completed_at": None}), "completed-at", FAIL),
        (polled(status="FAILED", completed_at="2026-03-01T10:09:00Z"), "completed-at", FAIL),
        (polled(updated_at=ORDER["created_at"]), "created-before-updated", PASS),
        (polled(updated_at="2026-03-01T11:30:00+02:00"), "created-before-updated", FAIL),
        (polled(updated_at="2026-03-01T05:00:00-06:00"), "created-before-updated", PASS),
        (polled(updated_at="yesterday"), "created-before-updated", UNEXERCISED),
    ):
        assert verdicts(lifecycle.agrees_with_its_status, lived(answer))[part] is verdict


def test_progress_never_falls() -> None:
    """STATUS-6: not while PROCESSING, nor at a failure; a status that went back is STATUS-5's alone."""
    for first, second, verdict in (
        ({"progress": 40}, {"progress": 40}, PASS),
        ({"progress": 40}, {"progress": 41.0}, PASS),
        ({"progress": 40}, {"progress": 39}, FAIL),
        ({"progress": 40}, {"status": "FAILED", "progress": 0}, FAIL),
        ({"progress": 40}, {"status": "RECEIVED", "progress": 0}, UNEXERCISED),
    ):
        told = lived(polled(**first), polled(**second))
        assert verdicts(lifecycle.agrees_with_its_status, told)["progress-never-falls"] is verdict


@pytest.mark.parametrize(
    ("part", "member", "value", "other"),
    [
        ("created-at", "created_at", "2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z"),
        ("study-uid", "study_uid", "1.2.3", "1.2.4"),
        ("study-group", "study_group", "Follow-up 7", None),
        ("completed-at", "completed_at", "2026-03-01T10:09:00Z", "2026-03-01T10:10:00Z"),
    ],
)
def test_what_is_set_stays(part: str, member: str, value: str, other: str | None) -> None:
    """STATUS-7: once set it never changes; the same instant may be written in another way."""
    for second, verdict in ((value, PASS), (other, FAIL)):
        told = lived(polled(**{member: value}), polled(**{member: second}))
        assert verdicts(lifecycle.keeps_what_is_set, told)[part] is verdict
    same = lived(polled(), polled(created_at="2026-03-01T11:00:00.000+01:00"))
    assert verdicts(lifecycle.keeps_what_is_set, same)["created-at"] is PASS


def test_what_was_not_set_may_be_set() -> None:
    """STATUS-7: a group or a time of completion that was null may come."""
    told = lived(polled(), polled(study_group="Follow-up 7", **DONE))
    found = verdicts(lifecycle.keeps_what_is_set, told)
    assert (found["study-group"], found["completed-at"]) == (UNEXERCISED, UNEXERCISED)


def test_updated_at_never_falls() -> None:
    """STATUS-7: not even by a moment that only the offset hides."""
    for second, verdict in (
        (ORDER["updated_at"], PASS),
        ("2026-03-01T10:06:00Z", PASS),
        ("2026-03-01T11:04:59+01:00", FAIL),
    ):
        told = lived(polled(), polled(updated_at=second))
        assert verdicts(lifecycle.keeps_what_is_set, told)["updated-at-never-falls"] is verdict


def test_updated_at_moves_with_each_change() -> None:
    """STATUS-7: polls after changes differ; polls without one between are not looked at."""
    later = polled(progress=60, updated_at="2026-03-01T10:05:00.000001Z")
    for second, label, verdict in (
        (later, "life/an-order", PASS),
        (polled(progress=60), "life/an-order", FAIL),
        (polled(), "at-the-end/an-order", UNEXERCISED),
    ):
        told = story(("life/an-order", polled()), (label, second))
        assert verdicts(lifecycle.updated_at_moves, told)["updated-at-moves"] is verdict


def resembles(operation: str, answer: Exchange, checker: Checker = exactness.matches_whole) -> Verdict:
    """Return the verdict of STATUS-8 on a call for what resembles an id of ours."""
    object.__setattr__(answer.request, "operation", operation)
    return verdicts(checker, story((f"prefix/{operation}/x", answer), ours={"order_ids": ["A-1"]}))["prefix"]


def test_what_resembles_an_identifier_names_something_else() -> None:
    """STATUS-8: our order for a piece of its id fails; another order that has just this id does not."""
    for operation, answer, verdict in (
        ("getStatus", refused_with(404, "order-not-found"), PASS),
        ("getStatus", refused_with(400), PASS),
        ("getStatus", refused_with(403, "insufficient-scope"), FAIL),
        ("getStatus", refused_with(500, "internal-error"), UNEXERCISED),
        ("getStatus", polled(), FAIL),
        ("getStatus", polled(order_id="A-"), PASS),
        ("getOrderIds", exchange(document={"study_uid": "1.2", "order_ids": ["B-1", "A-1"]}), FAIL),
        ("getResult", refused_with(409, "report-not-ready"), PASS),
        ("getResult", refused_with(408, "not-found"), FAIL),
        ("getStatus", refused_with(409, "report-not-ready"), FAIL),
        ("getGroupReport", refused_with(404, "study-group-not-found"), PASS),
        ("getGroupReport", refused_with(400), FAIL),
        ("getGroupReport", exchange(document={"orders": [{"order_id": "A-1"}]}), FAIL),
        ("listReports", refused_with(403, "organization-not-allowed"), PASS),
        ("listReports", refused_with(400), PASS),
        ("listReports", refused_with(404, "not-found"), FAIL),
        ("listReports", exchange(document={"reports": []}), FAIL),
        ("acknowledgeReports", refused_with(403, "organization-not-allowed"), PASS),
        ("acknowledgeReports", exchange(document={"acknowledged": [], "count": 0}), FAIL),
        ("listReports", exchange(document={"reports": [{"report_id": "R-1", "order_id": "A-1"}]}), FAIL),
    ):
        assert resembles(operation, answer) is verdict


@pytest.mark.parametrize("part", exactness.LOOKS)
def test_every_way_of_resembling_is_judged(part: str) -> None:
    """STATUS-8: each way has a part of its own."""
    for answer, verdict in ((refused_with(404, "order-not-found"), PASS), (polled(), FAIL)):
        told = story((f"{part}/getStatus/x", answer), ours={"order_ids": ["A-1"]})
        assert verdicts(exactness.matches_whole, told)[part] is verdict


def test_a_name_with_nul_behind_it_is_malformed_or_unknown() -> None:
    """STATUS-8: a group's too, which otherwise is unknown; closing the connection refuses it as well."""
    for answer, verdict in (
        (refused_with(400), PASS),
        (refused_with(404, "study-group-not-found"), PASS),
        (exchange(document={"orders": [{"order_id": "A-1"}]}), FAIL),
        (exchange(status=None), ERROR),
    ):
        object.__setattr__(answer.request, "operation", "getGroupReport")
        told = story(("padding/getGroupReport/x", answer), ours={"order_ids": ["A-1"]})
        assert verdicts(exactness.matches_whole, told)["padding"] is verdict
    object.__setattr__(answer.request, "hostile", True)
    assert verdicts(exactness.matches_whole, told)["padding"] is UNEXERCISED


def test_what_resembles_a_report_id_acknowledges_nothing() -> None:
    """STATUS-8: a report is acknowledged by its whole id alone."""
    for acknowledged, verdict in (([], PASS), (["R-1"], FAIL), (["R"], FAIL)):
        post = exchange("acknowledgeReports", 200, {"acknowledged": acknowledged, "count": len(acknowledged)})
        assert verdicts(exactness.matches_whole, story(("report-ids", post)))["report-ids"] is verdict


def test_what_resembles_a_report_id_is_not_found() -> None:
    """STATUS-8: each is named as such."""
    for missed, verdict in ((["R", "r-1"], PASS), (["R"], FAIL), (None, PASS)):
        said = {"acknowledged": [], "count": 0} | ({} if missed is None else {"not_found": missed})
        told = story(
            ("report-ids", exchange("acknowledgeReports", 200, said)), **{"report-ids": {"report_ids": ["R", "r-1"]}}
        )
        assert verdicts(exactness.matches_whole, told)["report-ids"] is verdict


def test_a_text_that_resembles_a_reports_id_leaves_it_listed() -> None:
    """STATUS-8: whatever the acknowledgement says of it."""
    said = {"organization_id": "o", "count": 0, "acknowledged": [], "not_found": []}
    for after, verdict in ((listing("a"), PASS), (listing(), FAIL), (exchange("listReports", 503), PASS)):
        told = story(("report-ids", exchange("acknowledgeReports", 200, said)), ("after-report-ids", after))
        assert verdicts(exactness.matches_whole, told)["report-ids"] is verdict


def test_a_report_that_is_no_json_tells_whose_it_is_in_a_header() -> None:
    """STATUS-8: a document of another type is not read here."""
    for order, verdict in (("A-1", FAIL), ("A-2", PASS)):
        report = exchange("getResult", 200, headers=(("X-Order-Id", order),), body=b"text", media_type="text/plain")
        told = story(("prefix/getResult/order", report), ours={"order_ids": ["A-1"]})
        assert verdicts(exactness.matches_whole, told)["prefix"] is verdict


def test_a_groups_name_with_what_nobody_can_print_may_be_malformed() -> None:
    """STATUS-8: a byte order mark before it makes it a name that no group has, or none that a group may have."""
    for name, verdict in (("\ufeffPilot", PASS), ("Pilot ", FAIL)):
        refusal = exchange("getGroupReport", 400, problem("invalid-parameter", 400), asked={"study_group": name})
        told = story(("unicode-form/getGroupReport/group", refusal), ours={"order_ids": ["A-1"]})
        assert verdicts(exactness.matches_whole, told)["unicode-form"] is verdict


JSON = {"report_type": "json"}
NEAR = {"study-0": {"own": "o-1", "other": "o-2"}, "group-1": {"own": "o-1", "other": "o-2"}}


@pytest.mark.parametrize(
    ("label", "answer", "part", "verdict"),
    [
        ("study-0.ids", exchange("getOrderIds", document={"order_ids": ["o-1", "o-3"]}), "near-studies", PASS),
        ("study-0.ids", exchange("getOrderIds", document={"order_ids": ["o-1", "o-2"]}), "near-studies", FAIL),
        ("study-0.ids", refused_with(404), "near-studies", FAIL),
        ("group-1", refused_with(404, "report-type-not-available"), "near-groups", NOT_APPLICABLE),
        ("study-0.status", polled(order_id="o-2"), "near-studies", FAIL),
        ("study-0.result", exchange("getResult", headers=(("X-Order-Id", "o-1"),)), "near-studies", PASS),
        ("study-0.result", exchange("getResult"), "near-studies", UNEXERCISED),
        (
            "group-1",
            exchange("getGroupReport", document={"orders": [{"order_id": "o-1"}]}, asked=JSON),
            "near-groups",
            PASS,
        ),
        (
            "group-1",
            exchange("getGroupReport", document={"orders": [{"order_id": "o-2"}]}, asked=JSON),
            "near-groups",
            FAIL,
        ),
    ],
)
def test_names_that_nearly_agree_are_told_apart(label: str, answer: Exchange, part: str, verdict: Verdict) -> None:
    """STATUS-8: each has its own order, and not that of the other."""
    assert verdicts(exactness.tells_near_names_apart, story((f"near/{label}", answer), **NEAR))[part] is verdict


@pytest.mark.parametrize(("answered", "verdict"), [("c", Verdict.PASS), ("a", Verdict.FAIL)])
def test_each_study_of_a_part_is_judged(answered: str, verdict: Verdict) -> None:
    """STATUS-2: by the orders noted of it."""
    study = {"study_uid": "1.2", "order_ids": ["a", "b", "c"], "owned": True}
    told = story(("asked/tie/of-many", exchange(document={"order_id": answered})), **{"tie/of-many": study})
    assert verdicts(status.answers_the_most_recent, told)["tie"] is verdict
