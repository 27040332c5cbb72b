"""What provider states share: the organization that they are made in, and the members of each answer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from starlette_server.database import Client, Order, Organization
from starlette_server.making import new_client, new_organization
from starlette_server.state_params import UnusableParams


def usable(session: Session, organization_id: str | None) -> str:
    """The organization that a state is made in: a new one, or one that a state has made."""
    if organization_id is None:
        return new_organization(session)
    organization = session.get(Organization, organization_id)
    if organization is None or not organization.made:
        raise UnusableParams("organization_id is not one that a state has made")
    return organization.id


def chosen_client(session: Session, client_id: str | None, organization_id: str | None) -> Client:
    """The client that a token is for: the one that is named, or a new one."""
    if client_id is not None:
        return known_client(session, client_id)
    return new_client(session, usable(session, organization_id))


def known_client(session: Session, client_id: str) -> Client:
    """The client of this id."""
    client = session.get(Client, client_id)
    if client is None:
        raise UnusableParams("there is no such client")
    return client


def per_order(name: str, given: Sequence[Any] | None, default: list[Any]) -> list[Any]:
    """A param with one member for each order, or what it is by default."""
    if given is None:
        return default
    if not isinstance(given, list) or len(given) != len(default):
        raise UnusableParams(f"{name} has one member for each order")
    return list(given)


def names(order: Order) -> dict[str, Any]:
    """The names that an order is asked for by."""
    return {"order_id": order.id, "study_uid": order.study_uid, "study_group": order.study_group}


def new_study() -> str:
    """A study UID that nothing has yet."""
    return f"1.3.6.1.4.1.32473.58.{secrets.randbits(60)}"


def new_group() -> str:
    """The name of a study group that nothing has yet."""
    return f"Cohort é {secrets.token_hex(4)}"


def the_other(session: Session, organization_id: str) -> dict[str, Any]:
    """The other organization of a shared state, and a client of it."""
    client = new_client(session, organization_id)
    return {
        "other_organization_id": organization_id,
        "other_client_id": client.id,
        "other_client_secret": client.secret,
    }


def answer(session: Session, organization_id: str, **members: Any) -> dict[str, Any]:
    """The answer of a state: its own members, and a client that may see it."""
    able = select(Client).where(Client.organization_id == organization_id, Client.scopes.contains("reports.ack"))
    client = session.scalar(able.order_by(literal_column("rowid"))) or new_client(session, organization_id)
    return {
        "organization_id": organization_id,
        "client_id": client.id,
        "client_secret": client.secret,
        **members,
    }


def token_answer(client: Client, token: str) -> dict[str, Any]:
    """The answer of a state that makes a token."""
    return {
        "organization_id": client.organization_id,
        "client_id": client.id,
        "client_secret": client.secret,
        "access_token": token,
    }
