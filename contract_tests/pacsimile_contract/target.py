"""What is judged: where the service is, who asks, and what the operator allows."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pacsimile_contract.marked_yaml import Marks, load, schema
from pacsimile_contract.verdict import Profile


@dataclass(frozen=True, slots=True)
class Client:
    """Credentials at the token endpoint. `owned`: a state of this run made its organization."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    organization_id: str | None = None
    owned: bool = False


MOST_REQUESTS = 3000
"""Of a run, where the target file says nothing else."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates in requests a second (0: unlimited), times in seconds."""

    rate: float = 0.0
    token_rate: float = 0.0
    timeout: float = 10.0
    listing_timeout: float = 60.0
    settle: float = 0.0
    wait: float = 0.0
    max_requests: int = MOST_REQUESTS
    max_time: float = 300.0


@dataclass(frozen=True, slots=True)
class States:
    """Where provider states come from: a URL with its bearer token, and identifiers that the operator knows."""

    url: str | None = None
    token: str | None = field(default=None, repr=False)
    timeout: float = 120.0
    fixtures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A requirement (or a pattern) that may stay unexercised, why, and until when."""

    pattern: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A service to judge. `world_of_its_own`: everything behind it was made for this run and may be changed."""

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
    plain_http_allowed: bool = False
    states: States = field(default_factory=States)
    jwks_url: str | None = None
    accepted: tuple[Acceptance, ...] = ()
    world_of_its_own: bool = False
    declared: frozenset[str] = frozenset()
    """What the target file says that there is not, by the name of its key: `listing`, `acknowledge`."""
    journal_url: str | None = None
    """Where a mock's control API shows the audit log of the world that is judged."""

    @property
    def primary(self) -> Client:
        """The client that asks where nothing else is said."""
        return self.clients["primary"]

    @property
    def on_loopback(self) -> bool:
        """Whether the service is on this machine."""
        return is_loopback(self.base_url)


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def duration(text: str) -> float:
    """Return the seconds of a duration such as `10s`, `250ms`, `5m`."""
    number, unit = re.fullmatch(r"([0-9.]+)(ms|s|m|h)", text).groups()  # type: ignore[union-attr]  # the schema holds
    return float(number) * _UNITS[unit]


def rate(text: str) -> float:
    """Return the requests a second of a rate such as `5/s`, `30/m`."""
    number, unit = text.split("/")
    return int(number) / _UNITS[unit]


def load_target(path: Path, environment: Mapping[str, str] = os.environ) -> Target:
    """Read a target file; TargetFileError names file, line and what was expected. Secrets come from `environment`."""
    document, marks = load(path, schema("target.schema.json"))
    return _Reader(document, marks, environment).target()


class _Reader:
    def __init__(self, document: dict[str, Any], marks: Marks, environment: Mapping[str, str]) -> None:
        self.document, self.marks, self.environment = document, marks, environment
        self.loopback = is_loopback(document["base_url"])

    def target(self) -> Target:
        document, probes = self.document, self.document.get("probes", {})
        acknowledge, plain = document.get("acknowledge", {}), document.get("plain_http", {})
        return Target(
            base_url=document["base_url"].rstrip("/"),
            oauth2_endpoint=document["oauth2_endpoint"].rstrip("/"),
            clients={name: self._client(name, client) for name, client in document["clients"].items()},
            profile=document.get("profile", "documented"),
            headers=tuple(
                (name, self._variable(("headers", name), value)) for name, value in document.get("headers", {}).items()
            ),
            tls={name: self._file(name, value) for name, value in document.get("tls", {}).items()},
            proxy=document.get("proxy"),
            limits=self._limits(),
            listing_allowed=document.get("listing", {}).get("allowed", False),
            acknowledge_allowed=acknowledge.get("allowed"),
            acknowledge_organization=acknowledge.get("organization_id"),
            wrong_secrets=probes.get("wrong_secrets", 5 if self.loopback else 1),
            forged_tokens=probes.get("forged_tokens", True),
            hostile_input=probes.get("hostile_input", self.loopback),
            exclusive=document.get("exclusive", False),
            plain_http_allowed=plain.get("allowed", False),
            states=self._states(),
            jwks_url=document.get("jwks_url"),
            accepted=tuple(
                self._acceptance(index, one) for index, one in enumerate(document.get("accept_not_exercised", ()))
            ),
            declared=frozenset(
                name for name in ("listing", "acknowledge") if document.get(name, {}).get("allowed") is False
            ),
        )

    def _variable(self, place: tuple[str, ...], name: str) -> str:
        value = self.environment.get(name)
        if not value:
            raise self.marks.error(place, f"the environment variable {name} is not set; expected the value in it")
        return value

    def _client(self, name: str, client: Mapping[str, str]) -> Client:
        return Client(
            name=name,
            client_id=self._variable(("clients", name, "id"), client["id"]),
            client_secret=self._variable(("clients", name, "secret"), client["secret"]),
            organization_id=client.get("organization_id") or self._organization(name),
        )

    def _organization(self, client: str) -> str | None:
        return None if client == "other_org" else self.document.get("organization_id")

    def _file(self, name: str, value: str) -> str:
        found = self.marks.path.parent / value
        if not found.is_file():
            raise self.marks.error(("tls", name), f"there is no file {found}; expected a PEM file")
        return str(found)

    def _limits(self) -> Limits:
        given, calm = self.document.get("limits", {}), not self.loopback
        times = {name: duration(given[name]) for name in _DURATIONS if name in given}
        return Limits(
            rate=rate(given["rate"]) if "rate" in given else (rate("5/s") if calm else 0.0),
            token_rate=rate(given["token_rate"]) if "token_rate" in given else (rate("5/m") if calm else 0.0),
            max_requests=given.get("max_requests", MOST_REQUESTS),
            **times,
        )

    def _states(self) -> States:
        given = self.document.get("states", {})
        token = self._variable(("states", "token"), given["token"]) if "token" in given else None
        return States(given.get("url"), token, duration(given.get("timeout", "120s")), given.get("fixtures", {}))

    def _acceptance(self, index: int, given: Mapping[str, str]) -> Acceptance:
        try:
            until = date.fromisoformat(given["until"]) if "until" in given else None
        except ValueError:
            raise self.marks.error(
                ("accept_not_exercised", index, "until"), f"expected a date such as 2027-03-01; got {given['until']}"
            ) from None
        return Acceptance(given["id"], given["reason"], until)


_DURATIONS: tuple[Literal["timeout", "listing_timeout", "settle", "wait", "max_time"], ...] = (
    "timeout", "listing_timeout", "settle", "wait", "max_time",
)  # fmt: skip
