"""`pacsimile journal`: show and follow the calls that clients make to a running mock."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import click

from pacsimile.option_types import Word
from pacsimile.output import colour
from pacsimile.running_mock import CONTROL_TOKEN, URL, WORLD, Running, find, on_running
from pacsimile_spec.operation_ids import JOURNALLED_IDS
from pacsimile_spec.plain import inert_json, printable

MOST = 1000
"""The most calls that are shown at once: a page of the control API."""
FILTERS = ("operation", "status", "client_id", "requirement")


@click.group(invoke_without_command=True)
@click.option("-f", "--follow", is_flag=True, help="Go on with calls as they arrive, until Ctrl-C.")
@click.option(
    "-n", "--lines", type=click.IntRange(0, MOST), default=20, show_default=True, help="Show the last calls, this many."
)
@click.option("--operation", type=Word(JOURNALLED_IDS), help="Only calls of this operation, such as getStatus.")
@click.option(
    "--status", metavar="STATUS", help="Only calls answered with this status: 404, or 4xx for all of a class."
)
@click.option("--client-id", "--client", "client_id", metavar="ID", help="Only calls of this client.")
@click.option("--requirement", metavar="ID", help="Only calls refused by this requirement, such as STATUS-4.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each call.")
@WORLD
@URL
@CONTROL_TOKEN
@click.pass_context
def command(context: click.Context, /, url: str | None, control_token: str | None, world: str, **given: Any) -> None:
    """Show the calls that clients made to the running mock, newest last.

    Each line has the time by the world's clock (UTC), the status, what was asked,
    how long it took, the client, and why it was refused. It never has a token
    or a secret. `pacsimile journal show ID` shows a call in full.
    """
    if context.invoked_subcommand is not None:
        context.default_map = {context.invoked_subcommand: {"url": url, "control_token": control_token, "world": world}}
        return
    running = find(url, control_token, world)
    wanted = {name: given[name] for name in FILTERS if given[name] is not None}
    written = 0
    try:
        for entry in _calls(running, wanted, given["lines"], follow=given["follow"]):
            _write(entry, world, as_json=given["as_json"])
            written += 1
    except KeyboardInterrupt:  # the usual end of following
        return
    if not written and given["lines"]:
        click.echo("no such call was made" if wanted else "no call was made yet", err=True)


@command.command()
@click.argument("call")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@on_running
def show(running: Running, call: str, as_json: bool) -> None:
    """Show a call in full, and a `curl` that repeats it if the call is a GET.

    CALL is the number that begins its line, or the X-Request-Id of its answer.
    """
    if not re.fullmatch(r"[^/]*[^/.][^/]*", call):  # what a path cannot hold
        raise click.BadParameter("give a call's number, or the X-Request-Id of its answer.", param_hint="CALL")
    entry = running.of_world("GET", f"/journal/entries/{quote(call, safe='')}")
    if as_json:
        click.echo(inert_json(json.dumps(entry, indent=2)))
    else:
        click.echo("\n".join(_in_full(entry, running.address)), color=colour())


def _calls(running: Running, wanted: Mapping[str, str], most: int, *, follow: bool) -> Iterator[dict[str, Any]]:
    """Yield the last calls, and with `follow` those that arrive from now on. None is missing in between."""
    arriving = running.stream(f"/journal/follow?{urlencode(wanted)}") if follow else iter(())
    if follow:
        next(arriving)  # the stream has begun
    last = 0
    if most:
        page = running.of_world("GET", f"/journal?{urlencode({**wanted, 'order': 'newest', 'limit': most})}")
        for entry in reversed(page["entries"]):
            last = entry["number"]
            yield entry
    for entry in arriving:
        if entry is not None and entry["number"] > last:
            yield entry
    if follow:
        click.echo("the mock has ended", err=True)


def _write(entry: dict[str, Any], world: str, *, as_json: bool) -> None:
    from pacsimile_mock.journal.call_line import call_line

    if as_json:
        click.echo(inert_json(json.dumps(entry)))
        return
    if entry.get("lost_before"):
        click.echo(f"… {entry['lost_before']:,} calls are left out: they came too fast to be followed", err=True)
    click.echo(f"{entry['number']:>5} {call_line(entry)}", color=colour())


def _in_full(entry: Mapping[str, Any], address: str) -> Iterator[str]:
    """Yield the lines of a call in full."""
    from pacsimile_mock.journal.call_line import duration
    from pacsimile_mock.journal.repetition import curl_of

    rows = [
        ("call", f"{entry['number']}, {entry['operation'] or 'no operation of the API'}"),
        ("time", f"{entry['at']}, by the world's clock"),
        ("request id", entry["request_id"]),
        ("client", entry["client_id"] or _unknown_client(entry)),
        ("asked", f"{entry['method']} {entry['path']}"),
        *((f"  {name}", value) for name, value in entry["parameters"].items()),
        ("answered", f"{entry['status']}, {entry['bytes_sent']:,} bytes, in {duration(entry['duration_us'])}"),
        ("delivered", "yes" if entry["delivered"] else "no: the client did not get the whole answer"),
        ("fault", entry["fault"]),
        ("refused by", entry["requirement"]),
        ("expected", entry["expected"]),
        ("got", entry["got"]),
    ]
    width = max(len(name) for name, value in rows if value)
    for name, value in rows:
        if value:
            yield f"{click.style(f'{name:{width}}', bold=True)}  {printable(str(value), kept=frozenset())}"
    curl = curl_of(entry, address)
    if curl is not None:
        yield ""
        yield curl


def _unknown_client(entry: Mapping[str, Any]) -> str:
    claimed = entry["claimed_client_id"]
    return f"not authenticated; it called itself {claimed}" if claimed else "not authenticated"
