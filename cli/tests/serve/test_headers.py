"""Headers on a real socket: given twice, not ASCII, spelt with an underscore, beside the point: AUTH-13, PROTO-5."""

import pytest

from mock.tests.helpers.served import Served, statuses

LIST = "/reports?organizationId=demo-hospital&limit=1"


@pytest.mark.parametrize(
    "lines",
    [
        [b"Authorization: Bearer x"],
        [b"Authorization: Basic eDp5"],
        [b"Authorization:"],
        [b"authorization: bearer x"],
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_two_authorization_headers_are_refused(served: Served, lines: list[bytes], first: bool) -> None:
    """Before and after a right one (AUTH-13)."""
    right = f"Authorization: Bearer {served.token}\r\n".encode()
    wrong = b"".join(line + b"\r\n" for line in lines)
    head = served.head("GET", LIST).replace(right, wrong + right if first else right + wrong)
    assert statuses(served.raw(head)) == [401]


@pytest.mark.parametrize("value", [b"Bearer \xff", b"\xe9", b"Bearer \xc3\xa9", b"Basic \xff", b""])
def test_an_authorization_that_is_not_ascii_is_no_token(served: Served, value: bytes) -> None:
    """Nor does a second header open what the first alone would not (AUTH-13)."""
    right = f"Authorization: Bearer {served.token}\r\n".encode()
    wrong = b"Authorization: " + value + b"\r\n"
    alone = served.raw(served.head("GET", LIST).replace(right, wrong))
    before = served.raw(served.head("GET", LIST).replace(right, wrong + right))
    for received in (alone, before):
        assert statuses(received) == [401]
    basic = served.raw(served.head("GET", "/oauth2/token").replace(right, wrong))
    assert statuses(basic) == [401]


@pytest.mark.parametrize(
    "line",
    [
        b"X-Odd: \xff\xfe",
        b"Cookie: a=\xc3\xa9; b",
        b"Content-Type: \xff",
        b"Accept: \xe9",
        b"X-Long: " + b"a" * 60_000,
        b"Content-Encoding: \xff",
        b"User-Agent:",
        b"X_Under: 1",
        b"Range: bytes=0-1",
        b"If-None-Match: *",
        b"X-HTTP-Method-Override: POST",
        b"Accept: nothing/at-all",
        b"Accept-Encoding: gzip",
        b"Connection: x-odd, close",
    ],
)
def test_other_headers_change_nothing(served: Served, line: bytes) -> None:
    """Whatever they say (PROTO-5, SEC-7)."""
    plain, odd = served.raw(served.head("GET", LIST)), served.raw(served.head("GET", LIST, line))
    assert statuses(odd) == [200]
    assert odd.partition(b"\r\n\r\n")[2] == plain.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    "line", ["Content_Length: 50", "Transfer_Encoding: chunked", "Authorization_: x", "Content_Type: x"]
)
def test_a_header_with_an_underscore_is_not_the_one_with_a_hyphen(served: Served, line: str) -> None:
    """WSGI would take one for the other, and so believe in a body that is none."""
    received = served.raw(served.head("GET", LIST, line))
    assert statuses(received) == [200]
    unknown = served.head("POST", "/reports?organizationId=nobody", line)
    assert statuses(served.raw(unknown)) == [403]
    token = served.raw(
        served.head("GET", LIST, f"AUTHORIZATION_: Bearer {served.token}").replace(b"Authorization: ", b"X: ")
    )
    assert statuses(token) == [401]
