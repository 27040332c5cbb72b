"""The checkers of SEC-7 and PROTO-5 on stories written by hand."""

import pytest

from contract_tests.tests.helpers.handwritten import HOME, exchange, listing, posted, problem, story, verdicts
from pacsimile_contract.checkers import stateless as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, WARN = Verdict.PASS, Verdict.FAIL, Verdict.WARN


@pytest.mark.parametrize(("headers", "verdict"), [((), PASS), ((("Set-Cookie", "session=1; HttpOnly"),), WARN)])
def test_no_cookie_is_set(headers: tuple[tuple[str, str], ...], verdict: Verdict) -> None:
    """SEC-7: a SHOULD, so that it warns."""
    answer = exchange(document={}, headers=headers)
    assert verdicts(checks.sets_no_cookies, story(("getStatus", answer)))["no-cookies"] is verdict


@pytest.mark.parametrize(
    ("asked", "after", "verdict"),
    [
        (listing("a"), listing("a"), PASS),
        (posted("a"), listing(), WARN),
        (listing("a"), listing(), WARN),
        (exchange("listReports", 405, problem("method-not-allowed", 405)), listing("a"), WARN),
    ],
)
def test_a_get_that_says_post_stays_a_get(asked: Exchange, after: Exchange, verdict: Verdict) -> None:
    """SEC-7: the listing is a listing, and acknowledges nothing."""
    told = story(("get/X-HTTP-Method", asked), ("after", after))
    assert verdicts(checks.keeps_its_method, told)["get-stays-get"] is verdict


@pytest.mark.parametrize(("asked", "verdict"), [(posted("a"), PASS), (posted(), PASS), (listing("a"), WARN)])
def test_a_post_that_says_get_stays_a_post(asked: Exchange, verdict: Verdict) -> None:
    """SEC-7: the acknowledgement is one."""
    told = story(("post/X-HTTP-Method-Override", asked))
    assert verdicts(checks.keeps_its_method, told)["post-stays-post"] is verdict


@pytest.mark.parametrize("name", ["cookie", "connection", "unrelated-calls"])
@pytest.mark.parametrize(
    ("again", "verdict"),
    [
        (exchange(document={"order_id": "o", "progress": 100}), PASS),
        (exchange(document={"progress": 100, "order_id": "o"}), PASS),
        (exchange(document={"order_id": "p", "progress": 100}), FAIL),
        (exchange(status=403, document=problem("organization-not-allowed", 403)), FAIL),
        (exchange(status=None), Verdict.ERROR),
    ],
)
def test_conditions_that_must_not_matter_do_not(name: str, again: Exchange, verdict: Verdict) -> None:
    """PROTO-5: the same call, the same answer."""
    plain = exchange(document={"order_id": "o", "progress": 100})
    told = story(("plain/status", plain), (f"{name}/status", again))
    assert verdicts(checks.answers_alike, told)[name] is verdict


def test_what_changed_meanwhile_tells_nothing() -> None:
    """PROTO-5: where the plain call has another answer in the end, the difference is not the cookie's."""
    before, after = exchange(document={"progress": 40}), exchange(document={"progress": 60})
    told = story(("plain/status", before), ("cookie/status", after), ("plain-again/status", after))
    assert verdicts(checks.answers_alike, told)["cookie"] is Verdict.NOT_EXERCISED
    told = story(("plain/status", before), ("cookie/status", after), ("plain-again/status", before))
    assert verdicts(checks.answers_alike, told)["cookie"] is FAIL


def refusal(*names: str, asked: str = "colour", operation: str = "getStatus") -> Exchange:
    """Return a refusal of a query with a parameter `asked`, whose errors have these names."""
    errors = [{"parameter": name, "reason": "not known"} for name in names]
    document = problem("invalid-parameter", 400, errors=errors)
    return exchange(operation, 400, document, url=f"{HOME}/status?{asked}=1")


@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        (refusal("shape", asked="shape"), PASS),
        (refusal("order_id", asked="shape"), PASS),
        (refusal("Colour", asked="COLOUR"), PASS),
        (refusal("query", asked="shape"), PASS),
        (refusal("colour", "shape", asked="shape"), FAIL),
    ],
)
def test_a_refusal_names_its_own_errors(second: Exchange, verdict: Verdict) -> None:
    """PROTO-5: none that only a former call made."""
    told = story(("first", refusal("colour")), ("second", second))
    assert (verdicts(checks.names_its_own_errors, told)["own-errors"] is PASS) is (verdict is PASS)


@pytest.mark.parametrize(("again", "verdict"), [(refusal("colour"), PASS), (refusal("colour", "colour"), FAIL)])
def test_a_call_is_refused_again_as_before(again: Exchange, verdict: Verdict) -> None:
    """PROTO-5: with as many errors."""
    told = story(("refused/before", refusal("colour")), ("refused/again", again))
    assert verdicts(checks.answers_alike, told)["refusals"] is verdict
