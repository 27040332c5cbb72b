"""An exchange as a page shows it."""

from dataclasses import replace

import pytest

from contract_tests.tests.helpers.small_run import call
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.html import exchange_view
from pacsimile_contract.transcript.recorded import recorded


def test_a_page_may_be_written_twice() -> None:
    """Which call was shown before is known when the view is made, not when it is written."""
    calls = [call(number, "getStatus", "/status", 200) for number in (1, 2, 3)]
    context = replace(exchange_view.Context(Redactor(all_synthetic=True), {}), requirement="STATUS-1")
    first, second = exchange_view.add_call_list(calls[:2], context), exchange_view.add_call_list(calls[1:], context)
    for _ in range(2):
        assert [view.repeated for view in second.first()] == [True, False]
        assert [view.repeated for view in first.first()] == [False, False]


@pytest.mark.parametrize("length", [1282, 1283, 1284])
def test_the_size_of_a_body_is_that_of_its_bytes(length: int) -> None:
    """As `Content-Length` has it, and not that of its base64."""
    said = call(1, "getResult", "/results", 200, b"\xff" * length)
    record = recorded(said, Redactor(all_synthetic=True))
    assert exchange_view._answer(record, 0.1).body.before == f"{length} bytes that are not text."
