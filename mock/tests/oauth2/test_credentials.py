"""How a client's credentials are read."""

import pytest

from mock.tests.helpers.in_process import basic
from pacsimile_mock.errors import TokenError
from pacsimile_mock.oauth2 import credentials
from pacsimile_mock.oauth2.model import Client


@pytest.mark.parametrize(
    ("client_id", "secret", "readings"),
    [
        ("plain", "secret", (("plain", "secret"),)),
        ("odd+client", "a%20b", (("odd+client", "a%20b"), ("odd client", "a b"))),
        ("plain", "100%25", (("plain", "100%25"), ("plain", "100%"))),
        ("a+b", "secret", (("a+b", "secret"), ("a b", "secret"))),
    ],
)
def test_basic_credentials_have_a_reading_for_each_spelling(
    client_id: str, secret: str, readings: tuple[tuple[str, str], ...]
) -> None:
    """RFC 6749, section 2.3.1: as sent, and percent-decoded where that differs; the id is told as sent."""
    sent = credentials.read(basic(client_id, secret), {})
    assert sent == credentials.Credentials(readings)
    assert sent.client_id == client_id


def test_credentials_of_a_form_are_taken_as_they_are() -> None:
    """The form is decoded already (AUTH-2)."""
    sent = credentials.read(None, {"client_id": "odd+client", "client_secret": "a%20b"})
    assert sent == credentials.Credentials((("odd+client", "a%20b"),))
    assert credentials.read(None, {}) is None


@pytest.mark.parametrize(("client_id", "is_same"), [("odd+client", True), ("odd client", True), ("another", False)])
def test_an_id_beside_basic_names_the_same_client(client_id: str, is_same: bool) -> None:
    """In either spelling; another is told only to who knows the secret."""
    clients = {"odd client": Client("odd client", "secret", "org-a", ())}
    form = {"client_id": client_id}
    sent, wrong = (credentials.read(basic("odd+client", secret), form) for secret in ("secret", "wrong"))
    if is_same:
        assert credentials.authenticate(sent, clients) == clients["odd client"]
    else:
        with pytest.raises(TokenError) as refused:
            credentials.authenticate(sent, clients)
        assert (refused.value.status, refused.value.error) == (400, "invalid_request")
    with pytest.raises(TokenError) as refused:
        credentials.authenticate(wrong, clients)
    assert (refused.value.status, refused.value.error) == (401, "invalid_client")
