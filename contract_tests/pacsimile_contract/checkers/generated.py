"""What generated input was answered with, and the smallest of it that broke a promise."""

from collections.abc import Callable, Iterator

from pacsimile_contract.checkers.promises import FAILS, findings, requirements_promised
from pacsimile_contract.findings.part import Part, part
from pacsimile_contract.findings.registry import Checker, checker
from pacsimile_contract.findings.story import Story

SMALLEST = "smallest"
"""The last piece of a label: of what broke the promise, what shows it best."""


def _judging(requirement: str, parts: tuple[str, ...]) -> Checker:
    def holds_whatever_is_drawn(story: Story) -> Iterator[Part]:
        """Judge the steps `<requirement>/<part>/<number>`, and what broke it, `<requirement>/<part>/smallest`."""
        for name in parts:
            promise = f"{requirement}/{name}"
            for rest, asked in story.below(promise):
                found = findings(promise, asked, story.given(f"{promise}/{rest}"))
                if promise == FAILS and asked.answer is None:  # asked twice: a verdict, and no fault of the network
                    yield Part(name, tuple(found), (asked,))
                elif found:
                    yield part(name, found, on=asked)

    register: Callable[[Callable[[Story], Iterator[Part]]], Checker] = checker(requirement, *parts)
    return register(holds_whatever_is_drawn)


JUDGES = tuple(_judging(requirement, parts) for requirement, parts in requirements_promised().items())
"""One checker of each requirement that generated input can break."""


def judges(*names: str) -> tuple[Checker, ...]:
    """Return the checkers of requirements by their ids, or by what these begin with: `STATUS`, `AUTH-1`."""
    return tuple(one for one in JUDGES if one.requirement in names or one.requirement.partition("-")[0] in names)
