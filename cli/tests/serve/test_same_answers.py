"""A path and the same path in a world's prefix are answered alike, whatever is sent to them."""

from mock.tests.helpers.hostile_requests import differences
from mock.tests.helpers.served import Served


def test_hostile_requests_get_the_same_answers(served: Served) -> None:
    """Drawn from a seed; `scripts/hostile/same_answers.py` sends as many as are wanted."""
    assert differences(served, 1, 300) == []
