"""What a server and its worlds are started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pacsimile_mock.tls import Tls

DEFAULT_SEED = 1
MOST_SEED = 2**63 - 1
DEFAULT_PACE = "demo"
DEFAULT_PORT = 8080
DEFAULT_WORLD = "default"
"""The world with the documented credentials."""
WORLD_LIFETIME = 6 * 3600.0
"""Seconds unused after which a world ends by itself."""


@dataclass(frozen=True, slots=True)
class WorldOptions:
    """What a world is made of."""

    scenario: str = "demo"
    seed: int = DEFAULT_SEED
    pace: str = DEFAULT_PACE
    defects: tuple[str, ...] = ()
    token_format: str = "jwt"  # noqa: S105 - a format, no secret
    """`jwt` or `opaque`."""
    report_types: tuple[str, ...] | None = None
    """Report types that the world offers; None for all that can be made."""
    time: str | None = None
    """When it begins, in UTC as RFC 3339 has it; its clock then stands there. None for now, with a clock that runs."""
    undecided: tuple[str, ...] = ()
    """Which of `seed` and `pace` the scenario decides, if it says anything of them."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What a server is started with."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    world: WorldOptions = WorldOptions()
    public_url: str | None = None
    """What the links in answers name; None for the request's own Host."""
    allow_hosts: tuple[str, ...] = ()
    """Names beside those of loopback under which the server answers."""
    database: str | None = None
    """URL of the database that keeps everything; None for the memory of the process."""
    workers: int = 1
    """Processes that serve, on one database."""
    world_lifetime: float = WORLD_LIFETIME
    """Seconds unused after which a world ends by itself, but for the default one; looked at when one is made."""
    audit_log: Path | None = None
    """The file that gets a line of JSON for each call; None for none."""
    redact_journal: bool = False
    """Whether journals and audit log show values as salted hashes: for whoever sends real data."""
    tls: Tls | None = None
    """Certificate and key; None for plain HTTP."""
    watch: bool = False
    """Whether the scenario's file is taken anew whenever it changes."""
    control: bool = True
    control_token: str | None = None
    """None for one that is drawn at start."""
