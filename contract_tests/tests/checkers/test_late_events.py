"""The checkers of studies whose older orders change after the newest one, on stories written by hand."""

from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import late_events
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL = Verdict.PASS, Verdict.FAIL
STUDY = {"study_uid": "1.2.3", "order_ids": ["old", "new"]}
REFUSED = exchange("getResult", 409, problem("order-failed", 409))


def report_of(order: str) -> Exchange:
    """Return a report, which its header says is that order's."""
    return exchange("getResult", 200, {}, headers=(("X-Order-Id", order),))


def test_the_status_is_the_newest_orders_whatever_happened_to_others() -> None:
    """STATUS-2: each answer names the newest order; one that names the older fails."""
    for names, verdict in ((("new", "new"), PASS), (("new", "old"), FAIL), (("old", "new"), FAIL)):
        steps = [
            (f"status/study/{place}", exchange(document={"order_id": name, "status": "FAILED"}))
            for place, name in enumerate(names)
        ]
        assert verdicts(late_events.tells_the_newest, story(*steps, study=STUDY)) == {late_events.LATER: verdict}


def test_order_ids_come_by_creation_whatever_happened_since() -> None:
    """ORDERID-2: the older order first, or one missing, fails."""
    for ids, verdict in ((["new", "old"], PASS), (["old", "new"], FAIL), (["new"], FAIL)):
        listed = exchange("getOrderIds", 200, {"study_uid": "1.2.3", "order_ids": ids})
        told = story(("ids/study", listed), study=STUDY)
        assert verdicts(late_events.lists_as_created, told) == {late_events.LATER: verdict}


def test_the_report_of_a_study_is_the_newest_orders() -> None:
    """RESULTS-2: a report of the order that completed last, or a refusal, fails."""
    for asked, verdict in ((report_of("new"), PASS), (report_of("old"), FAIL), (REFUSED, FAIL)):
        told = story(("report/study/json", asked), study=STUDY)
        assert verdicts(late_events.serves_the_newest, told) == {late_events.LATER: verdict}


def test_no_report_is_served_for_a_newest_order_that_failed() -> None:
    """RESULTS-3: not that of an order that completed after the newest one failed, either."""
    for asked, verdict in ((REFUSED, PASS), (report_of("old"), FAIL), (report_of("new"), FAIL)):
        told = story(("ended/study", asked), study=STUDY)
        assert verdicts(late_events.serves_no_older_one, told) == {late_events.LATER: verdict}
