"""How long a service took to answer: quantiles and the axis that they share."""

import pytest

from contract_tests.tests.helpers.small_run import CALLS
from pacsimile_contract.reporting.latency import Axis, axis, format_duration, latencies


def test_latency_has_figures_and_a_shared_axis() -> None:
    """Quantiles are times that were seen; no answer is no time; every time lies on the axis."""
    found = latencies(CALLS)
    assert [(one.operation, len(one.seconds)) for one in found] == [("getToken", 1), ("getStatus", 2), ("getResult", 1)]
    status = found[1]
    assert (status.quantile(0.5), status.quantile(0.95)) == (status.seconds[0], status.seconds[1])
    shared = axis(found)
    assert all(0 <= shared.place(seconds) <= 100 for one in found for seconds in one.seconds)
    assert Axis(-3, 0).ticks() == pytest.approx([0.001, 0.01, 0.1, 1.0])
    assert [format_duration(one) for one in (0.0012, 0.34, 2.14)] == ["1.2 ms", "340 ms", "2.1 s"]
