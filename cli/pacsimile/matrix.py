"""`pacsimile matrix`: shows that the checks fail on servers that are wrong on purpose."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from pacsimile.verify import usage
from pacsimile_contract.errors import UsageError
from pacsimile_contract.judging import NOT_TESTED_YET
from pacsimile_contract.matrix import Row, chosen, document, holds, rows
from pacsimile_contract.registry import LEVELS, LevelOfRun
from pacsimile_contract.run import Options
from pacsimile_contract.worlds import Mock, control_token, judge_world_of

_COLOURS = {"killed": "green", "killed elsewhere": "yellow", "survived": "red", "error": "magenta"}


def _say(done: int, total: int, row: Row) -> None:
    where = f"\r\x1b[2K[{done}/{total}] " if sys.stdout.isatty() else ""
    if not row.defect.name:
        found = ", ".join((*row.killed_by, *row.warned_by, *row.errors)) or "clean"
        click.echo(f"{where}undamaged: {row.crashed or found} ({row.requests} requests, {row.seconds:.1f} s)")
        return
    outcome = click.style(row.outcome, fg=_COLOURS.get(row.outcome))
    by = ", ".join(row.killed_by or row.warned_by or row.errors)
    click.echo(f"{where}{outcome:<17} {row.defect.requirement:<11} {row.defect.name:<36} {row.crashed or by}")


def _table(found: Sequence[Row]) -> None:
    damaged = [one for one in found if one.defect.name]
    click.echo()
    for row in damaged:
        if row.outcome not in ("killed", NOT_TESTED_YET):
            click.echo(f"{row.outcome}: {row.defect.name} ({row.defect.requirement}): {row.defect.summary}")
            for requirement, summary in row.summaries:
                click.echo(f"    {requirement}: {summary[:200]}")
    counts = Counter(one.outcome for one in damaged)
    reds = sorted(len(one.killed_by) for one in damaged)
    click.echo(", ".join(f"{outcome} {number}" for outcome, number in counts.most_common()))
    click.echo(f"rows red for the median defect: {reds[len(reds) // 2] if reds else 0}")


def _opener(url: str, token: str | None) -> Callable[[], Mock]:
    judge_world_of(url, token).close()
    found = control_token(url, token)
    return lambda: Mock(url, found)


def _matrix(
    url: str, token: str | None, names: Sequence[str], requirements: Sequence[str], options: Options, workers: int
) -> list[Row]:
    mock = _opener(url, token)
    opened = mock()
    try:
        defects = chosen(opened.defects(), names, requirements)
    finally:
        opened.close()
    found: list[Row] = []
    for row in rows(mock, defects, options, workers):
        found.append(row)
        _say(len(found) - 1, len(defects), row)
    return found


@click.command()
@click.argument("url")
@click.option("--defects", multiple=True, metavar="GLOB", help="These defects alone, by name. Repeatable.")
@click.option("--requirement", multiple=True, metavar="ID", help="Defects of these requirements alone. Repeatable.")
@click.option("--level", type=click.Choice(LEVELS), default="standard", show_default=True, help="How much to ask.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="What is drawn from.")
@click.option("--workers", type=click.IntRange(1, 32), default=2, show_default=True, help="Worlds judged at once.")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write the matrix to this file.")
@click.option("--control-token", envvar="PACSIMILE_CONTROL_TOKEN", help="Of the mock at URL; else its runtime file.")
def command(
    url: str,
    defects: tuple[str, ...],
    requirement: tuple[str, ...],
    level: LevelOfRun,
    seed: int,
    workers: int,
    file: Path | None,
    control_token: str | None,
) -> None:
    """Judge one world per defect of the mock at URL, and show which requirement killed which defect.

    Exit status: 0 where the undamaged mock is clean and each defect is killed by the requirement that it breaks
    (one whose requirement is not tested yet aside), else 1; 2 usage.
    """
    try:
        found = _matrix(url, control_token, defects, requirement, Options(level=level, seed=seed), workers)
        if file is not None:
            file.write_text(json.dumps(document(found), indent=1) + "\n", "utf-8")
    except UsageError as error:
        raise usage(error) from None
    except OSError as error:
        raise usage(UsageError(f"{file}: cannot be written: {error.strerror}")) from None
    _table(found)
    raise SystemExit(0 if holds(found) else 1)
