"""What a listing shows is taken for a state only where it is one."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import HOME, exchange, listing, problem
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.provider.discovery import Discovery
from pacsimile_contract.target.model import Client, Target

TARGET = Target(HOME, f"{HOME}/oauth2", {"primary": Client("primary", "me", "my-secret", "org-a")})
ENTRIES = [
    {"report_id": "R-1", "order_id": "O-1", "study_uid": "1.2.1", "study_group": "under-way"},
    {"report_id": "R-2", "order_id": "O-2", "study_uid": "1.2.2", "study_group": "finished"},
]


@pytest.mark.parametrize(
    ("waiting", "found"), [({"under-way"}, "finished"), (set(), "under-way"), ({"under-way", "finished"}, None)]
)
def test_a_group_with_orders_under_way_is_no_example(waiting: set[str], found: str | None) -> None:
    """A listing shows of a group what completed; that another of its orders did not yet, 409 alone tells."""

    def ask(operation: str, client: Client, parameters: dict[str, Any]) -> Exchange:
        if operation == "listReports":
            return listing(*ENTRIES)
        if parameters["study_group"] in waiting:
            return exchange(operation, 409, problem("report-not-ready", 409))
        return exchange(operation, 200, {})

    given = Discovery(TARGET, ask)("study_group", {"statuses": ["COMPLETED"]})
    assert (given and given["study_group"]) == found
