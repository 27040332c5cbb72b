"""What each judge is told of a server: tokens, and identifiers of things that are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from scripts.compare_judges.subjects import Address

PATIENCE = 30.0
"""Seconds in which a server must answer."""


@dataclass(frozen=True)
class Known:
    """An organization with an order in each status, a study, a group and new reports; and another organization."""

    address: Address
    organization_id: str
    client_id: str
    client_secret: str
    token: str
    status_only_token: str
    orders: dict[str, str]
    """An order id by status."""
    study_uid: str
    """Of the completed order."""
    study: dict[str, Any]
    """`study_uid` and `order_ids` of a study with two completed orders."""
    group: dict[str, Any]
    """`study_group` and `order_ids` of a group that is complete, one of its orders FAILED."""
    waiting_group: str
    """The name of a group with an unfinished order."""
    reports: list[dict[str, Any]]
    """What the first listing shows, oldest first."""
    others: dict[str, Any]
    """`order_id`, `study_uid`, `report_id` and `organization_id` of another organization."""


def state(address: Address, name: str, **params: Any) -> dict[str, Any]:
    """Ask a server for a provider state.

    Raises:
        requests.RequestException: it does not answer, or not with 200.
    """
    answer = requests.post(
        address.states_url,
        json={"state": name, "params": params, "action": "setup"},
        headers={"Authorization": f"Bearer {address.states_token}"},
        timeout=PATIENCE,
    )
    answer.raise_for_status()
    return dict(answer.json())


def token_of(address: Address, client_id: str, secret: str) -> str:
    """Get a token with a form: some defects of a server spoil one of the two ways, and the other one serves.

    Raises:
        requests.RequestException: there is no answer, or none with a token, in either way.
    """
    endpoint = f"{address.oauth2_endpoint}/token"
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    answer = requests.post(endpoint, data=form, timeout=PATIENCE)
    if not answer.ok:
        answer = requests.get(endpoint, auth=(client_id, secret), timeout=PATIENCE)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def prepared(address: Address) -> Known:
    """Bring a server into the state that judges are told of.

    Raises:
        requests.RequestException: it does not answer as it must for that.
    """
    own = state(address, "fresh_organization", ready_reports=4)
    organization = {"organization_id": own["organization_id"]}
    orders = {}
    study_uid = ""
    for status in ("RECEIVED", "PROCESSING", "FAILED", "CANCELLED", "COMPLETED"):
        order = state(address, "order_in_status", status=status, **organization)
        orders[status], study_uid = order["order_id"], order["study_uid"]
    study = state(address, "study_with_orders", statuses=["COMPLETED", "COMPLETED"], **organization)
    group = state(address, "study_group", statuses=["COMPLETED", "COMPLETED", "FAILED"], **organization)
    waiting = state(address, "study_group", statuses=["COMPLETED", "PROCESSING"], **organization)
    narrow = state(address, "client_with_scopes", scopes=["status.read"], **organization)
    token = token_of(address, own["client_id"], own["client_secret"])
    return Known(
        address,
        own["organization_id"],
        own["client_id"],
        own["client_secret"],
        token,
        token_of(address, narrow["client_id"], narrow["client_secret"]),
        orders,
        study_uid,
        study,
        group,
        waiting["study_group"],
        listed(address, own["organization_id"], token),
        state(address, "other_organization"),
    )


def listed(address: Address, organization_id: str, token: str) -> list[dict[str, Any]]:
    """List the new reports of an organization; none where the server does not list as it must."""
    answer = requests.get(
        f"{address.url}/reports",
        params={"organizationId": organization_id},
        headers={"Authorization": f"Bearer {token}"},
        timeout=PATIENCE,
    )
    try:
        return list(answer.json()["reports"])
    except (ValueError, KeyError, TypeError):
        return []
