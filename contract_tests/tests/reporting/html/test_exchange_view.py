"""An exchange as a page shows it."""

import pytest

from contract_tests.tests.helpers.small_run import call
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.html import exchange_view
from pacsimile_contract.transcript.recorded import recorded


@pytest.mark.parametrize("length", [1282, 1283, 1284])
def test_the_size_of_a_body_is_that_of_its_bytes(length: int) -> None:
    """As `Content-Length` has it, and not that of its base64."""
    said = call(1, "getResult", "/results", 200, b"\xff" * length)
    record = recorded(said, Redactor(all_synthetic=True))
    assert exchange_view._answer(record, 0.1).body.before == f"{length} bytes that are not text."
