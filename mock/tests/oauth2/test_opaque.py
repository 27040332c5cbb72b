"""Which world an opaque token claims to be of."""

import pytest

from mock.tests.helpers.in_process import Service
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.oauth2.opaque import PREFIX, claimed_world


@pytest.mark.parametrize(
    ("text", "world"),
    [
        (f"{PREFIX}w1_abc_def-ghi", "w1"),
        (f"{PREFIX}w1_", "w1"),
        (f"{PREFIX}w1", "w1"),
        (PREFIX, ""),
        (f"x{PREFIX}w1_abc", None),
        ("a.b.c", None),
        ("", None),
    ],
)
def test_a_token_names_its_world_behind_the_prefix(text: str, world: str | None) -> None:
    """The random part may have underscores of its own; a token without the prefix is not opaque."""
    assert claimed_world(text) == world


def test_a_token_that_was_made_names_its_world() -> None:
    """As every call finds it again."""
    service = Service(WorldOptions(scenario="empty", pace="manual", token_format="opaque"))
    assert claimed_world(service.client().token) == service.world.name
