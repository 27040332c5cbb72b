"""What a conduct is: lawful and odd behaviour of a service, with the sentence that permits it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Made = TypeVar("Made", bound=type)

MOCK, SMALL, STARLETTE, NODE = "mock", "small_server", "starlette_server", "node_server"


@dataclass(frozen=True)
class Conduct:
    """One lawful service."""

    name: str
    permitted_by: str
    """The sentence that permits it, and where it stands."""
    summary: str
    made: type
    """A subclass of a part of a world, of `Gateway`, or of `Ambient`."""
    server: str
    """The server that behaves so."""
    options: tuple[str, ...]
    """Options of that server."""
    as_target: bool
    """Whether it is judged by a target file, as a service that the tests do not know."""


CONDUCTS: dict[str, Conduct] = {}


class Ambient:
    """Changes the process before it serves."""

    def prepare(self) -> None:
        """Change it."""


def conduct(
    name: str, permitted_by: str, *, server: str = MOCK, options: tuple[str, ...] = (), as_target: bool = False
) -> Callable[[Made], Made]:
    """Register a class as the conduct `name`; its docstring is the summary."""

    def register(made: Made) -> Made:
        summary = " ".join((made.__doc__ or "").split())
        if name in CONDUCTS:
            raise ValueError(f"two conducts are named {name}")
        CONDUCTS[name] = Conduct(name, permitted_by, summary, made, server, options, as_target or server != MOCK)
        return made

    return register
