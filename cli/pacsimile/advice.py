"""`pacsimile advice`: say what the clients of a running mock did wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from pacsimile.running_mock import CONTROL_TOKEN, URL, WORLD, Unusable, find
from pacsimile_spec.plain import inert_json

MAY_BE_INCOMPLETE = (
    "Earlier calls may be missing, and what they could excuse is not judged. "
    "If the archive has every call of the client, say so with --complete."
)
INCOMPLETE = (
    "Earlier calls are missing, or the reports of a very long listing. "
    "What they could excuse is not judged, such as a report that may have been fetched before."
)
RUN = b'{"record": "run"'
"""How the history of a stored run begins."""


@click.command()
@WORLD
@URL
@CONTROL_TOKEN
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Judge a file instead of a running mock: what GET .../journal/lines answered, an HTTP archive (HAR), or the "
    "history.jsonl of a proxy.",
)
@click.option("--complete", is_flag=True, help="The HTTP archive has every call of the client from its first one on.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    context: click.Context,
    world: str,
    url: str | None,
    control_token: str | None,
    file: Path | None,
    complete: bool,
    as_json: bool,
) -> int:
    """Say what the clients of the running mock did wrong.

    Each mistake comes with the calls that show it, why it matters, and what to
    do. See docs/advice.md for all of them.

    Exit status: 0 no mistake, 1 a mistake, 2 wrong usage.
    """
    from pacsimile_advice.presentation import as_text

    if file is not None:
        _refuse_with_file(context)
    elif complete:
        raise Unusable("--complete is about an HTTP archive: give it with --from")
    judged, told = (_of_running(url, control_token, world), INCOMPLETE) if file is None else _of_file(file, complete)
    if not judged["complete"]:
        click.echo(told, err=True)
    if as_json:
        click.echo(inert_json(json.dumps(judged, indent=2)))
    else:
        click.echo("\n".join(as_text(judged["advice"], judged["calls"])).rstrip())
    return 1 if judged["advice"] else 0


def _refuse_with_file(context: click.Context) -> None:
    """Refuse options for a running mock that were typed; environment variables count for nothing beside a file."""
    for name in ("world", "url", "control_token"):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            option = "--" + name.replace("_", "-")
            raise Unusable(f"--from judges a file, and {option} is for a running mock: give one of them")


def _of_running(url: str | None, control_token: str | None, world: str) -> dict[str, Any]:
    """Let a running mock judge its journal."""
    judged: dict[str, Any] = find(url, control_token, world).of_world("GET", "/journal/advice")
    return judged


def _of_file(file: Path, complete: bool = False) -> tuple[dict[str, Any], str]:
    """Judge a stored journal, or an HTTP archive; return the advice, and what to say where calls are missing."""
    from pacsimile_advice.journal_lines import UnreadableRecord
    from pacsimile_advice.stored import judge_file

    if _is_run(file):
        return _of_run(file), INCOMPLETE
    try:
        judged, is_archive = judge_file(file, complete=complete)
    except (UnreadableRecord, OSError) as error:
        raise Unusable(str(error)) from None
    return judged, MAY_BE_INCOMPLETE if is_archive else INCOMPLETE


def _is_run(file: Path) -> bool:
    """Tell whether a file is the history of a stored run, by its beginning."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(RUN)) == RUN
    except OSError:
        return False


def _of_run(file: Path) -> dict[str, Any]:
    """Return the advice for the clients of a stored run."""
    try:
        from pacsimile_contract.errors import UsageError
        from pacsimile_contract.proxy.advice_calls import calls_of_run, is_complete
        from pacsimile_contract.runner.stored_run import load_run
    except ModuleNotFoundError as error:
        from pacsimile_spec.extras import how_to_install

        raise Unusable(f"a stored run needs {error.name}: install it with {how_to_install('contract')}") from None
    from pacsimile_advice.presentation import of_calls

    try:
        stored = load_run(file)
    except UsageError as error:
        raise Unusable(str(error)) from None
    calls = calls_of_run(stored.exchanges[number] for number in sorted(stored.exchanges))
    return of_calls(calls, complete=is_complete(calls))
