"""Registers defects, and lists them in the order of the clauses that they break."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from pacsimile_spec import requirements

Override = TypeVar("Override", bound=type)


@dataclass(frozen=True, slots=True)
class Defect:
    """A deliberate fault of the service; `override` is a subclass of the part of a world that it changes."""

    name: str
    requirement: str
    level: str
    summary: str
    override: type


_registered: dict[str, Defect] = {}


def defect(name: str, requirement: str) -> Callable[[Override], Override]:
    """Register a subclass as the defect `name`, which breaks `requirement`; its docstring is the summary."""

    def register(override: Override) -> Override:
        summary = (override.__doc__ or "").strip().splitlines()[0]
        _registered[name] = Defect(name, requirement, requirements()[requirement].level, summary, override)
        return override

    return register


@cache
def _all() -> dict[str, Defect]:
    for module in pkgutil.iter_modules(import_module("pacsimile_mock.defects").__path__):
        import_module(f"pacsimile_mock.defects.{module.name}")
    places = {requirement: place for place, requirement in enumerate(requirements())}
    return dict(sorted(_registered.items(), key=lambda item: places[item[1].requirement]))


def find(name: str) -> Defect:
    """Return a defect by its name.

    Raises:
        KeyError: there is none of that name.
    """
    return _all()[name]


def catalogue() -> list[dict[str, Any]]:
    """Return all defects as the control API shows them."""
    return [
        {"name": defect.name, "requirement": defect.requirement, "level": defect.level, "summary": defect.summary}
        for defect in _all().values()
    ]
