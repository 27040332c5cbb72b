"""The checker of orders that offer some types each, on stories written by hand."""

from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import offers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, UNEXERCISED = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED
ORDER = {"order_id": "A-1", "report_types": ["json", "txt"]}
NOT_OFFERED = exchange("getResult", 404, problem("report-type-not-available", 404))


def served(report_type: str, body: bytes, media_type: str) -> Exchange:
    """Return a report that was asked for in a type."""
    return exchange("getResult", 200, asked={"report_type": report_type}, body=body, media_type=media_type)


def listed(*types: str) -> Exchange:
    """Return a listing of the order, with these types, and of another one."""
    entries = [{"order_id": "A-1", "report_types": list(types)}, {"order_id": "A-2", "report_types": ["pdf"]}]
    return exchange("listReports", 200, {"reports": entries})


def test_a_type_that_is_not_offered_is_refused() -> None:
    """CONS-2: whatever is served as a type that the order does not offer fails."""
    for asked, verdict in ((NOT_OFFERED, PASS), (served("pdf", b"%PDF-1.7", "application/pdf"), FAIL)):
        told = story(("not-offered/order-0/pdf", asked), **{"order-0": ORDER})
        assert verdicts(offers.serves_what_is_offered, told)["some-types-alone"] is verdict


def test_a_type_that_is_offered_is_served_as_that_type() -> None:
    """CONS-2: a refusal fails, and so does a report of another type."""
    text = served("txt", b"FINDINGS\n", "text/plain; charset=utf-8")
    other = served("txt", b"%PDF-1.7", "application/pdf")
    for asked, verdict in ((text, PASS), (other, FAIL), (NOT_OFFERED, FAIL)):
        told = story(("offered/order-0", asked), **{"order-0": ORDER})
        assert verdicts(offers.serves_what_is_offered, told)["some-types-served"] is verdict


def test_the_listing_names_what_each_order_offers() -> None:
    """CONS-2: in any order; one type more or less fails, and other orders do not count."""
    for types, verdict in ((("txt", "json"), PASS), (("json",), FAIL), (("json", "txt", "pdf"), FAIL)):
        told = story(("listed", listed(*types)), **{"order-0": ORDER})
        found = verdicts(offers.serves_what_is_offered, told)
        assert found == {
            "some-types-served": UNEXERCISED,
            "some-types-alone": UNEXERCISED,
            "some-types-listed": verdict,
        }


def listing(*orders: str, amended: bool = False) -> Exchange:
    """Return a listing of these orders, each with a report that has its name, of an hour after the one before it."""
    entries = [
        {
            "order_id": name, "report_id": f"R-{name}-{2 if amended else 1}", "report_types": ["pdf"],
            "completed_at": f"2026-01-01T{hour:02}:00:00Z",
        }
        for hour, name in enumerate(orders)
    ]  # fmt: skip
    return exchange("listReports", 200, {"reports": entries})


def acknowledged(*report_ids: str, not_found: tuple[str, ...] = ()) -> Exchange:
    """Return an acknowledgement of these reports."""
    content = {"acknowledged": list(report_ids), "not_found": list(not_found), "count": len(report_ids)}
    return exchange("acknowledgeReports", 200, content, method="POST")


MADE = {"order_ids": ["A", "B"]}


def test_each_report_is_listed_once_whatever_its_types() -> None:
    """BATCH-1: one that is missing fails, and so does one that is listed twice; others do not count."""
    for orders, verdict in (("AB", PASS), ("CBA", PASS), ("A", FAIL), ("ABB", FAIL), ("", FAIL)):
        told = story(("listed", listing(*orders)), made=MADE)
        assert verdicts(offers.lists_whatever_types, told)["whatever-types"] is verdict


def test_the_oldest_report_is_listed_first() -> None:
    """BATCH-13: by `completed_at`; equal ones may stand in any order."""

    def at(*hours: int) -> Exchange:
        times = [{"order_id": str(hour), "completed_at": f"2026-01-01T{hour:02}:00:00Z"} for hour in hours]
        return exchange("listReports", 200, {"reports": times})

    for listed_at, verdict in ((at(1, 1, 2), PASS), (at(), PASS), (at(2, 1), FAIL)):
        assert verdicts(offers.lists_the_oldest_first, story(("listed", listed_at)))["whatever-types"] is verdict


def test_reports_are_acknowledged_by_name_whatever_their_types() -> None:
    """BATCH-11: each that exists is acknowledged; unknown ids are in `not_found`, and these alone."""
    for post, verdict in (
        (acknowledged("R-A-1", not_found=("nobodys",)), PASS),
        (acknowledged(not_found=("nobodys",)), FAIL),
        (acknowledged(not_found=("nobodys", "R-A-1")), FAIL),
    ):
        told = story(("named", post), named={"report_ids": ["R-A-1"]})
        assert verdicts(offers.acknowledges_whatever_types, told)["whatever-types"] is verdict


def test_what_was_acknowledged_by_name_is_not_listed_whatever_its_types() -> None:
    """BATCH-11: an answer that names it is not enough. After a refusal the listing tells nothing."""
    post = acknowledged("R-A-1", not_found=("nobodys",))
    for orders, verdict in (("B", PASS), ("", PASS), ("AB", FAIL)):
        told = story(("named", post), ("after", listing(*orders)), named={"report_ids": ["R-A-1"]})
        assert verdicts(offers.acknowledges_whatever_types, told)["whatever-types"] is verdict


def test_what_was_listed_is_acknowledged_whatever_its_types() -> None:
    """BATCH-5: all of it, and nothing of it is listed again. A POST that acknowledges nothing is not let off."""
    for done, after, verdict in (
        ("AB", "", PASS), ("AB", "C", PASS), ("", "AB", FAIL), ("A", "B", FAIL), ("AB", "B", FAIL),
    ):  # fmt: skip
        told = story(
            ("listed", listing(*"AB")), ("bodyless", acknowledged(*(f"R-{name}-1" for name in done))),
            ("after", listing(*after)),
        )  # fmt: skip
        assert verdicts(offers.acknowledges_whatever_is_listed, told)["whatever-types"] is verdict
    alone = story(("listed", listing(*"AB")), ("bodyless", acknowledged()))
    assert verdicts(offers.acknowledges_whatever_is_listed, alone)["whatever-types"] is FAIL


def test_amendments_are_listed_whatever_their_types() -> None:
    """BATCH-12: each amended report is in the next listing, unless it was named; without any, nothing is judged."""
    made = {"amended-R-A-1": {"report_id": "R-A-2"}, "amended-R-B-1": {"report_id": "R-B-2"}}
    for orders, verdict in (("AB", PASS), ("A", FAIL)):
        told = story(("after", listing(*orders, amended=True)), **made)
        assert verdicts(offers.lists_amendments_of_whatever_types, told)["whatever-types"] is verdict
    made["amended-R-C-1"] = {"report_id": "R-C-2"}
    for named, orders, verdict in (
        ("B", "AC", PASS), ("B", "A", FAIL), ("B", "", FAIL), ("ABC", "A", UNEXERCISED),
    ):  # fmt: skip
        by_name = {"report_ids": [f"R-{name}-2" for name in named]}
        told = story(("after", listing(*orders, amended=True)), **made, named=by_name)
        assert verdicts(offers.lists_amendments_of_whatever_types, told)["whatever-types"] is verdict
    nothing = story(("after", listing()))
    assert verdicts(offers.lists_amendments_of_whatever_types, nothing)["whatever-types"] is UNEXERCISED


def test_a_group_has_a_report_whatever_its_orders_offer() -> None:
    """GROUP-1: 200, or a type that the group does not offer; but no wait."""
    for answer, verdict in (
        (exchange("getGroupReport", 200, {}), PASS),
        (exchange("getGroupReport", 404, problem("report-type-not-available", 404)), UNEXERCISED),
        (exchange("getGroupReport", 409, problem("report-not-ready", 409)), FAIL),
    ):
        told = story(("asked/json", answer))
        assert verdicts(offers.reports_a_group_of_whatever_types, told)["whatever-types"] is verdict


def test_the_newest_order_of_a_study_is_so_whatever_it_offers() -> None:
    """STATUS-2: by the status, and by the header of the report."""
    for name, verdict in (("B", PASS), ("A", FAIL)):
        status = exchange("getStatus", 200, {"order_id": name}, asked={"study_uid": "1.2"})
        report = exchange("getResult", 200, headers=(("X-Order-Id", name),), asked={"study_uid": "1.2"}, body=b"-")
        for step in (("study/status", status), ("offered/newest", report)):
            told = story(step, study={"order_id": "B", "older": "A"})
            assert verdicts(offers.the_newest_of_whatever_types, told)["whatever-types"] is verdict


def test_a_study_has_all_its_orders_whatever_they_offer() -> None:
    """ORDERID-1: both orders, each once."""
    for names, verdict in ((["B", "A"], PASS), (["A"], FAIL), (["A", "B", "B"], FAIL)):
        asked = exchange("getOrderIds", 200, {"study_uid": "1.2", "order_ids": names})
        told = story(("study/order-ids", asked), study={"order_id": "B", "older": "A"})
        assert verdicts(offers.order_ids_of_whatever_types, told)["whatever-types"] is verdict
