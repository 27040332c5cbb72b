"""What scenarios ask about."""

import pytest

from pacsimile_contract.errors import Forbidden
from pacsimile_contract.session.sample_calls import ForbiddenCollector
from pacsimile_contract.session.shared_states import readable


@pytest.mark.parametrize(
    ("named", "chosen"),
    [(("pdf", "json"), "json"), (("txt", "fhir", "pdf"), "fhir"), (("pdf",), "pdf"), ((), "json"), (None, "json")],
)
def test_the_type_that_is_asked_for_is_one_that_is_offered(named: tuple[str, ...] | None, chosen: str) -> None:
    """It is json where that is offered, or where nobody says what is."""
    assert readable(named) == chosen


def test_what_may_not_leave_keeps_nothing_else_from_it() -> None:
    """It is left out, what follows is asked, and the scenario's end says why something is missing."""
    leaving, asked = ForbiddenCollector(), []
    for name in ("first", "kept back", "last"):
        with leaving.skipping():
            if name == "kept back":
                raise Forbidden("needs `states`")
            asked.append(name)
    assert asked == ["first", "last"]
    with pytest.raises(Forbidden, match="needs `states`"):
        leaving.finish()
