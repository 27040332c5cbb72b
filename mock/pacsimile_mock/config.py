"""Defines the options of a server and of its worlds."""

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
"""Seconds after its last use at which a world ends by itself."""


@dataclass(frozen=True, slots=True)
class WorldOptions:
    """The options of a world."""

    scenario: str = "demo"
    seed: int = DEFAULT_SEED
    pace: str = DEFAULT_PACE
    defects: tuple[str, ...] = ()
    token_format: str = "jwt"  # noqa: S105 - a format, no secret
    """`jwt` or `opaque`."""
    report_types: tuple[str, ...] | None = None
    """The report types that the world offers; None for all."""
    time: str | None = None
    """The RFC 3339 time in UTC at which its clock starts frozen; None for a running clock that starts now."""
    dialect: str | None = None
    """The text of the dialect file that says how it spells the contract; None for the contract's own spelling."""
    undecided: tuple[str, ...] = ()
    """Those of `seed` and `pace` that the scenario may set."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """The options of a server."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    world: WorldOptions = WorldOptions()
    public_url: str | None = None
    """The base URL of links in answers; None for the request's own Host."""
    allow_hosts: tuple[str, ...] = ()
    """Host names under which the server answers, besides those of loopback."""
    database: str | None = None
    """The URL of the database that stores everything; None for the memory of the process."""
    workers: int = 1
    """The number of processes that serve on one database."""
    world_lifetime: float = WORLD_LIFETIME
    """Seconds after its last use at which a world ends, except the default one; checked when a world is made."""
    audit_log: Path | None = None
    """The file that gets a line of JSON for each call; None for no audit log."""
    log_calls: str | None = None
    """The format of a line for each call on standard error, `text` or `json`; None for no lines."""
    redact_journal: bool = False
    """Whether journals and the audit log show values as salted hashes, for clients that send real data."""
    tls: Tls | None = None
    """The certificate and its key; None for plain HTTP."""
    watch: bool = False
    """Whether the scenario's file is loaded again whenever it changes."""
    control: bool = True
    """Whether the control API is served."""
    control_token: str | None = None
    """The token of the control API; None for a random one."""
