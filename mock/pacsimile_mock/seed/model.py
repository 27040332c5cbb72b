"""A scenario as its file says it, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pacsimile_fixtures.people import Patient
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
    """How an order moves: when it is processed, when and how it ends, when its report is amended.

    Microseconds from when it was received; or, `by_polls`, the status call, counted from 1, that finds it so.
    """

    starts: int
    finishes: int
    outcome: str
    amended: int | None = None
    by_polls: bool = False


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
    study_uid: str | None = None
    """A study UID of the user's own."""
    group: str | None = None
    patient: Patient | None = None
    """A patient of the user's own; orders of one study share it."""
    report_types: tuple[str, ...] | None = None
    report_files: Mapping[str, str] | None = None
    """Reports of the user's own: the digest of the bytes, by report type."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that a world begins with."""

    name: str
    clients: tuple[ClientPlan, ...]
    orders: tuple[OrderPlan, ...] = ()
    summary: str = ""
    seed: int | None = None
    """What its data follows from where nothing else is given."""
    pace: str | None = None
    """How fast its orders move where nothing else is given."""
    faults: tuple[Mapping[str, Any], ...] = ()
    """As the control API takes them."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The bytes of the reports of the user's own, by digest."""
    sources: tuple[Path, ...] = ()
    """The files that it was read from."""
