"""The target of a run: where the service is, its clients, and what the operator allows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from pacsimile_spec.dialects import Dialect

Profile = Literal["strict", "documented"]
"""How strict the judging is. Under `documented`, what the public description does not state is only a warning."""


@dataclass(frozen=True, slots=True)
class Client:
    """Credentials at the token endpoint.

    Attributes:
        name: Its name in the target file, or one that begins with `STATE_CLIENT`.
        client_id: Its id.
        client_secret: Its secret.
        organization_id: Its organization, if known.
        owned: Whether a state of this run made the organization.
        id_from: The environment variable that has its id; empty for none.
        secret_from: The environment variable that has its secret; empty for none.
    """

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    organization_id: str | None = None
    owned: bool = False
    id_from: str = ""
    secret_from: str = ""


STATE_CLIENT = "state-"
"""How the names of clients begin that a state URL made."""


PLACEHOLDERS = ("my-organization", "other-organization")
"""The organizations of the primary client and of `other_org` in a file of `verify --init`, until a user fills it in."""

MOST_REQUESTS = 3000
"""How many requests a run may send, unless the target file says otherwise."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a run: rates in requests a second (0 is unlimited), times in seconds."""

    rate: float = 0.0
    token_rate: float = 0.0
    timeout: float = 10.0
    listing_timeout: float = 60.0
    settle: float = 0.0
    wait: float = 0.0
    max_requests: int = MOST_REQUESTS
    max_time: float = 300.0


@dataclass(frozen=True, slots=True)
class Load:
    """What `pacsimile load` may do: `rate` in calls a second. None where the target file does not say."""

    allowed: bool | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class States:
    """Sources of provider states: a URL with its bearer token, and identifiers that the operator knows.

    `token_from` is the environment variable that has the token; empty for none.
    """

    url: str | None = None
    token: str | None = field(default=None, repr=False)
    timeout: float = 120.0
    fixtures: Mapping[str, Any] = field(default_factory=dict)
    token_from: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A requirement, or a pattern of ids, that may stay unexercised: why, and until when."""

    pattern: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class GivenDialect:
    """A dialect that the service speaks, with the text of its file and how the operator named that."""

    dialect: Dialect
    text: str
    file: str

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, in hex."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Target:
    """A service to judge. `world_of_its_own` says that everything in it was made for this run and may be changed."""

    base_url: str
    oauth2_endpoint: str
    clients: Mapping[str, Client]
    profile: Profile = "documented"
    headers: tuple[tuple[str, str], ...] = ()
    tls: Mapping[str, str] = field(default_factory=dict)
    proxy: str | None = None
    limits: Limits = field(default_factory=Limits)
    listing_allowed: bool = False
    acknowledge_allowed: bool | None = None
    acknowledge_organization: str | None = None
    wrong_secrets: int = 1
    forged_tokens: bool = True
    hostile_input: bool = False
    exclusive: bool = False
    load: Load = field(default_factory=Load)
    plain_http_allowed: bool = False
    states: States = field(default_factory=States)
    jwks_url: str | None = None
    accepted: tuple[Acceptance, ...] = ()
    world_of_its_own: bool = False
    declared: frozenset[str] = frozenset()
    """The keys of the target file that disallow something: `listing`, `acknowledge`."""
    absent: frozenset[str] = frozenset()
    """Operations that the service lacks, as the target file says."""
    dialect: GivenDialect | None = None
    """How the service spells the contract; None where it spells as that does."""
    journal_url: str | None = None
    """The address of the judged world's audit log in a mock's control API."""

    @property
    def primary(self) -> Client:
        """The client that makes a call unless another is named."""
        return self.clients["primary"]

    @property
    def on_loopback(self) -> bool:
        """Whether the service is on this machine."""
        return self.is_local(self.base_url)

    def is_local(self, url: str) -> bool:
        """Tell whether a URL's host is this machine, as the target's proxy reaches it."""
        return is_local(url, self.proxy)


def is_local(url: str, proxy: str | None) -> bool:
    """Tell whether a URL's host is this machine. A proxy elsewhere would reach itself at a loopback address."""
    return is_loopback(url) and (proxy is None or is_loopback(proxy))


def host_of(url: str) -> str:
    """Return the host of a URL, in lower case and without its port."""
    return (urlsplit(url).hostname or "").lower()


def is_loopback(url: str) -> bool:
    """Tell whether a URL's host is a loopback address, or `localhost`. DNS may lead other names anywhere."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
