"""Reading answers: exact times, honest types, and nothing that raises."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract import facts
from pacsimile_contract.facts.tokens import LONGEST_TOKEN, is_sendable
from pacsimile_contract.instants import instant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2025-06-23T10:00:00Z", "2025-06-23t10:00:00z"),
        ("2025-06-23T10:00:00Z", "2025-06-23T19:00:00+09:00"),
        ("2025-06-23T10:00:00-00:00", "2025-06-23T10:00:00.000000000Z"),
        ("2025-06-23T23:59:60Z", "2025-06-24T00:00:00Z"),
        ("2025-06-23T10:00:00.1Z", "2025-06-23T10:00:00.100Z"),
    ],
)
def test_two_spellings_of_one_instant_are_equal(one: str, other: str) -> None:
    """RFC 3339, whatever the offset and case."""
    assert instant(one) == instant(other)


def test_nine_digits_of_fraction_are_compared_exactly() -> None:
    """Where a float would see no difference."""
    early, late = instant("2025-06-23T10:00:00.123456788Z"), instant("2025-06-23T10:00:00.123456789Z")
    assert early is not None
    assert late is not None
    assert early < late


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-23", "2025-06-23T10:00:00", "2025-06-23 10:00:00Z", "2025-13-23T10:00:00Z", "2025-06-23T10:00:61Z",
        "2025-06-23T10:00:00+24:00", "2025-06-23T10:00:00Z\n", "２025-06-23T10:00:00Z", "", None, 5,
    ],
)  # fmt: skip
def test_what_is_no_instant(text: object) -> None:
    """No offset, no such day, Unicode digits, a newline behind it."""
    assert instant(text) is None


def test_integers_are_read_as_json_has_them() -> None:
    """`3600.0` is one; `"3600"`, `true` and `1e400` are none."""
    for value, read in (
        ("3600", 3600),
        ("3600.0", 3600),
        ('"3600"', None),
        ("true", None),
        ("1e400", None),
        ("NaN", None),
    ):
        answer = exchange("getToken", body=b'{"expires_in": %s}' % value.encode(), media_type="application/json")
        assert facts.token(answer).expires_in == read


def test_the_order_of_report_types_says_nothing() -> None:
    """It is a set: two answers that list it differently say the same."""
    said = [exchange("getStatus", document={"report_types": types}) for types in (["pdf", "json"], ["json", "pdf"])]
    assert facts.order_status(said[0]) == facts.order_status(said[1])


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b"{", b"\xff", b'{"reports": 5}', b"[" * 5000])
def test_nothing_raises_whatever_the_body(body: bytes) -> None:
    """A broken answer reads as None."""
    answer = exchange(body=body, media_type="application/json")
    assert facts.order_status(answer).order_id is None
    assert facts.listing(answer).reports is None
    assert facts.problem(answer).reason is None
    assert facts.order_ids(answer).order_ids is None
    assert facts.acknowledgement(answer).acknowledged is None
    assert not facts.gives_token(answer)
    assert not facts.is_synthetic(answer)


def test_the_reason_of_a_problem_is_what_follows_the_last_mark() -> None:
    """`/`, `:` or `#`, by the server's taste."""
    for kind in (
        "urn:pacsimile:problem:order-failed",
        "https://x.example/p#order-failed",
        "https://x.example/order-failed",
    ):
        assert facts.problem(exchange(status=409, document={"type": kind})).reason == "order-failed"


def test_challenges_are_read_with_their_parameters() -> None:
    """Several in one header or in two, quoted or not, in any case (RFC 9110 section 11.6.1)."""
    answer = exchange(
        status=401,
        headers=(
            ("WWW-Authenticate", 'Basic realm="a, b", bearer Error=invalid_token'),
            ("www-authenticate", "Negotiate"),
        ),
    )
    assert facts.challenges(answer) == [
        ("basic", {"realm": "a, b"}),
        ("bearer", {"error": "invalid_token"}),
        ("negotiate", {}),
    ]


def test_retry_after_in_seconds_and_as_a_date() -> None:
    """A date counts from the answer's own `Date`, never from our clock."""
    now, later = "Mon, 23 Jun 2025 10:00:00 GMT", "Mon, 23 Jun 2025 10:01:00 GMT"
    assert facts.retry_after(exchange(status=503, headers=(("Retry-After", "7"),))) == 7
    assert facts.retry_after(exchange(status=503, headers=(("Retry-After", later), ("Date", now)))) == 60
    assert facts.retry_after(exchange(status=503, headers=(("Retry-After", "soon"),))) is None


def test_the_synthetic_mark() -> None:
    """Every study UID under the documentation arc, or the member `synthetic`, or the banner."""
    arc = "1.3.6.1.4.1.32473.1"
    assert facts.is_synthetic(exchange(document={"study_uid": arc}))
    assert not facts.is_synthetic(exchange(document={"reports": [{"study_uid": arc}, {"study_uid": "1.2.840.1"}]}))
    assert not facts.is_synthetic(exchange(document={"order_id": "A"}))
    assert facts.is_synthetic(exchange(body=b"SYNTHETIC DATA - NOT FOR CLINICAL USE", media_type="text/plain"))


def test_a_token_that_is_longer_than_a_header_counts_as_none() -> None:
    """It would be sent with each call, and kept with it."""
    assert is_sendable("x" * LONGEST_TOKEN)
    assert not is_sendable("x" * (LONGEST_TOKEN + 1))
