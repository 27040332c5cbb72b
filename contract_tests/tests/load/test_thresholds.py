"""Thresholds: how they are written, and whether they were met."""

import pytest

from pacsimile_contract.errors import UsageError
from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.load.thresholds import check_bounds, error_bound, threshold


def recorded():
    recorder = Recorder(10)
    for number in range(100):
        recorder.add("getStatus", 0.01 + number / 1000, number / 10)
    recorder.add("listReports", 2.0, 1, "status 500")
    return recorder


@pytest.mark.parametrize(
    ("share", "text", "met"),
    [
        (0.5, "100ms", True),
        (0.99, "50ms", False),
        (0.99, "status=200ms", True),
        (0.99, "listing=1s", False),
        (0.99, "acknowledgement=1s", None),
    ],
)
def test_a_quantile_is_held_against_its_bound(share, text, met):
    """Of all operations, or of one; None where it was never called."""
    assert [bound.met for bound in check_bounds(recorded(), [threshold(share, text)], None)] == [met]


@pytest.mark.parametrize(("text", "met"), [("0", False), ("1", True), ("0.5%", False), ("1%", True)])
def test_errors_are_counted_or_a_share(text, met):
    assert [bound.met for bound in check_bounds(recorded(), [], error_bound(text))] == [met]


@pytest.mark.parametrize("text", ["", "-1", "x", "101%", "nan%", "1e3", "%", "٣"])
def test_a_bound_of_errors_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match="--errors"):
        error_bound(text)


@pytest.mark.parametrize(
    ("text", "said"), [("fast", "fast"), ("", "--p99"), ("statuss=300ms", "status"), ("status=", "--p99")]
)
def test_a_threshold_that_is_none_is_refused(text, said):
    """The refusal names the option, or the operation that was meant."""
    with pytest.raises(UsageError, match=said):
        threshold(0.99, text)
