"""The checkers of ORDERID-1 to ORDERID-4, RESULTS-2 and RESULTS-3 on stories written by hand."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import selectors, studies
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, WARN = Verdict.PASS, Verdict.FAIL, Verdict.WARN
UNEXERCISED = Verdict.NOT_EXERCISED
STUDY = {"study_uid": "1.2.3", "order_ids": ["old", "middle", "new"]}


def listed(*ids: str) -> Exchange:
    """Return an answer of `/orderId`."""
    return exchange("getOrderIds", 200, {"study_uid": "1.2.3", "order_ids": list(ids)})


def not_found(reason: str = "study-not-found", code: int = 404) -> Exchange:
    """Return a refusal."""
    return exchange("getOrderIds", code, problem(reason, code))


def test_every_order_of_a_study_is_listed_once() -> None:
    """ORDERID-1: one missing, doubled, or of another study fails its own part."""
    for answer, expected in (
        (listed("new", "middle", "old"), (PASS, PASS, PASS)),
        (listed("old", "new", "middle"), (PASS, PASS, PASS)),
        (listed("new", "middle"), (FAIL, PASS, PASS)),
        (listed("new", "new", "middle", "old"), (PASS, FAIL, PASS)),
        (listed("new", "middle", "old", "foreign"), (PASS, PASS, FAIL)),
        (not_found(), (FAIL, PASS, PASS)),
    ):
        found = verdicts(studies.lists_every_order, story(("asked/study", answer), study=STUDY))
        assert (found["all"], found["each-once"], found["no-other"]) == expected


def test_hundreds_of_orders_are_listed() -> None:
    """ORDERID-1: a first page of a hundred is not all of them."""
    ids = [f"A-{number}" for number in range(250)]
    for shown, verdict in ((ids, PASS), (ids[:100], FAIL), ([*ids, ids[0]], FAIL)):
        told = story(("asked/many", listed(*shown)), many={"order_ids": ids})
        assert verdicts(studies.lists_every_order, told)["hundreds"] is verdict


def test_each_study_is_judged_whatever_is_said_of_the_one_before() -> None:
    """ORDERID-1, ORDERID-2: the large one, and one that got an order meanwhile, are not the last."""
    known = {"many": STUDY, "moved": {**STUDY, "owned": False}, "study": STUDY}
    right, more, wrong = listed("new", "middle", "old"), listed("newest", "new", "middle", "old"), listed("old", "new")
    told = story(("asked/many", right), ("asked/moved", more), ("asked/study", wrong), **known)
    found = verdicts(studies.lists_every_order, told)
    assert (found["hundreds"], found["all"], found["no-other"]) == (PASS, FAIL, PASS)
    named = [("status/moved", exchange(document={"order_id": "new"})), ("status/study", exchange(document={}))]
    told = story(*named, ("asked/moved", more), ("asked/study", wrong), **known)
    assert verdicts(studies.lists_newest_first, told)["first-is-the-most-recent"] is FAIL


def test_orders_come_newest_first() -> None:
    """ORDERID-2: a missing or doubled one is ORDERID-1's; the first is what `/status` names."""
    for answer, named, expected in (
        (listed("new", "middle", "old"), "new", (PASS, PASS)),
        (listed("old", "middle", "new"), "new", (FAIL, FAIL)),
        (listed("new", "old", "middle"), "new", (FAIL, PASS)),
        (listed("new", "old"), "new", (PASS, PASS)),
        (listed("new", "new", "middle", "old"), "new", (PASS, PASS)),
        (listed("new", "middle", "old"), "middle", (PASS, FAIL)),
    ):
        status = exchange(document={"order_id": named})
        told = story(("asked/study", answer), ("status/study", status), study=STUDY)
        found = verdicts(studies.lists_newest_first, told)
        assert (found["newest-first"], found["first-is-the-most-recent"]) == expected


def test_a_study_without_orders_is_not_found() -> None:
    """ORDERID-3: 404; an empty list says the same to nobody."""
    for answer, verdict in (
        (not_found(), PASS),
        (not_found("order-not-found"), FAIL),
        (not_found("invalid-parameter", 400), FAIL),
        (listed(), FAIL),
    ):
        assert verdicts(studies.has_no_orders, story(("unknown", answer)))["unknown-study"] is verdict


@pytest.mark.parametrize("part", selectors.UIDS)
def test_what_is_no_uid_is_refused(part: str) -> None:
    """ORDERID-4: 400, not 404, and never data."""
    for answer, verdict in ((not_found("invalid-parameter", 400), PASS), (not_found(), FAIL), (listed("new"), FAIL)):
        assert verdicts(selectors.takes_dicom_uids, story((f"{part}/getOrderIds", answer)))[part] is verdict


def test_a_service_that_fails_outside_ascii_is_judged_elsewhere() -> None:
    """ORDERID-4: 500 on other digits or NUL is PROTO-3's; on a leading zero it is no refusal either."""
    for part, verdict in (("other-digits", UNEXERCISED), ("nul", UNEXERCISED), ("leading-zero", FAIL)):
        told = story((f"{part}/getOrderIds", not_found("internal-error", 500)))
        assert verdicts(selectors.takes_dicom_uids, told)[part] is verdict


def test_a_valid_uid_that_nobody_has_is_not_found() -> None:
    """ORDERID-4: 404; 400 would refuse what DICOM allows."""
    for answer, verdict in ((not_found(), PASS), (not_found("invalid-parameter", 400), FAIL)):
        told = story(("valid-unknown/getOrderIds/0", answer))
        assert verdicts(selectors.takes_dicom_uids, told)["valid-unknown"] is verdict


def report(order: str | None, *, header: str | None = None, impression: str = "Normal.", code: int = 200) -> Exchange:
    """Return an answer of `/results`: whose it says it is, in its body and in its header."""
    said: dict[str, Any] = {
        "order_id": order,
        "report_id": f"R-{order}",
        "findings": ["Clear."],
        "impression": impression,
    }
    headers = (("X-Order-Id", header),) if header else ()
    return exchange("getResult", code, said if code == 200 else problem("report-not-ready", code), headers=headers)


def test_a_studys_report_is_its_most_recent_orders() -> None:
    """RESULTS-2: by header, else by what the report says; and it is what the order's own id leads to."""
    for answer, expected in (
        (report("new", header="new"), (PASS, PASS)),
        (report("new"), (PASS, PASS)),
        (report("old", header="old"), (FAIL, FAIL)),
        (report("old"), (FAIL, FAIL)),
        (report("new", impression="Abnormal."), (PASS, FAIL)),
        (report("new", code=409), (FAIL, UNEXERCISED)),
    ):
        told = story(("order/study", report("new")), ("study/study", answer), study=STUDY)
        found = verdicts(studies.serves_the_most_recent, told)
        assert (found["most-recent"], found["as-by-order"]) == expected


@pytest.mark.parametrize(("header", "verdict"), [("new", PASS), (None, PASS), ("old", FAIL)])
def test_the_most_recent_order_is_served_in_every_type(header: str | None, verdict: Verdict) -> None:
    """RESULTS-2: one type that takes another order is enough."""
    named = (("X-Order-Id", header),) if header else ()
    answer = exchange("getResult", 200, body=b"MSH|", media_type="application/hl7-v2+er7", headers=named)
    told = story(("in-type/study/hl7v2", answer), study=STUDY)
    assert verdicts(studies.serves_the_most_recent, told)["every-type"] is verdict


@pytest.mark.parametrize("part", ["received", "processing", "failed", "cancelled"])
def test_an_older_report_is_not_served_for_the_study(part: str) -> None:
    """RESULTS-3: a refusal of any kind will do here, and the newest order's own report is RESULTS-4's to judge."""
    for answer, verdict in (
        (report("new", code=409), PASS),
        (report("new", code=404), PASS),
        (report("new", code=500), FAIL),
        (report("old", header="old"), FAIL),
        (report("old"), FAIL),
        (report("new"), PASS),
        (exchange("getResult", 200, body=b"", media_type="application/json"), PASS),
    ):
        told = story((f"study/{part}", answer), **{part: {"order_ids": ["old", "new"]}})
        assert verdicts(studies.the_most_recent_decides, told)[part] is verdict


def test_the_report_of_no_known_order_is_not_served_either() -> None:
    """RESULTS-3: a report that does not say whose it is was served where none should have been."""
    told = story(("study/failed", report(None)), failed={"order_ids": ["old", "new"]})
    assert verdicts(studies.the_most_recent_decides, told, "documented")["failed"] is FAIL
