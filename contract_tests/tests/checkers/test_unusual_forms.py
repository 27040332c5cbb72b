"""The checkers of calls in unusual forms on stories written by hand."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, posted, problem, story, verdicts
from pacsimile_contract.checkers import unusual_forms as checks
from pacsimile_contract.crossing.unusual_forms import ELSEWHERE, NOBODY, RIGHT, TOO_FEW
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, WARN, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.NOT_EXERCISED
ORDER = {"order_id": "A", "study_uid": "1.2", "created_at": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("checker", "access", "operation"),
    [
        (checks.needs_a_token_in_any_form, NOBODY, "getStatus"),
        (checks.needs_the_scope_in_any_form, TOO_FEW, "getResult"),
        (checks.is_closed_to_others_in_any_form, ELSEWHERE, "getOrderIds"),
        (checks.is_not_listed_for_others_in_any_form, ELSEWHERE, "acknowledgeReports"),
    ],
)
@pytest.mark.parametrize(
    ("status", "verdict"), [(200, FAIL), (206, FAIL), (304, FAIL), (307, FAIL), (401, PASS), (404, PASS), (405, PASS)]
)
def test_nothing_opens_in_any_form(
    checker: Checker, access: str, operation: str, status: int, verdict: Verdict
) -> None:
    """AUTH-9, AUTH-14, SEC-1, SEC-2: HEAD, a slash, or a header change nothing."""
    told = story((f"{access}/{operation}/head", exchange(None, status, method="HEAD")))
    assert verdicts(checker, told)[checks.IN_ANY_FORM] is verdict


def test_a_path_may_be_led_to_its_usual_spelling() -> None:
    """AUTH-9: a gateway may redirect from it, which opens nothing yet."""
    for status, verdict in ((301, PASS), (308, PASS), (404, PASS), (400, PASS), (200, FAIL), (304, FAIL)):
        told = story((f"{NOBODY}/getStatus/path", exchange(None, status)))
        assert verdicts(checks.needs_a_token_in_any_form, told)[checks.IN_ANY_FORM] is verdict


def test_an_organizations_queue_is_another_requirements() -> None:
    """SEC-1 judges orders, studies and groups; SEC-2 the queue."""
    told = story((f"{ELSEWHERE}/listReports/head", exchange(None, 200, method="HEAD")))
    assert verdicts(checks.is_closed_to_others_in_any_form, told)[checks.IN_ANY_FORM] is OPEN
    assert verdicts(checks.is_not_listed_for_others_in_any_form, told)[checks.IN_ANY_FORM] is FAIL


@pytest.mark.parametrize(
    ("form", "status", "document", "verdict"),
    [
        ("escaped", 200, ORDER, PASS),
        ("escaped", 200, {**ORDER, "progress": 7}, PASS),
        ("escaped", 200, {**ORDER, "order_id": "B"}, FAIL),
        ("escaped", 404, problem("order-not-found", 404), FAIL),
        ("range", 206, None, OPEN),
        ("conditions", 304, None, OPEN),
        ("accept", 406, None, OPEN),
        ("accept", 500, None, FAIL),
        ("negotiation", 206, None, OPEN),
        ("negotiation", 404, problem("order-not-found", 404), FAIL),
    ],
)
def test_an_answer_is_the_same_in_any_form(form: str, status: int, document: object, verdict: Verdict) -> None:
    """PROTO-5: but for what HTTP allows of a range, a condition, or a media type."""
    told = story(
        ("plain/getStatus", exchange("getStatus", 200, ORDER)),
        (f"{RIGHT}/getStatus/{form}", exchange(None, status, document)),
    )
    assert verdicts(checks.answers_alike_in_any_form, told)[checks.IN_ANY_FORM] is verdict


@pytest.mark.parametrize(
    ("plain", "asked", "verdict"),
    [
        ({"impression": "a", "findings": []}, {"impression": "a", "findings": [], "at": 2}, PASS),
        ({"orders": [{"order_id": "A", "at": 1}]}, {"orders": [{"order_id": "A", "at": 2}]}, PASS),
        ({"orders": [{"order_id": "A"}]}, {"orders": [{"order_id": "B"}]}, FAIL),
    ],
)
def test_further_members_of_a_report_may_differ(plain: object, asked: object, verdict: Verdict) -> None:
    """PROTO-5: reports say the same in the members of their schemas; a service may add others, such as a moment."""
    told = story(
        ("plain/getGroupReport", exchange("getGroupReport", 200, plain)),
        (f"{RIGHT}/getGroupReport/escaped", exchange(None, 200, asked)),
    )
    assert verdicts(checks.answers_alike_in_any_form, told)[checks.IN_ANY_FORM] is verdict


@pytest.mark.parametrize(("media_type", "verdict"), [("application/json", PASS), ("application/pdf", FAIL)])
def test_the_query_decides_the_type_of_a_report(media_type: str, verdict: Verdict) -> None:
    """RESULTS-1: whatever a client accepts."""
    plain = exchange("getResult", 200, {"impression": "a"}, headers=(("X-Order-Id", "A"),))
    asked = exchange(None, 200, body=b"{}", headers=(("X-Order-Id", "A"),), media_type=media_type)
    told = story(("plain/getResult", plain), (f"{RIGHT}/getResult/media-type", asked))
    assert verdicts(checks.gives_the_type_asked_for_in_any_form, told)[checks.IN_ANY_FORM] is verdict
    assert verdicts(checks.answers_alike_in_any_form, told)[checks.IN_ANY_FORM] is FAIL


def test_listings_and_acknowledgements_are_alike_too() -> None:
    """PROTO-5: by the reports that they name."""
    for operation, right, wrong in (
        ("listReports", listing("a", "b"), listing("a")),
        ("acknowledgeReports", posted(), posted("a")),
    ):
        for asked, verdict in ((right, PASS), (wrong, FAIL)):
            told = story((f"plain/{operation}", right), (f"{RIGHT}/{operation}/together", asked))
            assert verdicts(checks.answers_alike_in_any_form, told)[checks.IN_ANY_FORM] is verdict
