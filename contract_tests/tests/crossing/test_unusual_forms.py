"""The table of unusual forms."""

import pytest

from pacsimile_contract.crossing.unusual_forms import OPERATIONS, PATHS, WIDELY, rows, spelt_path
from pacsimile_contract.scenarios.unusual_forms import ALL_HEADERS, HEADERS
from pacsimile_spec.operation_ids import API_OPERATIONS


@pytest.mark.parametrize("access", OPERATIONS)
def test_each_form_meets_each_kind_of_access(access: str) -> None:
    """At level standard by one operation or some, which take turns; at full by each that can be called so."""
    forms = OPERATIONS[access]
    asked_at_standard = sum(WIDELY.get(form, 1) for form in forms)
    for turn in range(6):
        asked = list(rows("standard", access, API_OPERATIONS, turn))
        assert {form for form, _ in asked} == set(forms)
        assert len(set(asked)) == len(asked) == asked_at_standard
    assert len(list(rows("full", access, API_OPERATIONS, 0))) == sum(map(len, forms.values()))
    in_turn = {pair for turn in range(6) for pair in rows("standard", access, API_OPERATIONS, turn)}
    assert in_turn == set(rows("full", access, API_OPERATIONS, 0))


def test_an_operation_that_the_service_lacks_is_not_asked() -> None:
    """A form of which nothing is left is left out."""
    asked = list(rows("full", "another-organization", ["getStatus"], 3))
    assert {operation for _, operation in asked} == {"getStatus"}
    assert "nothing-named" not in {form for form, _ in asked}


def test_a_path_is_spelt_otherwise_in_each_way() -> None:
    """No two ways are alike, and none is the path itself."""
    spelt = [spelt_path(kind, "/status") for kind in PATHS]
    assert len({*spelt, "/status"}) == len(PATHS) + 1
    assert spelt_path("escaped-letter", "/status") == "/%73tatus"
    assert spelt_path("capitals", "/orderId") == "/ORDERID"


def test_no_header_is_sent_twice_in_one_call() -> None:
    """A service that trusts `X-Forwarded-For: 127.0.0.1` may not trust it twice in a row."""
    names = [name.casefold() for name, _ in ALL_HEADERS]
    assert "user-agent" not in names
    assert "max-forwards" not in names  # the service may act on it in a GET (RFC 9110 section 7.6.2)
    assert len(names) == len(set(names))
    assert {name for headers in HEADERS.values() for name, _ in headers} <= {name for name, _ in ALL_HEADERS}
