"""The Authorization header of what is sent, read in one place: for safety, for what is hidden, for what is written."""

import base64

import pytest

from pacsimile_contract.evidence.authorization import Basic, read, sent_by
from pacsimile_contract.evidence.exchange import Request


def coded(content: bytes) -> str:
    """Return it as HTTP Basic."""
    return f"Basic {base64.b64encode(content).decode()}"


@pytest.mark.parametrize(
    ("value", "basic"),
    [
        (coded(b"id:a:b"), Basic("id", "a:b", exact=True)),
        (coded("häus:geheim-ü".encode()), Basic("häus", "geheim-ü", exact=True)),
        (coded(b"id:\xff"), Basic("id", "\ufffd", exact=False)),
        (coded(b"id"), Basic("id", "", exact=False)),
        ("Basic !", None),
        ("Basic \xfc", None),
        ("Bearer aWQ6eA==", None),
    ],
)
def test_what_basic_carries(value: str, basic: Basic | None) -> None:
    """Read as far as it can be: a wrong secret counts whatever its bytes are."""
    assert read(value).basic == basic


def test_each_header_is_read() -> None:
    """A trial sends two."""
    request = Request("GET", "http://x/", (("authorization", "bearer  t "), ("Accept", "a"), ("Authorization", "x")))
    first, second = sent_by(request)
    assert (first.scheme, first.kind, first.credentials) == ("bearer", "bearer", "t")
    assert (second.scheme, second.kind, second.credentials) == ("x", "x", "")
