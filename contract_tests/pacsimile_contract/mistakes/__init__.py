"""Mistakes of the operator, told apart from faults of the service before anything is judged.

Each module checks one kind of key in the target file. Only what several answers agree on is a mistake. What may as well
be the service's fault is judged. `docs/verify.md` lists both.
"""

from pacsimile_contract.mistakes.api import check_api
from pacsimile_contract.mistakes.clients import check_clients
from pacsimile_contract.mistakes.connection import check_connection
from pacsimile_contract.mistakes.fixtures import check_fixtures
from pacsimile_contract.mistakes.inquiry import Inquiry
from pacsimile_contract.mistakes.keys import check_keys
from pacsimile_contract.mistakes.organizations import check_organizations
from pacsimile_contract.mistakes.parameter_names import unknown_name
from pacsimile_contract.mistakes.token_endpoint import check_token_endpoint

__all__ = [
    "Inquiry", "check_api", "check_clients", "check_connection", "check_fixtures", "check_keys", "check_organizations",
    "check_token_endpoint", "unknown_name",
]  # fmt: skip
