"""The Authorization header is read in one place: its scheme in any case, white space around counted for nothing."""

import base64

import pytest

from pacsimile_mock import authorization


@pytest.mark.parametrize(
    ("header", "bearer"),
    [
        ("Bearer t", "t"), ("bEARER  t ", "t"), ("Bearer", None), ("Bearer  ", None), ("Basic t", None), (None, None),
        ("Bearertoken", None), ("", None),
    ],
)  # fmt: skip
def test_the_token_is_what_follows_bearer(header: str | None, bearer: str | None) -> None:
    """And nothing under another scheme: AUTH-13."""
    assert authorization.bearer(header) == bearer


def test_basic_is_id_colon_secret() -> None:
    """RFC 7617: the first colon parts them."""
    coded = base64.b64encode("häus:a:b".encode()).decode()
    assert authorization.read(f"basic {coded}").basic() == ("häus", "a:b")
    assert authorization.read(f"Basic {base64.b64encode(b'no-colon').decode()}").basic() is None


@pytest.mark.parametrize("sent", ["!", "Zm9v=", "\xfc", base64.b64encode(b"\xff:x").decode()])
def test_basic_that_cannot_be_read(sent: str) -> None:
    """Is an error, which its reader words."""
    with pytest.raises(ValueError, match=r"\S"):
        authorization.read(f"Basic {sent}").basic()
