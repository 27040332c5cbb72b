"""What the operator got wrong, told apart from what the service does wrong, before anything is judged.

Each module looks at one kind of key of the target file. A mistake is only what several answers agree on; what may as
well be the service's own fault is judged. `docs/verify.md` names both.
"""

from pacsimile_contract.mistakes.api import check_api
from pacsimile_contract.mistakes.clients import check_clients
from pacsimile_contract.mistakes.connection import check_connection
from pacsimile_contract.mistakes.fixtures import check_fixtures
from pacsimile_contract.mistakes.inquiry import Inquiry
from pacsimile_contract.mistakes.keys import check_keys
from pacsimile_contract.mistakes.organizations import check_organizations
from pacsimile_contract.mistakes.token_endpoint import check_token_endpoint

__all__ = [
    "Inquiry", "check_api", "check_clients", "check_connection", "check_fixtures", "check_keys", "check_organizations",
    "check_token_endpoint",
]  # fmt: skip
