"""The target file: a YAML file that says where a service is, who asks, and what the operator allows."""

import os
import re
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from pacsimile_contract.target.checked_yaml import YamlPlaces, load, schema
from pacsimile_contract.target.dialects import absent_operations, given_dialect
from pacsimile_contract.target.fixture_rules import check_fixtures
from pacsimile_contract.target.header_names import fault_of_header
from pacsimile_contract.target.model import (
    MOST_REQUESTS,
    PLACEHOLDERS,
    Acceptance,
    Client,
    GivenDialect,
    Limits,
    Load,
    States,
    Target,
    is_local,
)
from pacsimile_contract.target.tls import fault_of_files
from pacsimile_spec import durations, requirements
from pacsimile_spec.addresses import fault_of_address
from pacsimile_spec.dialects import DialectError
from pacsimile_spec.operation_ids import API_OPERATIONS

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
LONGEST = 7 * 24 * 3600.0
"""The longest duration in a target file, in seconds."""
_POSITIVE = ("timeout", "listing_timeout", "max_time")
"""Durations that must not be 0: nothing could be asked within it."""
_DURATIONS: tuple[Literal["timeout", "listing_timeout", "settle", "wait", "max_time"], ...] = (
    "timeout", "listing_timeout", "settle", "wait", "max_time",
)  # fmt: skip


def rate(text: str) -> float:
    """Return the requests a second of a rate such as `5/s` or `30/m`."""
    number, unit = text.split("/")
    return int(number) / _UNITS[unit]


_CONVENTIONAL = re.compile(r"[A-Z]{1,20}(_[A-Z0-9]{1,20}){0,5}")


def _described(variable: str) -> str:
    """Return an environment variable by its name, without a name that may be a secret written there by mistake."""
    shown = f" {variable}" if _CONVENTIONAL.fullmatch(variable) else " that is named here"
    return f"the environment variable{shown}"


def load_target(path: Path, environment: Mapping[str, str] = os.environ) -> Target:
    """Read a target file. Secrets come from `environment`.

    Raises:
        TargetFileError: names file, line and what was expected.
    """
    document, places = load(path, schema("target.schema.json"))
    return _Reader(document, places, environment).target()


class _Reader:
    def __init__(self, document: dict[str, Any], places: YamlPlaces, environment: Mapping[str, str]) -> None:
        self.document, self.places, self.environment = document, places, environment

    def target(self) -> Target:
        document, probes = self.document, self.document.get("probes", {})
        base_url, oauth2_endpoint = self._address("base_url"), self._address("oauth2_endpoint")
        self._check_placeholders()
        self._check_organizations()
        dialect = self._dialect()
        acknowledge, plain = document.get("acknowledge", {}), document.get("plain_http", {})
        self.proxy = self._address("proxy") if "proxy" in document else None
        self.loopback = is_local(base_url, self.proxy)
        return Target(
            base_url=base_url,
            oauth2_endpoint=oauth2_endpoint,
            clients={name: self._client(name, client) for name, client in document["clients"].items()},
            profile=document.get("profile", "documented"),
            headers=tuple(self._header(name, value) for name, value in document.get("headers", {}).items()),
            tls=self._tls(),
            proxy=self.proxy,
            limits=self._limits(),
            listing_allowed=document.get("listing", {}).get("allowed", False),
            acknowledge_allowed=acknowledge.get("allowed"),
            acknowledge_organization=acknowledge.get("organization_id"),
            absent=self._absent() | absent_operations(dialect),
            dialect=dialect,
            wrong_secrets=probes.get("wrong_secrets", 5 if self.loopback else 1),
            forged_tokens=probes.get("forged_tokens", True),
            hostile_input=probes.get("hostile_input", self.loopback),
            exclusive=document.get("exclusive", False),
            load=self._load(),
            plain_http_allowed=plain.get("allowed", False),
            states=self._states(),
            jwks_url=self._address("jwks_url") if "jwks_url" in document else None,
            accepted=tuple(
                self._acceptance(index, acceptance)
                for index, acceptance in enumerate(document.get("accept_not_exercised", ()))
            ),
            declared=frozenset(
                name for name in ("listing", "acknowledge") if document.get(name, {}).get("allowed") is False
            ),
        )

    def _dialect(self) -> GivenDialect | None:
        """Return the dialect of the service, None where it spells as the contract does."""
        if "dialect" not in self.document:
            return None
        try:
            return given_dialect(self.document["dialect"], self.places.path.parent)
        except DialectError as error:
            raise self.places.error(("dialect",), str(error)) from None

    def _absent(self) -> frozenset[str]:
        """Return the operations that the service lacks. They must not be all."""
        absent = frozenset(name for name, there in self.document.get("operations", {}).items() if not there)
        if absent.issuperset(API_OPERATIONS):
            raise self.places.error(
                ("operations",), "leaves none; expected one operation at least that the service has"
            )
        return absent

    def _check_placeholders(self) -> None:
        """Refuse an organization that `verify --init` wrote for the user to replace."""
        places: list[tuple[str, ...]] = [("organization_id",), ("acknowledge", "organization_id")]
        places += [("clients", name, "organization_id") for name in self.document["clients"]]
        for place in places:
            above = self.document if len(place) == 1 else self.document.get(place[0], {})
            value = (above if len(place) < 3 else above[place[1]]).get(place[-1])
            if value in PLACEHOLDERS:
                whose = f"client `{place[1]}`" if len(place) == 3 else "primary client"
                raise self.places.error(
                    place, f"{value} is the placeholder that --init wrote; write the organization of the {whose}"
                )

    def _check_organizations(self) -> None:
        """Refuse organizations that would make a correct service look wrong, or leave checks out unnoticed."""
        own, clients = self.document.get("organization_id"), self.document["clients"]
        other = clients.get("other_org", {"organization_id": ""}).get("organization_id")
        if other is None or other == own:
            place = ("clients", "other_org", "organization_id")
            got = self.places.shown(place) if other else "none"
            raise self.places.error(place, f"expected the other organization's; got {got}")
        second = clients.get("same_org", {}).get("organization_id", own)
        if second != own:
            place = ("clients", "same_org", "organization_id")
            got = self.places.shown(place)
            raise self.places.error(place, f"expected none, or that of the primary client; got {got}")
        ids = {name: self.environment.get(item["id"]) for name, item in clients.items()}
        if ids.get("same_org") is not None and ids["same_org"] == ids["primary"]:
            raise self.places.error(
                ("clients", "same_org", "id"), "expected another client than the primary one: a client has one listing"
            )
        acknowledge = self.document.get("acknowledge", {})
        if acknowledge.get("allowed") and acknowledge.get("organization_id") != (own or ""):
            raise self.places.error(
                ("acknowledge",), "expected its organization_id, the same as that of the primary client"
            )

    def _address(self, *place: str) -> str:
        value: Any = self.document
        for step in place:
            value = value[step]
        fault = fault_of_address(str(value))
        if fault:
            raise self.places.error(place, fault)
        return str(value).rstrip("/")

    def _variable(self, place: tuple[str, ...], name: str) -> str:
        value = self.environment.get(name)
        if not value:
            state = "is not set" if value is None else "is empty"
            raise self.places.error(place, f"{_described(name)} {state}; expected the value in it")
        if not value.isprintable() or value != value.strip():
            raise self.places.error(
                place, f"{_described(name)} holds white space around the value, or a line break; "
                "expected the value alone"
            )  # fmt: skip
        return value

    def _header(self, name: str, variable: str) -> tuple[str, str]:
        fault = fault_of_header(name)
        if fault:
            raise self.places.error(("headers", name), fault)
        return name, self._variable(("headers", name), variable)

    def _client(self, name: str, client: Mapping[str, str]) -> Client:
        return Client(
            name=name,
            client_id=self._variable(("clients", name, "id"), client["id"]),
            client_secret=self._variable(("clients", name, "secret"), client["secret"]),
            organization_id=client.get("organization_id") or self._organization(name),
            id_from=client["id"],
            secret_from=client["secret"],
        )

    def _organization(self, client: str) -> str | None:
        return None if client == "other_org" else self.document.get("organization_id")

    def _tls(self) -> dict[str, str]:
        names = self.document.get("tls", {})
        if "client_key" in names and "client_cert" not in names:
            raise self.places.error(("tls", "client_key"), "stands alone; expected the client_cert that it belongs to")
        paths = {name: self._file(name, value) for name, value in names.items()}
        fault = fault_of_files(paths)
        if fault:
            raise self.places.error(("tls", fault[0]), fault[1])
        return paths

    def _file(self, name: str, value: str) -> str:
        try:
            path = self.places.path.parent / value
            if path.is_file():
                return str(path)
        except (OSError, ValueError):  # a name that no file can have
            pass
        place = ("tls", name)
        shown = "" if "-----BEGIN" in value else f" {self.places.shown(place)}"  # the key itself, by mistake
        raise self.places.error(place, f"there is no such file{shown}; expected a PEM file")

    def _limits(self) -> Limits:
        limits, calm = self.document.get("limits", {}), not self.loopback
        times = {name: self._seconds("limits", name) for name in _DURATIONS if name in limits}
        return Limits(
            rate=rate(limits["rate"]) if "rate" in limits else (rate("5/s") if calm else 0.0),
            token_rate=rate(limits["token_rate"]) if "token_rate" in limits else (rate("5/m") if calm else 0.0),
            max_requests=limits.get("max_requests", MOST_REQUESTS),
            **times,
        )

    def _load(self) -> Load:
        load = self.document.get("load", {})
        return Load(load.get("allowed"), rate(load["rate"]) if "rate" in load else None)

    def _seconds(self, *place: str) -> float:
        text = self.document[place[0]][place[1]]
        try:
            seconds = durations.seconds(text, most=LONGEST)
        except durations.DurationError as error:
            raise self.places.error(place, f"expected {error.expected}, not {error.given}") from None
        if seconds < 0.001 and place[1] in _POSITIVE:
            raise self.places.error(place, f"expected at least 1ms, as 0 lets nothing be asked; got {text}")
        return seconds

    def _states(self) -> States:
        states = self.document.get("states", {})
        url = self._address("states", "url") if "url" in states else None
        token = self._variable(("states", "token"), states["token"]) if "token" in states else None
        timeout = self._seconds("states", "timeout") if "timeout" in states else 120.0
        fixtures = states.get("fixtures", {})
        check_fixtures(fixtures, self._organizations(), self.places)
        return States(url, token, timeout, fixtures, states.get("token", ""))

    def _organizations(self) -> dict[str, str | None]:
        return {
            name: client.get("organization_id") or self._organization(name)
            for name, client in self.document["clients"].items()
        }

    def _acceptance(self, index: int, entry: Mapping[str, str]) -> Acceptance:
        place = ("accept_not_exercised", index)
        if not any(fnmatchcase(name, entry["id"]) for name in requirements()):
            raise self.places.error(
                (*place, "id"), f"there is no requirement {entry['id']}; `verify --list` shows them"
            )
        try:
            until = date.fromisoformat(entry["until"]) if "until" in entry else None
        except ValueError:
            words = f"expected a date such as 2027-03-01; got {entry['until']}"
            raise self.places.error((*place, "until"), words) from None
        return Acceptance(entry["id"], entry["reason"], until)
