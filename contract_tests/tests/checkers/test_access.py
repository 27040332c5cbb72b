"""The checkers of AUTH-9, AUTH-10, AUTH-12 (random) and AUTH-13 on stories written by hand."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, story, verdicts
from pacsimile_contract.checkers import access
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_spec.operation_ids import API_OPERATIONS

PASS, FAIL, WARN, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.NOT_EXERCISED
BEARER, INVALID = 'Bearer realm="x"', 'Bearer realm="x", error="invalid_token"'


def answered(code: int | None, challenge: str | None = None, operation: str = "getStatus") -> Exchange:
    """Return an answer with a challenge."""
    headers = (("WWW-Authenticate", challenge),) if challenge else ()
    return exchange(operation, code, headers=headers)


@pytest.mark.parametrize("operation", API_OPERATIONS)
@pytest.mark.parametrize("label", ["cold", "warm"])
def test_every_operation_needs_a_token(operation: str, label: str) -> None:
    """AUTH-9: 401 on a new connection and on a kept one; data is a failure of fact, another refusal one of form."""
    for code, strict, documented in ((401, PASS, PASS), (200, FAIL, FAIL), (403, FAIL, WARN), (404, FAIL, WARN)):
        told = story((f"{label}/{operation}", answered(code)))
        assert verdicts(access.needs_a_token, told)[operation] is strict
        assert verdicts(access.needs_a_token, told, "documented")[operation] is documented


def test_one_open_door_is_enough() -> None:
    """AUTH-9: cold and warm calls of one operation are one part; the worse of them counts."""
    told = story(("cold/getStatus", answered(401)), ("warm/getStatus", answered(200)))
    assert verdicts(access.needs_a_token, told)["getStatus"] is FAIL


def test_a_401_names_bearer() -> None:
    """AUTH-10: the challenge is a MUST; what it says of the token a SHOULD; another status is not judged here."""
    for challenge, without, invented in (
        (BEARER, PASS, WARN),
        (INVALID, WARN, PASS),
        ('Basic realm="y", bearer error="invalid_token"', WARN, PASS),
        ('Basic realm="y"', FAIL, FAIL),
        ("", FAIL, FAIL),
        ('Bearer error="insufficient_scope"', WARN, WARN),
    ):
        told = story(("cold/getStatus", answered(401, challenge)), ("invented/getStatus", answered(401, challenge)))
        found = verdicts(access.names_bearer, told)
        assert (found["no-token"], found["token-sent"]) == (without, invented), challenge
    assert verdicts(access.names_bearer, story(("cold/getStatus", answered(403))))["no-token"] is OPEN


def test_every_401_of_a_run_names_bearer() -> None:
    """AUTH-10: whatever the call lacked; that of the token endpoint names Basic."""
    for challenge, verdict in ((BEARER, PASS), (INVALID, PASS), ('Basic realm="y"', FAIL), ("", FAIL)):
        told = story(("-", answered(401, challenge)), ("-", answered(401, "Basic", "getToken")))
        assert verdicts(access.names_bearer_always, told)["every-401"] is verdict
    assert verdicts(access.names_bearer_always, story(("-", answered(403))))["every-401"] is OPEN


def test_the_token_endpoints_401_names_basic() -> None:
    """AUTH-10: where Basic was tried."""
    for challenge, verdict in (('Basic realm="y"', PASS), ("basic", PASS), (BEARER, FAIL), ("", FAIL)):
        told = story(("wrong-secret/GET", answered(401, challenge, "getToken")))
        assert verdicts(access.names_basic, told)["token-operations"] is verdict
    assert verdicts(access.names_basic, story(("unknown-client/POST", answered(400))))["token-operations"] is OPEN


def test_every_401_of_the_token_endpoint_names_basic() -> None:
    """AUTH-10: also where the credentials stood in a form."""
    for challenge, verdict in (('Basic realm="y"', PASS), (BEARER, FAIL), ("", FAIL)):
        told = story(("-", answered(401, challenge, "postToken")), ("-", answered(401)))
        assert verdicts(access.names_basic_always, told)["every-401-of-tokens"] is verdict
    assert verdicts(access.names_basic_always, story(("-", answered(401))))["every-401-of-tokens"] is OPEN


def test_an_invented_token_opens_nothing() -> None:
    """AUTH-12: 401."""
    for code, verdict in ((401, PASS), (200, FAIL), (403, FAIL), (500, FAIL)):
        told = story(("invented/getResult", answered(code)))
        assert verdicts(access.refuses_invented_tokens, told)["random"] is verdict


@pytest.mark.parametrize(
    ("label", "part"),
    [
        ("another-scheme/getStatus/0", "another-scheme"),
        ("second-header/invented/getStatus", "second-header"),
        ("in-form-body", "in-form-body"),
    ],
)
def test_a_token_in_the_wrong_place_opens_nothing(label: str, part: str) -> None:
    """AUTH-13: a call that is opened fails by fact, and a refusal for another reason by form."""
    for code, strict, documented in (
        (401, PASS, PASS),
        (400, PASS, PASS),
        (200, FAIL, FAIL),
        (404, FAIL, WARN),
        (500, FAIL, WARN),
    ):
        told = story((label, answered(code)))
        assert verdicts(access.takes_the_header_alone, told)[part] is strict
        assert verdicts(access.takes_the_header_alone, told, "documented")[part] is documented
    told = story((label, answered(415)))
    assert verdicts(access.takes_the_header_alone, told)[part] is (PASS if part == "in-form-body" else FAIL)


@pytest.mark.parametrize(
    ("together", "in_query", "in_header", "without", "expected"),
    [
        (401, None, None, None, (PASS, PASS)),
        (400, None, 401, 401, (PASS, PASS)),
        (414, None, 401, 401, (PASS, PASS)),
        (200, 200, 401, 401, (FAIL, PASS)),
        (200, 401, 200, 401, (PASS, FAIL)),
        (200, 401, 401, 401, (FAIL, FAIL)),
        (200, 200, 200, 200, (OPEN, OPEN)),
        (500, 500, 401, 401, (FAIL, PASS)),
    ],
)
def test_a_token_outside_the_header_opens_nothing(
    together: int, in_query: int | None, in_header: int | None, without: int | None, expected: tuple[Verdict, Verdict]
) -> None:
    """AUTH-13: what opens alone is blamed; all places are where only all of them open; what needs none is AUTH-9's."""
    call = "getStatus/order.-.first"
    steps = {"everywhere": together, "in-query": in_query, "in-other-header": in_header, "warm": without}
    told = story(*((f"{label}/{call}", answered(code)) for label, code in steps.items() if code is not None))
    found = verdicts(access.takes_no_token_elsewhere, told)
    assert (found["in-query"], found["in-other-header"]) == expected


def test_a_refusal_of_a_token_elsewhere_says_that_one_is_needed() -> None:
    """AUTH-9: 401 to a call without the header; after another answer the call without any token says it."""
    refused, other = (("everywhere/getStatus/a", answered(code)) for code in (401, 400))
    assert verdicts(access.needs_a_token, story(refused))["getStatus"] is PASS
    assert verdicts(access.needs_a_token, story(other))["getStatus"] is OPEN
    for code, verdict in ((401, PASS), (200, FAIL)):
        told = story(other, ("warm/getStatus/a", answered(code)))
        assert verdicts(access.needs_a_token, told)["getStatus"] is verdict


def test_two_headers_should_be_refused() -> None:
    """AUTH-13: a warning where the first alone would have opened the call."""
    for code, verdict in ((401, PASS), (400, PASS), (200, WARN)):
        assert verdicts(access.takes_the_header_alone, story(("two-headers", answered(code))))["two-headers"] is verdict


def test_the_schemes_case_does_not_matter() -> None:
    """AUTH-13: `bearer` lets in as `Bearer` does."""
    for code, verdict in ((200, PASS), (404, PASS), (401, FAIL), (403, FAIL)):
        told = story(("scheme-case/bearer", answered(code)))
        assert verdicts(access.takes_the_header_alone, told)["scheme-case"] is verdict
