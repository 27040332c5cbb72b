"""STATUS-3: a parameter's name that is spelt wrong is no name."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, story, verdicts
from pacsimile_contract.checkers import parameter_names as checks
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.scenarios.parameter_names import SPELLINGS
from pacsimile_spec import operations


@pytest.mark.parametrize("part", [checks.ALONE, checks.BESIDE])
@pytest.mark.parametrize(("status", "expected"), [(400, Verdict.PASS), (200, Verdict.FAIL), (404, Verdict.FAIL)])
def test_a_misspelt_name_is_refused(part: str, status: int, expected: Verdict) -> None:
    """Alone, and beside the right one."""
    told = story((f"{part}/getStatus/order_id-plural", exchange("getStatus", status, {})))
    assert verdicts(checks.knows_names_exactly, told)[part] is expected


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("order_id", {"ORDER_ID", "order_id ", "order_ids", "orderId", "order-id", "order_id[]"}),
        (
            "organizationId",
            {
                "ORGANIZATIONID", "organizationId ", "organizationIds", "organization_id", "organization-id",
                "organizationId[]",
            },
        ),
        ("limit", {"LIMIT", "limit ", "limits", "limit", "limit[]"}),
    ],
)  # fmt: skip
def test_the_spellings_of_a_name(name: str, spelt: set[str]) -> None:
    """In another case, convention or number; what stays as it was is not asked."""
    assert {spell(name) for spell in SPELLINGS.values()} == spelt


def test_no_spelling_is_a_name_that_the_operation_knows() -> None:
    """Or a right call would be taken for a wrong one."""
    for operation in operations().values():
        known = {parameter.name for parameter in operation.parameters}
        assert {spell(name) for name in known for spell in SPELLINGS.values()} & known <= {"limit", "scope"}
