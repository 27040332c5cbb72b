"""Durations: one language for all who take them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacsimile_spec import durations
from pacsimile_spec.durations import PATTERN, TEN_YEARS, DurationError, seconds, text

MILLISECONDS = st.integers(0, int(TEN_YEARS) * 1_000)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (90, 90),
        (1.5, 1.5),
        (0, 0),
        ("90", 90),
        ("1.5", 1.5),
        ("30s", 30),
        ("500ms", 0.5),
        ("5m", 300),
        ("1h30m", 5_400),
        ("1.1h", 3_960),
        ("2d", 172_800),
        ("1d2h3m4s5ms", 93_784.005),
        ("1h5ms", 3_600.005),
        (timedelta(minutes=2), 120),
    ],
)
def test_each_form_is_understood(value: object, expected: float) -> None:
    """A number counts seconds, a text its units."""
    assert seconds(value) == expected


@pytest.mark.parametrize(
    "value",
    ["soon", "", "s", "1x", "30m1h", "1h1h", "-5m", "1h 30m", " 5m", "5m\n", "1.s", ".5s", "1e3", "٣s", "3651d",
     -1, float("nan"), float("inf"), 1e300, 10**400, True, None, [], timedelta(seconds=-1)],
)  # fmt: skip
def test_all_else_is_refused_in_the_same_words(value: object) -> None:
    """The refusal shows the forms."""
    with pytest.raises(DurationError, match=re.escape("up to 3650d: 90 or 1.5 (seconds), 500ms, 30s, 5m, 1h30m, 2d")):
        seconds(value)


@given(MILLISECONDS)
def test_what_is_written_is_read_again(milliseconds: int) -> None:
    """To the millisecond."""
    assert seconds(text(milliseconds / 1_000)) == milliseconds / 1_000


@given(MILLISECONDS)
def test_number_text_and_timedelta_are_one(milliseconds: int) -> None:
    """However it is given."""
    duration = milliseconds / 1_000
    assert seconds(duration) == seconds(timedelta(milliseconds=milliseconds)) == seconds(f"{duration:.3f}") == duration


@given(st.lists(st.integers(0, 99), min_size=5, max_size=5))
def test_a_text_is_the_sum_of_its_parts(counts: list[int]) -> None:
    """From the largest unit down."""
    parts = [f"{count}{unit}" for count, unit in zip(counts, ("d", "h", "m", "s", "ms"), strict=True)]
    assert seconds("".join(parts)) == pytest.approx(sum(seconds(part) for part in parts), abs=1e-9)


@given(st.one_of(st.from_regex(PATTERN, fullmatch=True), st.text(), st.text("0123456789.dhms")))
def test_the_pattern_says_what_is_understood(written: str) -> None:
    """Schemas that have it refuse what the parser refuses, but for what is too long."""
    try:
        seconds(written, most=float("1e30"))
    except DurationError:
        assert not re.fullmatch(PATTERN, written)
    else:
        assert re.fullmatch(PATTERN, written)


def test_a_name_may_say_what_a_number_counts() -> None:
    """`latency_ms: 200` is milliseconds, `latency_ms: 2s` two seconds all the same."""
    assert (seconds(200, unit="ms"), seconds("2s", unit="ms"), seconds("1.5", unit="h")) == (0.2, 2, 5_400)


@pytest.mark.parametrize(
    ("value", "count"), [("3 polls", 3), ("1 poll", 1), ("0 polls", None), ("3", None), (3, None), ("3s", None)]
)
def test_a_number_of_status_calls_stands_in_place_of_a_duration(value: object, count: int | None) -> None:
    """Where orders move by them."""
    assert durations.polls(value) == count
