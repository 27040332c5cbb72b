"""How a token request is read of a call."""

from typing import Any

import pytest

from mock.tests.helpers.in_process import basic
from pacsimile_mock.errors import TokenError
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2 import reading

BODY = b"grant_type=client_credentials&scope="


def posted(**members: Any) -> Call:
    """Return a token request by a form."""
    headers = {"content-type": "application/x-www-form-urlencoded", "authorization": basic("one", "secret")}
    call = {"headers": headers, "body": BODY, "content_length": len(BODY), **members}
    return Call("POST", "/oauth2/token", "", operation="postToken", **call)


def test_a_form_is_read_with_what_has_no_value() -> None:
    """AUTH-2: in the order sent."""
    assert reading.read(posted()).form == [("grant_type", "client_credentials"), ("scope", "")]
    assert reading.client_id_of(posted()) == "one"


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"too_large": True}, r"is too large\.$"),
        ({"cut_off": True, "content_length": None}, "did not arrive whole, or has trailers"),
        ({"content_length": len(BODY) + 1}, "did not arrive whole: send it again"),
    ],
)
def test_a_form_that_is_not_whole_is_refused(members: dict[str, Any], told: str) -> None:
    """Too large to be read, or cut off: what is there of it might be another request."""
    with pytest.raises(TokenError, match=told):
        reading.read(posted(**members))
    assert reading.client_id_of(posted(**members)) is None
