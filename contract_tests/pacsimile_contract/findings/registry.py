"""Which scenarios and checkers judge which requirement."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, TypeVar

from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.story import Story

LevelOfRun = Literal["smoke", "standard", "full"]
LEVELS: tuple[LevelOfRun, ...] = ("smoke", "standard", "full")

Judging = Callable[[Story], Iterable[Part]]
Play = TypeVar("Play", bound=Callable[..., None])
"""A scenario's function: it takes a `Session`, which stands above this module."""


@dataclass(frozen=True, slots=True)
class Checker:
    """A pure function from a story to what is said of declared parts."""

    requirement: str
    name: str
    parts: tuple[str, ...]
    judging: Judging

    def __call__(self, story: Story) -> Iterable[Part]:
        """Judge a story."""
        return self.judging(story)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A function that asks the target, and the checkers that judge what came of it."""

    name: str
    tell: Callable[[Any], None]
    judged_by: tuple[Checker, ...]
    needs: tuple[str, ...] = ()
    level: LevelOfRun = "standard"
    blocked_by: tuple[str, ...] = ()
    moves_clock: bool = False
    late: bool = False
    spends: Mapping[str, int] = field(default_factory=dict)

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements that its story is judged for."""
        return tuple(dict.fromkeys(one.requirement for one in self.judged_by))


@dataclass
class _Registry:
    checkers: dict[tuple[str, str], Checker] = field(default_factory=dict)
    scenarios: list[Scenario] = field(default_factory=list)
    over_run: list[Checker] = field(default_factory=list)


_REGISTRY = _Registry()


def checker(requirement: str, *parts: str) -> Callable[[Judging], Checker]:
    """Register a checker of a requirement, with the names of all parts it may speak of."""

    def register(judging: Judging) -> Checker:
        made = Checker(requirement, judging.__name__, parts, judging)
        key = (requirement, made.name)
        if key in _REGISTRY.checkers and _REGISTRY.checkers[key].judging.__module__ != judging.__module__:
            raise ValueError(f"two checkers {made.name} of {requirement}")
        _REGISTRY.checkers[key] = made
        return made

    return register


def scenario(
    *judged_by: Checker,
    needs: tuple[str, ...] = (),
    level: LevelOfRun = "standard",
    blocked_by: tuple[str, ...] = (),
    moves_clock: bool = False,
    late: bool = False,
    spends: Mapping[str, int] | None = None,
) -> Callable[[Play], Play]:
    """Register a scenario with the checkers of its story, of one requirement or of several.

    `needs` names the states it asks for (shown before a run). `level` is the smallest at which it runs. Where one of
    `blocked_by` FAILs it is not run: NOT-EXERCISED, so that one fault turns few rows red. `moves_clock` runs it last;
    `late` after all others: of a limited number of requests it takes what they leave. `spends` is of what is generated:
    how many requests at most, by level, and after all that is not (see `Session.left`).
    """

    def register(tell: Play) -> Play:
        name = f"{tell.__module__.rpartition('.')[2]}.{tell.__name__}"
        made = Scenario(name, tell, judged_by, needs, level, blocked_by, moves_clock, late, spends or {})
        _REGISTRY.scenarios.append(made)
        return tell

    return register


def over_the_run(judged_by: Checker) -> Checker:
    """Register a checker that is shown every exchange of the run (labelled by operationId), after all scenarios."""
    _REGISTRY.over_run.append(judged_by)
    return judged_by


@cache
def _loaded() -> _Registry:
    for package in ("pacsimile_contract.checkers", "pacsimile_contract.scenarios"):
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            importlib.import_module(f"{package}.{module.name}")
    return _REGISTRY


def scenarios() -> tuple[Scenario, ...]:
    """Return every scenario, in the order of the modules' names and of their lines."""
    return tuple(_loaded().scenarios)


def left_for_later(level: str) -> frozenset[str]:
    """Return the requirements of which a run at that level tells no more than a part of the scenarios."""
    later = LEVELS[LEVELS.index(level) + 1 :]
    return frozenset(name for one in scenarios() if one.level in later for name in one.requirements)


def asked_at(requirement: str, level: str) -> str | None:
    """Return the next level at which more scenarios tell of a requirement than at this one; None where none does.

    At `smoke` a scenario asks a part of what it does at `standard`.
    """
    later = LEVELS[LEVELS.index(level) + 1 :] if level in LEVELS else ()
    levels = {one.level for one in scenarios() if requirement in one.requirements}
    told_less = "standard" if level == "smoke" and "smoke" in levels else None
    return next((one for one in later if one in levels or one == told_less), None)


def checkers() -> Mapping[tuple[str, str], Checker]:
    """Return every checker by (requirement, name)."""
    return _loaded().checkers


def run_checkers() -> tuple[Checker, ...]:
    """Return the checkers over a whole run."""
    return tuple(_loaded().over_run)


@cache
def parts_of(requirement: str) -> tuple[str, ...]:
    """Return the names of a requirement's parts, in the order of declaration."""
    used = [one for told in scenarios() for one in told.judged_by] + list(run_checkers())
    return tuple(dict.fromkeys(name for one in used if one.requirement == requirement for name in one.parts))


def judged_requirements() -> frozenset[str]:
    """Return the ids of all requirements that something judges."""
    told = (one for many in scenarios() for one in many.requirements)
    return frozenset([*told, *(one.requirement for one in run_checkers())])
