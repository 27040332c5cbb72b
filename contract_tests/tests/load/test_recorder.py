"""What was measured: quantiles, spans of time, and records that are merged."""

import json
import random

import pytest

from pacsimile_contract.load.histogram import Histogram
from pacsimile_contract.load.recorder import SPANS, Recorder


def of(times):
    histogram = Histogram()
    for seconds in times:
        histogram.add(seconds)
    return histogram


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95, 0.99])
def test_quantiles_are_exact_to_one_per_cent(share):
    drawn = random.Random(4)
    times = sorted(drawn.lognormvariate(-4, 1.5) for _ in range(5000))
    exact = times[round(share * len(times)) - 1]
    assert of(times).quantile(share) == pytest.approx(exact, rel=0.011)


def test_the_longest_is_exact_and_no_quantile_is_above_it():
    histogram = of([0.1, 0.2, 0.3])
    assert histogram.longest == 0.3
    assert histogram.quantile(1) <= 0.3
    assert Histogram().quantile(0.99) == 0


def test_merged_histograms_are_that_of_all_times():
    """Whatever process a time was taken in, also after JSON."""
    first, second = of([0.01, 0.5]), of([0.02, 3.0])
    first.merge(Histogram.from_json(json.loads(json.dumps(second.as_json()))))
    whole = of([0.01, 0.5, 0.02, 3.0])
    assert (first.buckets, first.count, first.longest) == (whole.buckets, 4, 3.0)
    assert first.sum == pytest.approx(whole.sum)


def test_a_long_load_has_no_more_spans_than_a_plot_shows():
    """A soak of a day is cut into spans of minutes."""
    recorder = Recorder(86_400)
    for at in range(0, 86_400, 60):
        recorder.add("getStatus", 0.01, at)
    assert len(recorder.spans) <= SPANS
    assert Recorder(60).span_seconds == 1


def test_records_of_processes_are_merged():
    """Calls, errors by kind, spans, and what was left out."""
    first, second = Recorder(10), Recorder(10)
    first.add("getStatus", 0.01, 0.5)
    first.late = 1
    second.add("getStatus", 0.02, 0.7, "timeout")
    second.add("listReports", 0.03, 1.2)
    second.withheld, second.unfinished = 2, 3
    first.merge(Recorder.from_json(json.loads(json.dumps(second.as_json()))))
    assert (first.calls, first.failed) == (3, 1)
    assert first.errors == {("getStatus", "timeout"): 1}
    assert (first.spans[0].times.count, first.spans[0].errors, first.spans[1].times.count) == (2, 1, 1)
    assert (first.withheld, first.unfinished, first.late) == (2, 3, 1)
