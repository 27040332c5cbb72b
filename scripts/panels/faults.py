"""Registers the faults of a panel that are not for the mock, but for a server of `examples/`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MOCK = "mock"
EXAMPLE_SERVERS = ("small_server", "starlette_server")
sys.path[:0] = [str(EXAMPLES / server) for server in EXAMPLE_SERVERS]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a server."""

    name: str
    requirement: str
    summary: str
    server: str
    source: Any
    """The class that the mock's world takes, or the function that makes an example server wrong."""


Switch = Callable[[], None]
REGISTERED: dict[str, Fault] = {}


def fault(server: str, name: str, requirement: str) -> Callable[[Switch], Switch]:
    """Register a function that makes a server of `examples/` wrong before it starts; its docstring is the summary."""

    def register(switch: Switch) -> Switch:
        summary = (switch.__doc__ or "").strip().splitlines()[0]
        REGISTERED[name] = Fault(name, requirement, summary, server, switch)
        return switch

    return register


def put(owner: object, name: str, replacement: object) -> None:
    """Have a module or class use something else by this name."""
    setattr(owner, name, replacement)
