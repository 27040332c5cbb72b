"""A scenario as its file says it, typed."""

from __future__ import annotations

from dataclasses import dataclass

from pacsimile_mock.clock import Instant


class ScenarioError(Exception):
    """A scenario cannot be used; the message says where it is wrong, and what was expected."""


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """A client; in other worlds than the default one its id gets a suffix and its secret is drawn."""

    client_id: str
    client_secret: str
    organization_id: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """How an order moves: microseconds from the world's start until it is processed, until it ends, and how."""

    starts: Instant
    finishes: Instant
    outcome: str


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """So many orders of an organization: parked in a status for good, or moving."""

    organization_id: str
    count: int = 1
    status: str | None = None
    moves: Moves | None = None
    created_ago: Instant = 0
    amended_ago: Instant | None = None
    study: str | None = None
    """Orders with the same label have the same study UID, whosesoever they are."""
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that a world begins with."""

    name: str
    clients: tuple[ClientPlan, ...]
    orders: tuple[OrderPlan, ...]
