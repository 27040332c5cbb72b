"""`pacsimile check-client`: run a program under hard conditions, and say what it lost."""

from __future__ import annotations

import errno
import json
import re
import secrets
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPException
from pathlib import Path
from threading import Event
from typing import Any
from urllib.error import URLError

import click

from pacsimile.client_check import folder as report_folder
from pacsimile.client_check.check import Check, run
from pacsimile.client_check.conditions import CONDITIONS, Condition, chosen
from pacsimile.client_check.document import described, document
from pacsimile.client_check.program import CannotStart
from pacsimile.client_check.service import OwnService, RunningService, Service
from pacsimile.client_check.terminal import Progress, show, show_sum
from pacsimile.client_check.trial import VARIABLES, Settings, WorldChanged
from pacsimile.option_types import DurationType, read_dialect
from pacsimile.running_mock import CONTROL_TOKEN, Unusable, find
from pacsimile_contract.english import counted
from pacsimile_contract.reporting.console import console_on
from pacsimile_contract.runner.signals import stopped_in_order
from pacsimile_mock.testing.server import ServerDidNotStart
from pacsimile_spec.control_client import ControlRefused
from pacsimile_spec.plain import inert_json
from pacsimile_spec.suggestions import did_you_mean

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
JOBS = 4
MOST_SECONDS = 24 * 3600
MOST_DRAWN = 10**6
"""Seeds that are drawn if none is given."""
ERROR = 4
"""Exit status if there is no verdict because of an error."""


class NoVerdict(click.ClickException):
    """There is no verdict because of an error. The message says which."""

    exit_code = ERROR


def check_timeout(ctx: click.Context, parameter: click.Parameter, value: float) -> float:
    """Refuse no time at all."""
    del ctx, parameter
    if value <= 0:
        raise click.BadParameter("a program needs time: give more than 0")
    return value


def read_names(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Read `API_URL=MY_VAR`, for each variable once."""
    del ctx, parameter
    renamed = dict[str, str]()
    for value in values:
        name, equals, wanted = value.partition("=")
        if name not in VARIABLES:
            raise click.BadParameter(
                f"{name!r} is no variable of these: {', '.join(VARIABLES)}{did_you_mean(name, VARIABLES)}"
            )
        if not equals or not NAME.fullmatch(wanted):
            raise click.BadParameter(f"{value!r} gives no name of a variable: write {name}=MY_{name}")
        renamed[name] = wanted
    names = [renamed.get(name, name) for name in VARIABLES]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise click.BadParameter(f"two variables would be called {twice}: give each a name of its own")
    return renamed


def read_globs(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> list[Condition]:
    """Read names of conditions, or patterns."""
    del ctx, parameter
    globs = [glob.strip() for value in values for glob in value.split(",") if glob.strip()]
    try:
        return chosen(globs)
    except KeyError as error:
        glob = str(error.args[0])
        hint = did_you_mean(glob, [condition.name for condition in CONDITIONS])
        raise click.BadParameter(f"{glob!r} is no condition: --list shows them{hint}") from None


class OptionsBeforeProgram(click.Command):
    """Refuse one of our options after the program, unless `--` marks where the program begins."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        given = list(args)
        rest = super().parse_args(ctx, args)
        words: Sequence[str] = ctx.params.get("words") or ()
        if ctx.resilient_parsing or given[: len(given) - len(words)][-1:] == ["--"]:
            return rest
        ours = {name for parameter in self.get_params(ctx) for name in parameter.opts if name.startswith("-")}
        taken = next((word for word in words if word.partition("=")[0] in ours), None)
        if taken is not None:
            raise click.UsageError(
                f"{taken} comes after your program, so it would go to the program. If you mean "
                f"pacsimile's option, write: pacsimile check-client {taken} ... -- {words[0]}. If you mean the "
                "program's, put -- before the program.",
                ctx,
            )
        return rest


@click.command(cls=OptionsBeforeProgram, context_settings={"allow_interspersed_args": False})
@click.argument("words", nargs=-1, metavar="-- COMMAND...")
@click.option("--scenario", metavar="SCENARIO", help="What each world starts from. Without it: three reports.")
@click.option(
    "--dialect", callback=read_dialect, metavar="DIALECT",
    help="Speak to the program as this dialect says: a dialect file, or one of camel, legacy, minimal.",
)  # fmt: skip
@click.option(
    "--condition", "conditions", multiple=True, callback=read_globs, metavar="GLOB",
    help="Only conditions with these names, such as reset-*. Repeatable.",
)  # fmt: skip
@click.option(
    "--timeout", type=DurationType(MOST_SECONDS), default="30", callback=check_timeout, show_default=True,
    metavar="SECONDS", help="End the program if it neither fetches nor acknowledges a new report for this time.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), show_default="another one each time", help="Seed of the worlds' data."
)
@click.option(
    "--jobs", type=click.IntRange(1, 32), default=JOBS, show_default=True, help="Conditions tried at the same time."
)
@click.option(
    "--report", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write the reports to this folder."
)
@click.option("--list", "listed", is_flag=True, help="List the conditions and run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON. Progress goes to standard error.")
@click.option(
    "--rename", "renamed", multiple=True, callback=read_names, metavar="API_URL=NAME",
    help="Give a variable of the program another name. Repeatable.",
)  # fmt: skip
@click.option("--url", envvar="PACSIMILE_URL", help="Use the running mock at this URL. Without it, one is started.")
@CONTROL_TOKEN
def command(
    words: tuple[str, ...], url: str | None, control_token: str | None, folder: Path | None, jobs: int,
    conditions: list[Condition], *, listed: bool, as_json: bool, **given: Any,
) -> int:  # fmt: skip
    """Run your program under hard conditions, and say what it lost.

    COMMAND is your program with its arguments, in any language. It runs in a
    world of its own for each condition, and finds the service in its
    environment: API_URL, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID.
    It may end when its work is done, or go on. See docs/check-client.md.

    Exit status: 0 nothing was lost, 1 a report was lost or not delivered, or
    the program hung, crashed or made no call, 2 wrong usage, 4 no verdict
    because of an error, 130 interrupted.
    """
    if listed:
        _list(conditions, as_json=as_json)
        return 0
    if not words:
        raise click.UsageError("give your program behind --, such as: pacsimile check-client -- python my_client.py")
    seed = secrets.randbelow(MOST_DRAWN) if given["seed"] is None else given["seed"]
    settings = Settings(words, given["scenario"], given["dialect"], seed, given["timeout"], given["renamed"], Event())
    console = console_on(sys.stderr if as_json else sys.stdout, survives_close=folder is not None)
    with _one_line_errors(), stopped_in_order(), ExitStack() as stack:
        _check_program(words[0])
        if folder is not None:
            report_folder.make(folder)
        service = _service(url, control_token, stack)
        number = counted(len(conditions), "condition")
        console.line(f"{number}, {jobs} at a time, each in a world of its own at {service.url}{_by_variable()}")
        check = run(conditions, service, settings, jobs, Progress(console, len(conditions)))
        unwritten = None if folder is None else _write(check, folder)
    if as_json:
        click.echo(inert_json(json.dumps(document(check), indent=2)))
    (show_sum if as_json else show)(check, console, None if folder is None or unwritten else str(folder))
    if unwritten is not None:
        raise unwritten
    if console.closed:
        raise BrokenPipeError(errno.EPIPE, "nobody reads on")
    return check.exit_status


def _list(conditions: list[Condition], *, as_json: bool) -> None:
    """Print the conditions."""
    if as_json:
        click.echo(json.dumps([described(condition) for condition in conditions], indent=2))
        return
    for condition in conditions:
        click.echo(f"{condition.name:<23}{condition.summary}")


def _write(check: Check, folder: Path) -> Unusable | None:
    """Write the reports; return the error if that fails, so that the check is shown all the same."""
    try:
        report_folder.write(check, folder)
    except report_folder.UnusableFolder as error:
        return Unusable(str(error))
    return None


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Let each expected error end the command with one line."""
    try:
        yield
    except (CannotStart, report_folder.UnusableFolder) as error:
        raise Unusable(str(error)) from None
    except ControlRefused as error:
        raise Unusable(f"the mock refuses to make a world: {error}") from None
    except WorldChanged as error:
        raise NoVerdict(f"{error}; let it only call the API, and move the clock") from None
    except ServerDidNotStart as error:
        raise NoVerdict(f"the mock did not start: {error}") from None
    except URLError as error:
        raise NoVerdict(f"the mock does not answer any more ({error.reason})") from None
    except (ConnectionRefusedError, ConnectionResetError, HTTPException) as error:
        raise NoVerdict(f"the mock does not answer any more ({error})") from None


def _check_program(name: str) -> None:
    """Refuse a program that does not exist, before a mock is started."""
    if shutil.which(name) is None:
        reason = "there is no such program"
        if name and Path(name).is_dir():
            reason = "it is a folder"
        elif Path(name).is_file():
            reason = "it may not be run: make it executable, or give its interpreter, such as: -- python my_client.py"
        raise CannotStart(f"{name!r} cannot be started: {reason}")


def _by_variable() -> str:
    """Say which variable named the mock, since nobody sees it in the command."""
    source = click.get_current_context().get_parameter_source("url")
    return ", as PACSIMILE_URL says" if source is click.core.ParameterSource.ENVIRONMENT else ""


def _service(url: str | None, control_token: str | None, stack: ExitStack) -> Service:
    """Return the running mock at a URL, or one that is started here and ends with the check."""
    if url is not None:
        running = find(url, control_token, "default")
        running.call("GET", "/worlds")  # ends the command in one line if it does not answer, or refuses the token
        return RunningService(running.client)
    return stack.enter_context(OwnService())
