"""Secrets that do not hide are warned of, once and without their text."""

from dataclasses import replace

import pytest

from pacsimile_contract.redaction.weak_secrets import remarks, weakness
from pacsimile_contract.target.model import Client, Target


def target(secret: str, **more: bool) -> Target:
    """Return a target whose primary client has this secret."""
    return Target("https://h", "https://h/oauth2", {"primary": Client("primary", "id-1", secret)}, **more)


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("abc", "fewer than 4"), ("x7Kq0v9", "fewer than 8"), ("report", "fewer than 8"), ("password", "ordinary word"),
        ("Radiology", "ordinary word"), ("wrong-secret", "ordinary word"), ("Password123", "ordinary word"),
    ],
)  # fmt: skip
def test_a_weak_secret_is_warned_of_without_being_told(secret: str, why: str) -> None:
    """Short ones, words of a dictionary or of ours."""
    (line,) = remarks(target(secret))
    assert why in line
    assert "client primary" in line
    assert weakness(secret) is not None
    assert secret.lower() not in line.lower().replace("reports", "")


@pytest.mark.parametrize("secret", ["k7q0v9x4z8w3", "dGhpcyBpcyBub3Qg", "the-secret-of-client-1", "KhRtXwPq-mNvB"])
def test_a_strong_secret_is_not(secret: str) -> None:
    """Long ones with signs that no word has."""
    assert remarks(target(secret)) == []


def test_what_was_made_for_the_run_is_not_warned_of() -> None:
    """The secrets of a mock's world are synthetic, and so are those of a client that a state made."""
    assert remarks(target("report", world_of_its_own=True)) == []
    made = Client("primary", "id-1", "report", owned=True)
    assert remarks(replace(target("report"), clients={"primary": made})) == []
