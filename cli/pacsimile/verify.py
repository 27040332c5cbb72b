"""`pacsimile verify`: judge an implementation of the API, requirement by requirement."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pacsimile.option_types import Word
from pacsimile_contract.errors import TargetSilent, UsageError, described
from pacsimile_contract.findings.registry import LEVELS, RunLevel
from pacsimile_contract.judging.baseline import load_baseline
from pacsimile_contract.judging.selection import selected
from pacsimile_contract.provider.mock_worlds import mock_at
from pacsimile_contract.reporting.folder import reports
from pacsimile_contract.reporting.terminal import Terminal, on_standard_output
from pacsimile_contract.run.events import Listener
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.signals import stopped_in_order
from pacsimile_contract.target.dialects import given_dialect
from pacsimile_contract.target.model import GivenDialect, Profile, Target
from pacsimile_contract.target.reading import load_target
from pacsimile_spec.dialects import DialectError
from pacsimile_spec.extras import how_to_install
from pacsimile_spec.plain import one_line

OUTPUT = frozenset({errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF})
"""Errors of output that has no reader or no room. `pacsimile.output` handles them."""
USAGE = 2
"""Exit status if something given cannot be used."""
ERROR = 4
"""Exit status if there is no verdict because of an error, including an internal one."""


def usage(error: UsageError) -> SystemExit:
    """Say in one line what is wrong and what to do, with exit status 2."""
    click.echo(f"pacsimile: {one_line(str(error))}", err=True)
    return SystemExit(USAGE)


def read_to_the_end(shown: Terminal) -> None:
    """Raise BrokenPipeError if nobody read the terminal's report to its end, after the other reports were written."""
    if shown.closed:
        raise BrokenPipeError(errno.EPIPE, "nobody reads on")


def _judged(target: Target, options: Options, verbose: bool) -> int:
    with on_standard_output(options.report, verbose=verbose) as shown:
        listeners: list[Listener] = [shown, *reports(options.report, shared=options.share_report)]
        status = run(target, options, listeners).exit_status
    read_to_the_end(shown)
    return status


def _verify(
    url: str | None, file: Path | None, dialect: str | None, token: str | None, options: Options, *, verbose: bool
) -> int:
    if (url is None) == (file is None):
        raise UsageError(
            "give either the URL of a mock on this machine, or --target FILE: `--init URL` writes a first one"
        )
    if file is not None:
        if dialect is not None:
            raise UsageError("--dialect is for the URL of a mock; a target file says `dialect: FILE` itself")
        return _judged(load_target(file), options, verbose)
    spoken = spoken_dialect(dialect)
    mock = mock_at(str(url), token)
    try:
        with mock.world(
            options.profile or "strict", dialect=spoken, scenario="empty", seed=options.seed, pace="manual"
        ) as target:
            mock.run_clock(target)  # `serve --time` stops it, and what happens later must have a later time
            return _judged(target, options, verbose)
    finally:
        mock.close()


def spoken_dialect(name: str | None) -> GivenDialect | None:
    """Return the dialect of that name or file; UsageError if it cannot be read."""
    try:
        return None if name is None else given_dialect(name)
    except DialectError as error:
        raise UsageError(str(error)) from None


def guarded(work: Callable[[], int]) -> SystemExit:
    """Run `work` and return its exit status. If something cannot be used, or we have an internal error, print one line.

    A traceback is never shown, because it may contain what the service said, such as patients' names and tokens.
    """
    try:
        return SystemExit(work())
    except UsageError as error:
        return usage(error)
    except TargetSilent as error:
        click.echo(f"pacsimile: {one_line(str(error))}", err=True)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OUTPUT:
            raise
        if isinstance(error, ModuleNotFoundError) and not (error.name or "pacsimile").startswith("pacsimile"):
            return usage(UsageError(f"judging needs {error.name}: install it with {how_to_install('contract')}"))
        click.echo(f"pacsimile: {described(error, 'no verdict on the service')}", err=True)
    return SystemExit(ERROR)


def names(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names from several options, each a comma-separated list."""
    return tuple(name.strip().upper() for many in given for name in many.split(",") if name.strip())


requirement_option = click.option(
    "--requirement",
    "--requirements",
    multiple=True,
    metavar="IDS",
    help="Judge only these requirements, such as STATUS-1,BATCH-*. Repeatable.",
)
"""Takes what `names` splits."""


class NamedPath(click.Path):
    """A path that is not empty. An unset variable gives an empty path, which would mean the working folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse an empty path."""
        if value == "":
            self.fail("it is empty; expected a path", param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument("url", required=False)
@click.option(
    "--target", "file", type=NamedPath(path_type=Path), help="Target file of the server to test. See docs/verify.md."
)
@click.option("--level", type=Word(LEVELS), default="standard", show_default=True, help="How much to test.")
@click.option(
    "--profile",
    type=Word(["strict", "documented"]),
    help="Which failures count as FAIL. Without it: the target file's profile, or strict for a mock.",
)
@click.option("--dialect", metavar="FILE", help="Dialect of the mock's world: a file, or a shipped one such as camel.")
@click.option(
    "--contract",
    metavar="REVISION",
    help="Judge by this revision of the contract, such as 0.1. Later requirements only warn.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Seed of random input.")
@click.option("--report", type=NamedPath(path_type=Path, file_okay=False), help="Write the reports to this folder.")
@requirement_option
@click.option(
    "-k", "keyword", metavar="EXPRESSION", help="Judge only requirements that match, such as 'BATCH and not BATCH-9'."
)
@click.option(
    "--allow-acknowledge",
    metavar="ORG",
    help="Allow POST /reports for this organization. The target file must allow it too.",
)
@click.option(
    "--control-token",
    envvar="PACSIMILE_CONTROL_TOKEN",
    help="Control token of the mock. Not needed for a mock that you started.",
)
@click.option(
    "--baseline", type=NamedPath(path_type=Path), help="YAML file of known failures, a list of {check, reason, until}."
)
@click.option(
    "--accept-not-exercised",
    multiple=True,
    metavar="IDS",
    help="Accept NOT-EXERCISED for these requirements, such as BATCH-9,SEC-*.",
)
@click.option("--strict-accept", is_flag=True, help="Fail if a requirement of --accept-not-exercised is exercised.")
@click.option(
    "--share-identifiers", is_flag=True, help="Write real identifiers into the reports. They lead to patients."
)
@click.option(
    "--share-report", is_flag=True, help="Create the reports with the umask's permissions, not for your user only."
)
@click.option("-v", "--verbose", is_flag=True, help="Show every requirement, and every finding with its evidence.")
@click.option("--fail-fast", is_flag=True, help="Stop after the first FAIL.")
@click.option("--list", "show", is_flag=True, help="List the requirements and send nothing.")
@click.option("--plan", is_flag=True, help="Print the number of requests and the time a run takes, and send nothing.")
@click.option("--init", is_flag=True, help="Print a first target file for the service at URL.")
def command(url: str | None, file: Path | None, control_token: str | None, **given: Any) -> None:
    """Test an implementation of the API against each requirement.

    URL is a mock on this machine. It is tested in a new world, so your data is not touched. Every other server needs a
    target file with its address, its clients and what the tests may do.

    Exit status: 0 every MUST passed, 1 a MUST failed, 2 wrong usage, 3 a MUST was not exercised, 4 no verdict because
    of an error.
    """

    def work() -> int:
        if given["init"]:
            return _init(url, file)
        options = _options(**given)
        if given["show"] or given["plan"]:
            return _shown(file, options, plan=given["plan"])
        return _verify(url, file, given["dialect"], control_token, options, verbose=given["verbose"])

    with stopped_in_order():
        raise guarded(work)


def _options(  # noqa: PLR0913 (each is an option of the command)
    *, level: RunLevel, profile: Profile | None, contract: str | None, seed: int, report: Path | None,
    requirement: tuple[str, ...], keyword: str | None, allow_acknowledge: str | None, baseline: Path | None,
    accept_not_exercised: tuple[str, ...], strict_accept: bool, fail_fast: bool,
    share_identifiers: bool, share_report: bool, **_: object,
) -> Options:  # fmt: skip
    return Options(
        level=level, seed=seed, requirements=names(requirement), fail_fast=fail_fast,
        allow_acknowledge=allow_acknowledge,
        accept_not_exercised=names(accept_not_exercised), profile=profile, keyword=keyword,
        baseline=() if baseline is None else load_baseline(baseline), strict_accept=strict_accept, contract=contract,
        report=report, share_identifiers=share_identifiers, share_report=share_report,
    )  # fmt: skip


def _shown(file: Path | None, options: Options, *, plan: bool) -> int:
    from pacsimile import requirement_list, run_plan

    target = None if file is None else load_target(file)
    if not plan:
        requirement_list.show(selected(options.requirements, options.keyword), options.level, target)
        return 0
    if target is None:
        raise UsageError("--plan needs --target FILE: a mock's world needs none")
    return run_plan.show(target, options)


def _init(url: str | None, file: Path | None) -> int:
    from pacsimile import first_target

    if url is None or file is not None:
        raise UsageError("--init needs the URL of the service, and no --target")
    return first_target.write(url)
