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
