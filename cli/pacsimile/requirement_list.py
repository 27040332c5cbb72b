"""`pacsimile verify --list`: print the requirements, and what of each can be exercised on a target."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import click

from pacsimile_contract.findings.registry import LEVELS, RunLevel, Scenario, judged_requirements, parts_of, scenarios
from pacsimile_contract.judging.bench import NOT_TESTED_YET
from pacsimile_contract.judging.declared_absent import not_applicable_by_declaration, not_applicable_reason
from pacsimile_contract.reporting.presentation import HARM, SOURCE
from pacsimile_contract.runner.inventory import is_findable
from pacsimile_contract.target.model import Target
from pacsimile_spec import requirements

LEGEND = """\
MUST: a failure is a FAIL. SHOULD: a failure is a WARN.
Part: one check with its own verdict. A requirement gets the worst verdict of its parts.
Needs: states, which are data that must exist before the test. docs/states.md says how to supply them."""
"""The meaning of the list's words."""


def show(names: Sequence[str], level: RunLevel, target: Target | None) -> None:
    """Print the requirements. With a target, print also by what its file allows them to be judged. Nothing is sent."""
    judged = judged_requirements()
    for name in names:
        row = requirements()[name]
        state = f"{len(parts_of(name))} parts" if name in judged else row.not_tested_because or NOT_TESTED_YET
        click.echo(row.named)
        click.echo(f"  {row.level}, {SOURCE[row.source]}{f'; {HARM}' if row.harm else ''}; {state}")
        click.echo(textwrap.fill(row.words, 100, initial_indent="  ", subsequent_indent="  "))
        exercising = [scenario for scenario in scenarios() if name in scenario.requirements]
        needs = sorted({state for scenario in exercising for state in scenario.needs})
        if needs:
            click.echo(f"  needs {', '.join(needs)}")
        if target is not None and row.not_tested_because is None:
            click.echo(f"  here: {_here(name, exercising, level, target)}")
    click.echo(f"\n{LEGEND}")


def _here(name: str, exercising: Sequence[Scenario], level: RunLevel, target: Target) -> str:
    reached = LEVELS[: LEVELS.index(level) + 1]
    away = not_applicable_reason(name, not_applicable_by_declaration(target))
    if away is not None:
        return f"not judged: {away}"
    if exercising and not any(scenario.level in reached for scenario in exercising):
        return f"not at level {level}"
    if target.states.url is not None:
        return "judged with states from the state URL"
    lacking = sorted({state for scenario in exercising for state in scenario.needs if not _known(state, target)})
    if not lacking:
        return "judged"
    return f"judged in part, without {', '.join(lacking)}"


def _known(state: str, target: Target) -> bool:
    return state in target.states.fixtures or is_findable(target, state)
