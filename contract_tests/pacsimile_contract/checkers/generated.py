"""Answers to generated input, and the smallest input that broke a promise."""

from collections.abc import Callable, Iterator

from pacsimile_contract.checkers.promises import NEVER_FAILS, OPERATIONS, findings, requirements_promised
from pacsimile_contract.findings.part import Part, part
from pacsimile_contract.findings.registry import Checker, checker
from pacsimile_contract.findings.story import Story

SMALLEST = "smallest"
"""The last piece of the label of the smallest input that broke a promise."""


def _checker_of(requirement: str, parts: tuple[str, ...]) -> Checker:
    def holds_whatever_is_drawn(story: Story) -> Iterator[Part]:
        """Judge the steps `<requirement>/<part>/<number>`, and what broke it, `<requirement>/<part>/smallest`."""
        for name in parts:
            promise = f"{requirement}/{name}"
            for rest, asked in story.below(promise):
                compared = findings(promise, asked, story.given(f"{promise}/{rest}"))
                if promise == NEVER_FAILS and asked.answer is None:  # asked twice: no fault of the network
                    yield Part(name, tuple(compared), (asked,))
                elif compared:
                    yield part(name, compared, on=asked)

    operations = {OPERATIONS[promise]: [name] for name in parts if (promise := f"{requirement}/{name}") in OPERATIONS}
    register: Callable[[Callable[[Story], Iterator[Part]]], Checker] = checker(
        requirement, *parts, operations=operations
    )
    return register(holds_whatever_is_drawn)


JUDGES = tuple(_checker_of(requirement, parts) for requirement, parts in requirements_promised().items())
"""A checker for each requirement that generated input can break."""


def judges(*names: str) -> tuple[Checker, ...]:
    """Return the checkers of requirements by id or by theme: `AUTH-1`, `STATUS`."""
    return tuple(
        judge for judge in JUDGES if judge.requirement in names or judge.requirement.partition("-")[0] in names
    )
