"""The catalogue of defects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from pacsimile_spec import requirements

THEMES = (
    *("tokens", "token_endpoint", "access"),
    *("studies", "orders", "parameters", "reports", "documents", "broken_documents", "group_documents"),
    *("queue", "acknowledging", "queue_corners", "queue_history", "concurrency"),
    *("isolation", "protocol", "refusals", "disclosure", "views", "rare", "generated_inputs", "memories"),
)

Override = TypeVar("Override", bound=type)


@dataclass(frozen=True, slots=True)
class Defect:
    """A way of being wrong; `override` is a subclass of the part of a world that it spoils."""

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
    for theme in THEMES:
        import_module(f"pacsimile_mock.defects.{theme}")
    return _registered


def find(name: str) -> Defect:
    """Find a defect; KeyError where there is none of that name."""
    return _all()[name]


def catalogue() -> list[dict[str, Any]]:
    """All defects, as the control API tells them."""
    return [
        {"name": one.name, "requirement": one.requirement, "level": one.level, "summary": one.summary}
        for one in _all().values()
    ]
