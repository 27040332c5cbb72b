"""What scenarios ask about."""

import pytest

from pacsimile_contract.known import readable


@pytest.mark.parametrize(
    ("named", "chosen"),
    [(("pdf", "json"), "json"), (("txt", "fhir", "pdf"), "fhir"), (("pdf",), "pdf"), ((), "json"), (None, "json")],
)
def test_the_type_that_is_asked_for_is_one_that_is_offered(named: tuple[str, ...] | None, chosen: str) -> None:
    """It is json where that is offered, or where nobody says what is."""
    assert readable(named) == chosen
