"""Defines the data of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pacsimile_fixtures.people import Patient
from pacsimile_mock.clock import Instant


class ScenarioError(Exception):
    """A scenario cannot be used; the message says where it is wrong, and what is expected."""


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """A client; outside the default world its id gets a suffix, and its secret is random."""

    client_id: str
    client_secret: str
    organization_id: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """When an order starts and finishes, how it ends, and when its report is amended.

    The unit is microseconds after the order was received. With `by_polls` it is status calls, counted from 1.
    """

    starts: int
    finishes: int
    outcome: str
    """The last status."""
    amended: int | None = None
    by_polls: bool = False


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """One entry of `orders`: `count` orders of an organization that stay in a status, or move."""

    organization_id: str
    count: int = 1
    status: str | None = None
    """The status of orders that stay; None for orders that move."""
    moves: Moves | None = None
    """How the orders move; None for orders that stay."""
    created_ago: Instant = 0
    """Microseconds before the start of the world."""
    amended_ago: Instant | None = None
    """Microseconds before the start of the world; None for no amendment."""
    study: str | None = None
    """A label; orders with the same label have the same study UID, whatever their organization is."""
    study_uid: str | None = None
    """The study UID; None for a synthetic one."""
    group: str | None = None
    patient: Patient | None = None
    """The patient, whom all orders of a study share; None for a synthetic one."""
    report_types: tuple[str, ...] | None = None
    report_files: Mapping[str, str] | None = None
    """The digest of each report file, by report type; None for synthetic reports."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The initial contents of a world."""

    name: str
    clients: tuple[ClientPlan, ...]
    orders: tuple[OrderPlan, ...] = ()
    summary: str = ""
    seed: int | None = None
    """The seed of worlds whose options have none."""
    pace: str | None = None
    """The pace of worlds whose options have none."""
    faults: tuple[Mapping[str, Any], ...] = ()
    """The faults as JSON of the control API."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The bytes of the report files, by digest."""
    sources: tuple[Path, ...] = ()
    """The files that it was read from."""
