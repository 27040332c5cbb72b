"""Says how an operator can supply a state: by a state URL, by fixtures, or by another key of the target file."""

from collections.abc import Mapping, Sequence
from typing import Any

from pacsimile_contract.errors import NotExercised
from pacsimile_contract.target.fixture_rules import MEMBERS
from pacsimile_contract.target.model import Target
from pacsimile_spec.statuses import COMPLETED

LISTING, OTHER_ORG, WAIT = "`listing: {allowed: true}`", "`clients: other_org`", "`limits: {wait: 65m}`"
TWO_ORGANIZATIONS = frozenset(
    {"other_organization", "study_shared_between_organizations", "study_group_shared_between_organizations"}
)
"""States about two organizations. A fixture of one needs a client of the other."""


def how_to_supply(state: str, params: Mapping[str, Any], target: Target) -> str:
    """Return how to supply a state, in words. A state that each run makes anew cannot be a fixture."""
    lacks_other = state in TWO_ORGANIZATIONS and "other_org" not in target.clients
    fixtures = " or under `states: fixtures`" if state in MEMBERS else ""
    beside, others = "", list[str]()
    if may_be_listed(state, params):
        others = [OTHER_ORG] * lacks_other + [LISTING] * (not target.listing_allowed)
    elif lacks_other:
        beside = f" with {OTHER_ORG}"
    if state == "expired_token" and not target.limits.wait:
        others = [WAIT]
    return f"supply it by `states: url`{fixtures}{beside}" + (f"; {_instead(others)}" if others else "")


def may_be_listed(state: str, params: Mapping[str, Any]) -> bool:
    """Tell whether a listing may show an example of a state (`Discovery`): it names orders that completed."""
    statuses = list(params.get("statuses", ()))
    match state:
        case "order_in_status":
            return dict(params) == {"status": COMPLETED}
        case "study_with_orders":
            return set(params) == {"statuses"} and COMPLETED in statuses
        case "study_group":
            return set(params) == {"statuses"} and set(statuses) == {COMPLETED}
        case "study_shared_between_organizations":
            return dict(params) == {"statuses": [COMPLETED, COMPLETED]}
    return state == "other_organization" and not params


def instead(error: NotExercised, *keys: str) -> NotExercised:
    """Return why something was not exercised, with keys of the target file that would do in the place of the state."""
    return NotExercised(f"{error}; {_instead(keys)}")


def _instead(keys: Sequence[str]) -> str:
    return f"{' with '.join(keys)} may do instead"
