"""Which scenarios and checkers judge which requirement."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, Literal, TypeVar

from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.story import Story
from pacsimile_spec.operation_ids import API_OPERATIONS

RunLevel = Literal["smoke", "standard", "full"]
LEVELS: tuple[RunLevel, ...] = ("smoke", "standard", "full")

CheckFunction = Callable[[Story], Iterable[Part]]
Play = TypeVar("Play", bound=Callable[..., None])
"""A scenario's function: it takes a `Session`, which stands above this module."""


@dataclass(frozen=True, slots=True)
class Checker:
    """A pure function from a story to what is said of declared parts."""

    requirement: str
    name: str
    parts: tuple[str, ...]
    check: CheckFunction
    operations: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """By operation, the parts that show nothing at a service without it."""

    def __call__(self, story: Story) -> Iterable[Part]:
        """Judge a story."""
        return self.check(story)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A function that asks the target, and the checkers that judge what came of it. `scenario` explains its fields."""

    name: str
    play: Callable[[Any], None]
    judged_by: tuple[Checker, ...]
    needs: tuple[str, ...] = ()
    level: RunLevel = "standard"
    blocked_by: tuple[str, ...] = ()
    moves_clock: bool = False
    late: bool = False
    spends: Mapping[str, int] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """What it asks, in a sentence without its full stop: the first line of the function's docstring."""
        return (self.play.__doc__ or "").strip().partition("\n")[0].removesuffix(".")

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements that its story is judged for."""
        return tuple(dict.fromkeys(checker.requirement for checker in self.judged_by))


@dataclass
class _Registry:
    checkers: dict[tuple[str, str], Checker] = field(default_factory=dict)
    scenarios: list[Scenario] = field(default_factory=list)
    whole_run: list[Checker] = field(default_factory=list)


_REGISTRY = _Registry()


def checker(
    requirement: str, *parts: str, operations: Mapping[str, Sequence[str]] | None = None
) -> Callable[[CheckFunction], Checker]:
    """Register a checker of a requirement.

    Args:
        requirement: its id.
        parts: the names of all parts that the checker may speak of.
        operations: by operation, those of the parts that show nothing at a service without it. Where that is so of a
            whole requirement, `judging/declared_absent.py` says so instead.
    """
    dependent = {operation: tuple(names) for operation, names in (operations or {}).items()}
    if unknown := {*chain.from_iterable(dependent.values())} - {*parts} | {*dependent} - {*API_OPERATIONS}:
        raise ValueError(f"a checker of {requirement}: no such part or operation: {sorted(unknown)}")

    def register(check: CheckFunction) -> Checker:
        registered = Checker(requirement, check.__name__, parts, check, dependent)
        key = (requirement, registered.name)
        if key in _REGISTRY.checkers and _REGISTRY.checkers[key].check.__module__ != check.__module__:
            raise ValueError(f"two checkers {registered.name} of {requirement}")
        _REGISTRY.checkers[key] = registered
        return registered

    return register


def scenario(
    *judged_by: Checker,
    needs: tuple[str, ...] = (),
    level: RunLevel = "standard",
    blocked_by: tuple[str, ...] = (),
    moves_clock: bool = False,
    late: bool = False,
    spends: Mapping[str, int] | None = None,
) -> Callable[[Play], Play]:
    """Register a scenario with the checkers of its story, of one requirement or of several.

    Args:
        judged_by: the checkers of its story.
        needs: names of the states that it asks for, shown before a run.
        level: the smallest run level at which it runs.
        blocked_by: requirements. If one of them FAILs, the scenario does not run: NOT-EXERCISED, so that one fault
            turns few rows red.
        moves_clock: whether it moves the server's clock. Such a scenario runs last.
        late: whether it runs after the others, with the requests that they leave.
        spends: most requests that generated input may use, by run level. Such a scenario runs after those without
            (see `Session.requests_left`).
    """

    def register(play: Play) -> Play:
        name = f"{play.__module__.rpartition('.')[2]}.{play.__name__}"
        registered = Scenario(name, play, judged_by, needs, level, blocked_by, moves_clock, late, spends or {})
        _REGISTRY.scenarios.append(registered)
        return play

    return register


def whole_run(judged_by: Checker) -> Checker:
    """Register a checker that is shown every exchange of the run (labelled by operationId), after all scenarios."""
    _REGISTRY.whole_run.append(judged_by)
    return judged_by


@cache
def _loaded() -> _Registry:
    """Load every module. Sort what they registered, so that no order depends on which was imported first."""
    for package in ("pacsimile_contract.checkers", "pacsimile_contract.scenarios"):
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            importlib.import_module(f"{package}.{module.name}")
    _REGISTRY.scenarios.sort(key=lambda scenario: scenario.play.__module__)  # stable: in a module's own order
    _REGISTRY.whole_run.sort(key=lambda checker: checker.check.__module__)
    return _REGISTRY


def scenarios() -> tuple[Scenario, ...]:
    """Return every scenario, in the order of the modules' names and of their lines."""
    return tuple(_loaded().scenarios)


@cache
def deferred_requirements(level: str) -> frozenset[str]:
    """Return the requirements that have scenarios which run only at a higher level than this."""
    later = LEVELS[LEVELS.index(level) + 1 :]
    return frozenset(name for scenario in scenarios() if scenario.level in later for name in scenario.requirements)


@cache
def fuller_level(requirement: str, level: str) -> str | None:
    """Return the next level at which more scenarios judge a requirement than at this one; None where none does.

    At `smoke` a scenario asks a part of what it does at `standard`.
    """
    later = LEVELS[LEVELS.index(level) + 1 :] if level in LEVELS else ()
    levels = {scenario.level for scenario in scenarios() if requirement in scenario.requirements}
    asks_less = "standard" if level == "smoke" and "smoke" in levels else None
    return next((name for name in later if name in levels or name == asks_less), None)


@cache
def fuller_level_of_part(requirement: str, part: str, level: str) -> str | None:
    """Return the level that judges a part which this level leaves out, or asks less of (`smoke`).

    None if this level asks it in full. A part that no scenario judges follows its requirement.
    """
    levels = {
        scenario.level
        for scenario in scenarios()
        for checker in scenario.judged_by
        if checker.requirement == requirement and part in checker.parts
    }
    if not levels or level not in LEVELS:
        return fuller_level(requirement, level)
    if level == "smoke" and "smoke" in levels:
        return "standard"
    reached = LEVELS[: LEVELS.index(level) + 1]
    return None if levels.intersection(reached) else next(name for name in LEVELS if name in levels)


def checkers() -> Mapping[tuple[str, str], Checker]:
    """Return every checker by (requirement, name)."""
    return _loaded().checkers


def whole_run_checkers() -> tuple[Checker, ...]:
    """Return the checkers over a whole run."""
    return tuple(_loaded().whole_run)


@cache
def parts_of(requirement: str) -> tuple[str, ...]:
    """Return the names of a requirement's parts, in the order of declaration."""
    return tuple(
        dict.fromkeys(name for checker in _used() if checker.requirement == requirement for name in checker.parts)
    )


@cache
def checks_of_operation(operation: str) -> tuple[str, ...]:
    """Return the checks (`SEC-1/order-ids`) that show nothing at a service without an operation, as declared."""
    return tuple(
        dict.fromkeys(
            f"{checker.requirement}/{name}" for checker in _used() for name in checker.operations.get(operation, ())
        )
    )


def _used() -> list[Checker]:
    return [checker for scenario in scenarios() for checker in scenario.judged_by] + list(whole_run_checkers())


@cache
def judged_requirements() -> frozenset[str]:
    """Return the ids of all requirements that something judges."""
    by_scenarios = (name for scenario in scenarios() for name in scenario.requirements)
    return frozenset([*by_scenarios, *(checker.requirement for checker in whole_run_checkers())])
