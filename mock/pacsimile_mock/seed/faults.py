"""Reads the faults of a scenario; errors name the line in the file."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from pacsimile_mock.faults import capability
from pacsimile_mock.faults.model import Fault, parse
from pacsimile_mock.faults.reading import FaultError
from pacsimile_mock.faults.service import MOST
from pacsimile_mock.seed.nodes import Node


def read_all(node: Node, clients: Container[str]) -> tuple[Mapping[str, Any], ...]:
    """Read `faults`.

    Raises:
        ScenarioError: A fault is wrong, or there are more than a world can have.
    """
    faults = tuple(read(entry, clients) for entry in node.sequence())
    if len(faults) > MOST:
        raise node.wrong(f"{MOST} faults at most")
    return faults


def read(node: Node, clients: Container[str]) -> Mapping[str, Any]:
    """Read one entry of `faults`, in the format of `POST /_mock/worlds/{world}/faults`."""
    source = node.plain()
    try:
        fault = parse(source)
    except FaultError as error:
        raise node.at(error.where).wrong(f"a fault; {error}") from None
    if fault.match.client_id is not None and fault.match.client_id not in clients:
        raise node.at(("match", "client_id")).wrong("the id of one of the clients")
    if fault.effect.needs_reset and not capability.can_reset():
        raise node.at(("effect",)).wrong("another effect: this system finds no way to reset a connection")
    return fault.source


def of_world(source: Mapping[str, Any], suffix: str) -> Fault:
    """Return the fault for a world whose clients' ids have this suffix."""
    match = source.get("match") or {}
    client = {"client_id": match["client_id"] + suffix} if match.get("client_id") else {}
    return parse({**source, "match": {**match, **client}})
