"""The checkers of AUTH-11, AUTH-12 (forgeries), AUTH-15, AUTH-17 and AUTH-18 on stories written by hand."""

from email.utils import formatdate
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, judged, problem, story, verdicts
from pacsimile_contract.checkers import check_order, expiry, forged
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.instants import Instant
from pacsimile_contract.scenarios.expiry import _let_pass, _note_how_far_ahead, promised_end
from pacsimile_spec.operation_ids import API_OPERATIONS

PASS, FAIL, WARN, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.NOT_EXERCISED
NONE = Verdict.NOT_APPLICABLE
JWT = {"value": {}, "jwt": True}


def said(code: int, reason: str = "whatever") -> Exchange:
    """Return an answer: a problem of that reason, or data."""
    return exchange("getStatus", code, problem(reason, code) if code >= 400 else {})


@pytest.mark.parametrize("part", [*forged.DERIVED, *forged.SIGNED])
def test_forged_tokens_open_nothing(part: str) -> None:
    """AUTH-12: 401 for each kind; one spelling that opens one operation is enough to fail."""
    for code, strict, documented in ((401, PASS, PASS), (200, FAIL, FAIL), (403, FAIL, WARN), (404, FAIL, WARN)):
        told = story((f"{part}/new/getStatus/0", said(401)), (f"{part}/used/getResult/1", said(code)), token=JWT)
        assert verdicts(forged.refuses_forged_tokens, told)[part] is strict
        assert verdicts(forged.refuses_forged_tokens, told, "documented")[part] is documented


def test_of_opaque_tokens_little_can_be_forged() -> None:
    """AUTH-12: the JWT parts fall away; `nbf` is a state's to make."""
    told = story(("nbf-ahead/getStatus", said(200)), token={"jwt": False})
    found = verdicts(forged.refuses_forged_tokens, told)
    assert found.pop("nbf-ahead") is FAIL
    assert found.pop("altered") is OPEN
    assert set(found.values()) == {NONE}
    found = verdicts(forged.refuses_forged_tokens, story(token=JWT))
    assert found.pop("altered") is NONE
    assert set(found.values()) == {OPEN}


def test_an_altered_opaque_token_opens_nothing() -> None:
    """AUTH-12: it is none that was given out; of a JWT each part is altered by itself."""
    for code, verdict in ((401, PASS), (200, FAIL), (403, FAIL)):
        told = story(("altered/new/getStatus/0", said(code)), token={"jwt": False})
        assert verdicts(forged.refuses_forged_tokens, told)["altered"] is verdict


@pytest.mark.parametrize("operation", API_OPERATIONS)
@pytest.mark.parametrize("label", ["expired", "expired-twin", "late"])
def test_an_expired_token_is_refused(operation: str, label: str) -> None:
    """AUTH-11: by every operation, used before or not."""
    for code, verdict in ((401, PASS), (200, FAIL), (403, FAIL)):
        assert (
            verdicts(expiry.refuses_expired_tokens, story((f"{label}/{operation}", said(code))))[operation] is verdict
        )


def test_a_token_lasts_until_it_expires() -> None:
    """AUTH-17: what the call comes to does not matter, if only the token is taken."""
    for code, verdict in ((200, PASS), (404, PASS), (401, FAIL), (403, FAIL)):
        told = story(("before-its-end", said(code)))
        assert verdicts(expiry.lasts_until_it_expires, told)["until-it-expires"] is verdict


def test_a_token_is_good_after_its_beginning() -> None:
    """AUTH-17: it was refused before, as it must be; one that was not is AUTH-12's."""
    for early, begun, verdict in ((401, 200, PASS), (401, 401, FAIL), (200, 401, Verdict.NOT_EXERCISED)):
        told = story(("early", said(early)), ("begun", said(begun)))
        assert verdicts(expiry.is_good_from_its_beginning, told)["after-its-beginning"] is verdict


def test_a_token_that_ends_while_a_slow_service_is_asked_says_nothing() -> None:
    """AUTH-17: another call, in time, is judged all the same."""
    asked = said(401)
    told = story(("before-its-end", asked), overtaken={"calls": [asked.number]})
    assert verdicts(expiry.lasts_until_it_expires, told)["until-it-expires"] is Verdict.NOT_EXERCISED
    told = story(("before-its-end", asked), overtaken={"calls": [asked.number + 1]})
    assert verdicts(expiry.lasts_until_it_expires, told)["until-it-expires"] is FAIL


@pytest.mark.parametrize(
    ("exp", "until"), [(None, 10_601), (10_599, 10_599), (10_510, 10_510), (10_500, 10_600), (13_600, 13_600)]
)
def test_a_token_must_last_as_long_as_its_answer_says(exp: int | None, until: int) -> None:
    """AUTH-17: `exp` decides where it is about when `expires_in` says; much earlier, it breaks what was promised."""
    date = formatdate(10_000, usegmt=True)
    answer = {"access_token": "a", "token_type": "Bearer", "expires_in": 600}
    jwt = None if exp is None else {"claims": {"exp": exp}}
    given = exchange("getToken", 200, answer, headers=(("Date", date),), jwt=jwt)
    session: Any = SimpleNamespace(require=lambda *_: None, story=story())
    assert promised_end(session, given) == until


def test_what_dates_answers_may_not_be_the_clock_that_moves() -> None:
    """A server whose `Date` stays behind when time passes issues tokens by the clock that has moved."""
    answer = {"access_token": "a", "token_type": "Bearer", "expires_in": 600}
    given = exchange("getToken", 200, answer, headers=(("Date", formatdate(10_000, usegmt=True)),))
    for now, end in ((10_090.0, 10_601), (96_400.5, 97_001)):
        told = story()
        session: Any = SimpleNamespace(require=lambda *_: None, story=told, note=told.values.__setitem__)
        _note_how_far_ahead(session, Instant(Fraction(now), ""), given)
        assert promised_end(session, given) == end


@pytest.mark.parametrize("part", ["other-connection", "in-parallel", "beside-newer-ones"])
def test_a_token_is_good_everywhere(part: str) -> None:
    """AUTH-17: one refusal among many is one too many."""
    for code, verdict in ((200, PASS), (401, FAIL), (403, FAIL)):
        told = story((part, said(200)), (part, said(code)), (part, said(200)))
        assert verdicts(expiry.is_good_everywhere, told)[part] is verdict


@pytest.mark.parametrize("part", ["never-used", "used-before"])
def test_a_token_has_no_leeway(part: str) -> None:
    """AUTH-18: refused at `exp` itself; one that never expires at all is AUTH-11's."""
    for at_end, late, verdict in ((401, 401, PASS), (200, 401, FAIL), (403, 401, FAIL), (200, 200, OPEN)):
        told = story((f"at-its-end/{part}", said(at_end)), ("late/getStatus", said(late)))
        assert verdicts(expiry.has_no_leeway, told)[part] is verdict
    opened = next(one for one in judged(expiry.has_no_leeway, told).parts if one.check == f"AUTH-18/{part}")
    assert [one.unjudged and one.unjudged.blocked_by for one in opened.evidence] == ["AUTH-11"]


ALONE = {
    "query": said(400, "invalid-parameter"),
    "media-type": said(415, "unsupported-media-type"),
    "body": said(400, "invalid-body"),
    "ownership": said(403, "organization-not-allowed"),
    "get-query": said(400, "invalid-parameter"),
    "get-existence": said(404, "order-not-found"),
    "get-type": said(404, "report-type-not-available"),
    "group-existence": said(404, "study-group-not-found"),
    "group-type": said(404, "report-type-not-available"),
    "get-state": said(409, "report-not-ready"),
    "group-state": said(409, "report-not-ready"),
}


def both(part: str, answer: Exchange, **alone: Exchange) -> Story:
    """Return the story of a request with two faults, and of each fault alone."""
    each = {**ALONE, **{name.replace("_", "-"): one for name, one in alone.items()}}
    return story(*((f"alone/{name}", one) for name, one in each.items()), (f"both/{part}", answer))


@pytest.mark.parametrize(("part", "pair"), check_order.PAIRS.items())
def test_the_first_fault_is_told(part: str, pair: tuple[str, str]) -> None:
    """AUTH-15: a request with two faults answers as with the first alone."""
    first, second = pair
    for answer, verdict in ((ALONE[first], PASS), (ALONE[second], FAIL), (said(200), FAIL), (said(409, "x"), FAIL)):
        assert verdicts(check_order.tells_the_first_fault, both(part, answer))[part] is verdict


def test_what_does_not_exist_is_told_as_it_was_asked_for() -> None:
    """AUTH-15: an unknown study is `study-not-found`, an unknown order is not."""
    for asked, reason, told in (
        ({"study_uid": "1.2"}, "study-not-found", True), ({"study_uid": "1.2"}, "order-not-found", False),
        ({"order_id": "A"}, "order-not-found", True), ({"order_id": "A"}, "study-not-found", False),
    ):  # fmt: skip
        answer = exchange("getResult", 404, problem(reason, 404), asked=asked)
        assert check_order.names_the_first("existence-before-type", answer) is told


def test_the_scope_is_checked_before_the_organization() -> None:
    """AUTH-15: both are refused with 403, in other words."""
    for label, name in (("no-token", "token-first"), ("no-scope", "scope-first")):
        for answer, verdict in (
            (said(401, "invalid-token"), PASS), (said(403, "insufficient-scope"), PASS),
            (said(403, "organization-not-allowed"), FAIL), (said(400, "invalid-parameter"), FAIL),
        ):  # fmt: skip
            told = story((f"{label}/ownership", answer))
            assert verdicts(check_order.token_and_scope_come_first, told)[name] is verdict


@pytest.mark.parametrize(
    ("step", "part", "status"),
    [
        ("expired/getStatus/x", "wrong-token-first", 401),
        ("wrong-iss/getResult/x", "wrong-token-first", 401),
        ("another-scheme/getResult/1", "wrong-token-first", 400),
        ("cold-unknown/getOrderIds", "token-first", 401),
        ("everywhere/getOrderIds/x", "token-first", 401),
        ("cold/getResult/x", "wrong-scope-first", 403),
        ("ingest/getResult", "wrong-scope-first", 401),
    ],
)
def test_a_second_fault_changes_no_refusal_of_the_caller(step: str, part: str, status: int) -> None:
    """AUTH-15: a call that is wrong in another way too is refused as the same call without that."""
    alone = said(status, "the-caller")
    for beside, verdict in (
        (said(status, "the-caller"), PASS), (said(404, "order-not-found"), FAIL), (said(409, "report-not-ready"), FAIL),
        (said(400, "invalid-parameter"), FAIL), (said(403, "organization-not-allowed"), FAIL),
    ):  # fmt: skip
        told = story((f"beside/{step}", beside), (step, alone))
        assert verdicts(check_order.refuses_the_caller_first, told)[part] is verdict
    told = story((f"beside/{step}", alone), (step, alone))
    assert verdicts(check_order.refuses_the_caller_first, told)[part] is PASS
    for code, verdict in ((404, FAIL), (409, FAIL), (415, WARN)):
        told = story((f"beside/{step}", said(code)), (step, alone))
        assert verdicts(check_order.refuses_the_caller_first, told, "documented")[part] is verdict


def test_a_caller_who_is_let_in_is_not_judged_by_the_order_of_checks() -> None:
    """AUTH-15: where the call without the second fault is served, another requirement fails."""
    for step, part, blocking in (
        ("expired/getStatus/x", "wrong-token-first", "AUTH-11"),
        ("wrong-iss/getStatus/x", "wrong-token-first", "AUTH-12"), ("everywhere/getStatus/x", "token-first", "AUTH-9"),
        ("cold/getStatus/x", "wrong-scope-first", "AUTH-14"), ("ingest/getStatus", "wrong-scope-first", "AUTH-16"),
    ):  # fmt: skip
        told = story((f"beside/{step}", said(404)), (step, said(200)))
        found = judged(check_order.refuses_the_caller_first, told)
        opened = next(one for one in found.parts if one.check == f"AUTH-15/{part}")
        assert [one.unjudged and one.unjudged.blocked_by for one in opened.evidence] == [blocking]


def test_a_refusal_for_the_organization_is_none_for_the_scope() -> None:
    """AUTH-15: both have the status 403, and another problem type."""
    for answer, lacking in ((said(403, "insufficient-scope"), True), (said(403, "organization-not-allowed"), False)):
        assert check_order.lacks_the_scope(answer) is check_order.refuses_the_token_or_scope(answer) is lacking
    assert check_order.refuses_the_token_or_scope(said(401)) and not check_order.lacks_the_scope(said(401))


def test_a_fault_that_is_none_alone_is_not_judged_in_pairs() -> None:
    """AUTH-15: a server that takes unknown parameters breaks STATUS-3 alone."""
    found = verdicts(
        check_order.tells_the_first_fault, both("query-before-ownership", ALONE["ownership"], query=said(200))
    )
    assert found["query-before-ownership"] is OPEN


@pytest.mark.parametrize(("label", "part"), [("no-token/query", "token-first"), ("no-scope/body", "scope-first")])
def test_token_and_scope_are_checked_first(label: str, part: str) -> None:
    """AUTH-15: which of 401 and 403 is judged elsewhere."""
    for code, verdict in ((401, PASS), (403, PASS), (400, FAIL), (415, FAIL), (404, FAIL)):
        assert verdicts(check_order.token_and_scope_come_first, story((label, said(code))))[part] is verdict


def test_nothing_is_disclosed_without_access() -> None:
    """AUTH-15: that an order is unknown tells something of those that are not; a failure under both profiles."""
    for code, verdict in ((401, PASS), (403, PASS), (404, FAIL), (400, FAIL)):
        told = story(("existence/no-token", said(code)))
        for profile in ("strict", "documented"):
            found = verdicts(check_order.token_and_scope_come_first, told, profile)  # type: ignore[arg-type]
            assert found["before-disclosure"] is verdict


def test_nothing_happens_without_access() -> None:
    """AUTH-15: what was to be acknowledged is still listed; a failure under both profiles."""
    for listed, verdict in ((["r-1", "r-2"], PASS), (["r-1"], PASS), ([], FAIL), (["r-2"], FAIL)):
        left = exchange("listReports", 200, {"reports": [{"report_id": one} for one in listed]})
        told = story(("tried/no-token", said(401)), ("left", left), tried={"report_ids": ["r-1"]})
        for profile in ("strict", "documented"):
            found = verdicts(check_order.token_and_scope_come_first, told, profile)  # type: ignore[arg-type]
            assert found["before-any-effect"] is verdict


@pytest.mark.parametrize(
    ("now", "whole", "moved"),
    [
        (100.0, False, [7.002]),
        (100.5, False, [6.502]),
        (107.0, False, []),
        (100.0, True, [7.002, 7]),
        (100.5, True, [6.502, 7]),
        (106.999, True, [0.003, 1]),
    ],
)
def test_a_clock_may_move_by_whole_seconds_alone(now: float, whole: bool, moved: list[float]) -> None:
    """AUTH-18: a fraction is asked for, so that no more passes than must; where it is refused, the whole second."""
    asked: list[float] = []

    def time_passes(seconds: float) -> None:
        asked.append(round(seconds, 6))
        if whole and not isinstance(seconds, int):
            raise NotExercised("the state URL does not offer time_passes with a fraction")

    clock: Any = SimpleNamespace(now=lambda: Instant(Fraction(str(now)), ""), time_passes=time_passes)
    _let_pass(clock, Fraction(107))
    assert asked == moved


def test_wrong_secrets_end_no_token() -> None:
    """AUTH-17: whoever tried them."""
    for code, verdict in ((200, PASS), (404, PASS), (401, FAIL)):
        told = story(("after-wrong-secrets", said(code)))
        assert verdicts(expiry.outlives_wrong_secrets, told)["after-wrong-secrets"] is verdict
