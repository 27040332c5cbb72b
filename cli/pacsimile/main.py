"""The `pacsimile` command. Each subcommand is imported only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from pacsimile.hints import command_hint, message
from pacsimile.output import unread_raised, written
from pacsimile_spec.plain import one_line
from pacsimile_spec.version import __version__

COMMANDS = {
    "serve": ("pacsimile.serve", "Start the mock server."),
    "health": ("pacsimile.health", "Ask the running mock whether it is ready."),
    "scenarios": ("pacsimile.scenarios", "List, print or check the scenarios a mock can start from."),
    "order": ("pacsimile.order", "Submit orders to the running mock and change their status."),
    "advance": ("pacsimile.advance", "Move the running mock's clock ahead."),
    "fault": ("pacsimile.fault", "Make calls to the running mock fail or slow down."),
    "reset": ("pacsimile.reset", "Restart the running mock's scenario."),
    "worlds": ("pacsimile.worlds", "List, create and delete worlds of the running mock."),
    "journal": ("pacsimile.journal", "Show and follow the calls to the running mock."),
    "advice": ("pacsimile.advice", "Say what the clients of the running mock did wrong."),
    "check-client": ("pacsimile.check_client", "Run a program under hard conditions, and say what it lost."),
    "verify": ("pacsimile.verify", "Test an implementation of the API against each requirement."),
    "proxy": ("pacsimile.proxy", "Stand between a client and the real service, and judge what passes."),
    "load": ("pacsimile.load", "Put load on a service as polling clients do, and check its answers."),
    "learn": ("pacsimile.learn", "Propose a dialect file for a vendor's service."),
    "matrix": ("pacsimile.matrix", "Test the tests: judge mocks with deliberate defects."),
    "replay": ("pacsimile.replay", "Judge a stored run of verify again, without a server."),
    "record": ("pacsimile.record", "Make a scenario of what a stored run of verify showed."),
    "export": ("pacsimile.export", "Write synthetic reports to files."),
    "check-synthetic": ("pacsimile.check_synthetic", "Check that files hold synthetic data only."),
    "diff": ("pacsimile.diff", "Compare two runs of verify."),
    "statement": ("pacsimile.statement", "Write the conformance statement of a run of verify."),
    "describe": ("pacsimile.describe", "Print the API's OpenAPI document."),
}
"""For each command: the module that has it as `command`, and its line in the help."""

JUDGING = frozenset({"verify", "proxy", "matrix", "replay"})
INTERRUPTED, NO_VERDICT = 130, 4
"""Exit statuses after Ctrl-C before a command is done; NO_VERDICT is that of those that judge a service."""


class MissingExtra(click.ClickException):
    """A command needs an extra that is not installed."""

    exit_code = 2


def show(error: click.ClickException) -> None:
    """Write an error on one line after `pacsimile: `, as every command does.

    An error of the call's form, such as an unknown option, says first how to call the command. A value that cannot be
    used does not. For a group without a command, write only its help.
    """
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    unusable = isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter)
    if context is not None and not unusable:
        click.echo(f"{context.get_usage()}\nTry '{context.command_path} --help' for help.\n", err=True)
    click.echo(f"pacsimile: {one_line(message(error))}", err=True)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that `serve` starts at once."""

    called = ""
    """The name of the command that is called; empty before it is read."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line. `written` handles output that nobody reads."""
        standalone, extra["standalone_mode"] = extra.get("standalone_mode", True), False
        if not standalone:
            return super().main(*args, **extra)
        with written():
            try:
                status = super().main(*args, **extra)
            except click.ClickException as error:
                show(error)
                sys.exit(error.exit_code)
            except click.Abort:
                click.echo("pacsimile: interrupted", err=True)
                sys.exit(NO_VERDICT if self.called in JUDGING else INTERRUPTED)
            sys.exit(status if isinstance(status, int) else 0)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the command line; `--help` prints here."""
        with unread_raised():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with unread_raised():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        try:
            command = import_module(COMMANDS[cmd_name][0]).command
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("pacsimile"):
                raise
            from pacsimile_spec.extras import how_to_install

            extra = "load" if cmd_name == "load" else "contract"  # `load` brings `contract` with it
            raise MissingExtra(
                f"`pacsimile {cmd_name}` needs {error.name}: install it with {how_to_install(extra)}"
            ) from None
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. If it does not exist, name the one that was probably meant."""
        self.called = args[0]
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            meant = "" if args[0].startswith("-") else command_hint(args[0], COMMANDS)
            if not meant:
                raise
            raise click.UsageError(error.message.removesuffix(".") + meant, ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pacsimile")
def main() -> None:
    """Mock and contract tests for a medical-imaging results API.

    Start with `pacsimile serve`. It needs no network and no account.
    """
