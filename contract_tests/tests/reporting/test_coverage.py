"""Which described responses and parameters a run has seen."""

from contract_tests.tests.helpers.small_run import CALLS, call
from pacsimile_contract.reporting.coverage import coverage, undescribed
from pacsimile_spec import operations


def test_coverage_lists_equal_counts_by_name() -> None:
    """The same run has the same page in every process, whatever order its sets of texts have."""
    calls = [call(number, "getResult", "/results?report_type=pdf&order_id=1&x=2", 200, {}) for number in (1, 2)]
    (found,) = (one for one in coverage(calls) if one.calls)
    (given,) = (one.parameters for one in found.responses if one.calls)
    assert list(given.items()) == [("one not described", 2), ("order_id", 2), ("report_type=pdf", 2)]


def test_coverage_counts_by_operation_response_and_parameter() -> None:
    """Described responses that never came are there, others are told apart; enumerated values stand by themselves."""
    more = (*CALLS, call(6, "getResult", "/results?report_type=odt&x=1", 418, {}), call(7, "", "/", 404, {}))
    found = {one.operation.operation_id: one for one in coverage(more)}
    assert list(found) == list(operations())
    result = {one.status: one for one in found["getResult"].responses}
    assert dict(result["404"].parameters) == {"order_id": 1, "report_type=pdf": 1}
    assert dict(result["418"].parameters) == {"report_type=another": 1, "one not described": 1}
    assert (result["418"].described, result["200"].calls, result["200"].described) == (False, 0, True)
    assert "report_type=json" in found["getResult"].never_sent
    assert "order_id" not in found["getResult"].never_sent
    assert {one.status: one.calls for one in found["listReports"].responses}["no answer"] == 1
    assert found["getResult"].calls == 2
    assert undescribed(CALLS) == {}
