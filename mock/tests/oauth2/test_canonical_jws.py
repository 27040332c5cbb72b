"""The one form in which a token is accepted, part by part."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from pacsimile_mock.oauth2.canonical_jws import ORDER, SIZE, decoded, encoded, is_canonical, low

HEADER, CLAIMS = {"alg": "ES256", "kid": "k"}, {"iss": "http://home", "exp": 1}
LOW = (1).to_bytes(SIZE) + (ORDER // 2).to_bytes(SIZE)
HIGH = (1).to_bytes(SIZE) + (ORDER // 2 + 1).to_bytes(SIZE)


def compact(document: dict[str, Any]) -> bytes:
    """Return the JSON of a part, as tokens are made here."""
    return json.dumps(document, separators=(",", ":")).encode()


def token(header: bytes = compact(HEADER), claims: bytes = compact(CLAIMS), signature: bytes = LOW) -> str:
    """Return a JWS of these parts."""
    return ".".join(map(encoded, (header, claims, signature)))


def test_what_is_made_here_is_canonical() -> None:
    """Compact JSON, base64url without padding, a signature whose s is low."""
    assert is_canonical(token())


@pytest.mark.parametrize(
    "text",
    [
        token(header=json.dumps(HEADER).encode()),
        token(claims=json.dumps(CLAIMS).encode()),
        token(claims=b'{"exp":1,"exp":1}'),
        token(signature=HIGH),
        token(signature=LOW + b"\0"),
        token(signature=LOW[:-1]),
        token() + ".",
        token().rpartition(".")[0],
        token(signature=b"").rstrip("."),
        ".".join([urlsafe_b64encode(compact(HEADER)).decode(), *token().split(".")[1:]]),
        token() + "==",
    ],
)
def test_any_other_form_is_not(text: str) -> None:
    """White space or a repeated member in one part, another length or s, padding, more or fewer parts."""
    assert not is_canonical(text)


def test_padding_is_given_back_whatever_the_length() -> None:
    """RFC 7515, appendix C."""
    for length in range(5):
        content = b"\xff" * length
        assert "=" not in encoded(content)
        assert decoded(encoded(content)) == content


def test_the_low_form_of_a_signature() -> None:
    """SEC 1, section 4.1.4: n - s where s is above n / 2, which leaves r; a low one stays."""
    assert low(LOW) == LOW
    assert low(HIGH) == LOW[:SIZE] + (ORDER - ORDER // 2 - 1).to_bytes(SIZE)
    assert low(b"\xff" * 2 * SIZE) == b"\xff" * 2 * SIZE
