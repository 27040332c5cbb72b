"""The checkers of AUTH-2, AUTH-3, AUTH-5, AUTH-7 and AUTH-8 on stories written by hand."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, story, verdicts
from pacsimile_contract.checkers import token_requests as checks
from pacsimile_contract.evidence.exchange import Exchange, Headers
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, WARN, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.ERROR
OPEN, NONE = Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE
TOKEN = {"access_token": "opaque-text", "token_type": "Bearer", "expires_in": 3600, "scope": "status.read"}
NOON = 1_750_680_000
DATE: Headers = (("Date", "Mon, 23 Jun 2025 12:00:00 GMT"),)


def given(*, headers: Headers = (), jwt: dict[str, object] | None = None, **members: object) -> Exchange:
    """Return a token answer."""
    parts = None if jwt is None else {"header": {}, "claims": jwt}
    return exchange("postToken", 200, {**TOKEN, **members}, headers=headers, jwt=parts, method="POST")


def refusal(error: str, code: int = 400) -> Exchange:
    """Return a TokenError."""
    return exchange("getToken", code, {"error": error})


@pytest.mark.parametrize(
    ("label", "part", "answer", "verdict"),
    [
        ("posted/basic", "basic", given(), PASS),
        ("posted/basic", "basic", refusal("invalid_request"), FAIL),
        ("posted/basic", "basic", given(access_token=None), FAIL),
        ("posted/basic", "basic", given(token_type="mac"), FAIL),
        ("posted/basic", "basic", exchange("postToken", 200, body=b"[]"), FAIL),
        ("posted/body", "body", given(), PASS),
        ("posted/body", "body", refusal("invalid_client", 401), FAIL),
        ("posted/body", "body", exchange("postToken", None), ERROR),
        ("both", "not-both", refusal("invalid_request"), PASS),
        ("both", "not-both", given(), FAIL),
        ("both", "not-both", refusal("invalid_client", 401), FAIL),
        ("opened/body", "opens", exchange(status=404), PASS),
        ("opened/body", "opens", exchange(status=401), FAIL),
        ("opened/body", "opens", exchange(status=403), FAIL),
        ("opened/body", "opens", exchange(status=None), ERROR),
    ],
)
def test_a_token_is_given_by_post(label: str, part: str, answer: Exchange, verdict: Verdict) -> None:
    """AUTH-2: with credentials by Basic or in the body, and it opens a call; with both there is none."""
    assert verdicts(checks.gives_a_token_by_post, story((label, answer)))[part] is verdict


@pytest.mark.parametrize(
    ("said", "strict", "documented"),
    [
        (3600, PASS, PASS),
        (3600.0, PASS, PASS),
        (1, PASS, PASS),
        (36_000, FAIL, FAIL),
        (0, FAIL, FAIL),
        (-5, FAIL, FAIL),
        ("36000", FAIL, FAIL),
        ("3600", FAIL, WARN),
        (None, FAIL, WARN),
        (3600.5, FAIL, FAIL),
    ],
)
def test_expires_in_is_an_integer_of_an_hour_at_most(said: object, strict: Verdict, documented: Verdict) -> None:
    """AUTH-3: too long is a matter of fact, its spelling one of form."""
    told = story(("token", given(expires_in=said)))
    assert verdicts(checks.lives_an_hour_at_most, told)["expires-in"] is strict
    assert verdicts(checks.lives_an_hour_at_most, told, "documented")["expires-in"] is documented


@pytest.mark.parametrize(
    ("claims", "headers", "exp", "both"),
    [
        ({"exp": NOON + 3600, "iat": NOON}, DATE, PASS, PASS),
        ({"exp": NOON + 3605, "iat": NOON - 295}, DATE, PASS, PASS),
        ({"exp": NOON + 3606, "iat": NOON}, DATE, FAIL, PASS),
        ({"exp": NOON + 3600, "iat": NOON - 301}, DATE, PASS, FAIL),
        ({"exp": NOON + 36_000, "iat": NOON + 33_000}, DATE, FAIL, PASS),
        ({"exp": NOON + 3600}, DATE, PASS, OPEN),
        ({"exp": NOON + 3600, "iat": NOON}, (), OPEN, PASS),
        ({"iat": NOON}, DATE, FAIL, OPEN),
        (None, DATE, NONE, NONE),
    ],
)
def test_a_jwt_ends_an_hour_after_its_answer(
    claims: dict[str, object] | None, headers: Headers, exp: Verdict, both: Verdict
) -> None:
    """AUTH-3: by the answer's own Date, and backdated by five minutes at most; an opaque token says nothing of it."""
    found = verdicts(checks.lives_an_hour_at_most, story(("posted/body", given(jwt=claims, headers=headers))))
    assert (found["exp"], found["exp-and-iat"]) == (exp, both)


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("invented-grant-type", "unsupported_grant_type"),
        ("missing-grant-type", "invalid_request"),
        ("repeated", "invalid_request"),
    ],
)
def test_malformed_requests_are_refused(part: str, error: str) -> None:
    """AUTH-5: 400 with the error that RFC 6749 has for it, and no token."""
    for answer, verdict in (
        (refusal(error), PASS),
        (given(), FAIL),
        (refusal(error, 401), FAIL),
        (refusal("invalid_scope"), FAIL),
        (refusal(error, 500), FAIL),
    ):
        assert verdicts(checks.refuses_malformed_requests, story((f"{part}/0-GET", answer)))[part] is verdict


def test_every_token_lives_an_hour_at_most() -> None:
    """AUTH-3: whatever it was asked for, by `expires_in` and by `exp`."""
    for seconds, late, verdict in ((3600, 3600, PASS), (3601, 3600, FAIL), (0, 3600, FAIL), (60, 3700, FAIL)):
        answer = given(headers=DATE, jwt={"exp": NOON + late, "iat": NOON}, expires_in=seconds)
        assert verdicts(checks.lives_an_hour_at_most_always, story(("-", answer)))["every-token"] is verdict


def test_a_token_is_not_kept_by_caches() -> None:
    """AUTH-7: `no-store` among the directives, in any case and in any of the headers."""
    for headers, verdict in (
        ((("Cache-Control", "no-store"),), PASS),
        ((("Cache-Control", "private, No-Store"),), PASS),
        ((("Cache-Control", "private"), ("cache-control", "no-store")), PASS),
        ((("Cache-Control", "no-cache"),), FAIL),
        ((("Cache-Control", "max-age=600"),), FAIL),
        ((), FAIL),
    ):
        assert verdicts(checks.is_not_kept, story(("token", given(headers=headers))))["no-store"] is verdict
        assert verdicts(checks.is_never_kept, story(("-", given(headers=headers))))["every-token"] is verdict


def test_a_refresh_token_is_a_warning() -> None:
    """AUTH-7: RFC 6749 section 4.4.3 has it that there should be none; nothing is said where no token came."""
    for answer, verdict in ((given(), PASS), (given(refresh_token="r"), WARN), (refusal("invalid_client", 401), OPEN)):
        assert verdicts(checks.is_not_kept, story(("token", answer)))["no-refresh-token"] is verdict


@pytest.mark.parametrize("part", ["beside-basic", "alone"])
def test_a_secret_in_the_url_is_a_warning(part: str) -> None:
    """AUTH-8: refused as invalid_request; all else warns, a token too."""
    for answer, verdict in (
        (refusal("invalid_request"), PASS),
        (refusal("invalid_client", 401), WARN),
        (given(), WARN),
    ):
        assert verdicts(checks.refuses_secrets_in_urls, story((f"{part}/GET", answer)))[part] is verdict


@pytest.mark.parametrize("checker", [checks.gives_a_token_by_post, checks.refuses_malformed_requests])
def test_what_was_not_reached_stays_open(checker: Checker) -> None:
    """An empty story judges nothing."""
    assert set(verdicts(checker, story()).values()) == {OPEN}
