"""`pacsimile serve`: starts the mock, and says what a person or a script needs next."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import orjson

from pacsimile.banner import banner
from pacsimile_mock import sockets, workers
from pacsimile_mock.config import DEFAULT_PORT, DEFAULT_SEED, ServerOptions, WorldOptions
from pacsimile_mock.database.errors import DatabaseError
from pacsimile_mock.scenarios.build import PACES
from pacsimile_mock.scenarios.model import ScenarioError
from pacsimile_mock.server_state import ServerState
from pacsimile_spec import runtime_file
from pacsimile_spec.version import __version__

USAGE = 2
"""Exit status where something given cannot be used."""


def fail(message: str) -> SystemExit:
    """Say in one line what is wrong and what to do; exit status 2."""
    click.echo(f"pacsimile: {message}", err=True)
    return SystemExit(USAGE)


def check_url(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Accept an absolute http or https URL."""
    del ctx, parameter
    if value is not None and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
        raise click.BadParameter(f"{value!r} is not an absolute URL such as http://mock.example:8080")
    return value


@click.command()
@click.option("--host", envvar="PACSIMILE_HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    envvar="PACSIMILE_PORT",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port to listen on; 0 finds a free one.",
)
@click.option(
    "--seed",
    envvar="PACSIMILE_SEED",
    type=click.IntRange(0, 2**63 - 1),
    default=DEFAULT_SEED,
    show_default=True,
    help="What all synthetic data follows from.",
)
@click.option(
    "--scenario",
    envvar="PACSIMILE_SCENARIO",
    default="demo",
    show_default=True,
    help="A scenario by name, or a YAML file.",
)
@click.option(
    "--pace",
    envvar="PACSIMILE_PACE",
    type=click.Choice(list(PACES)),
    default="demo",
    show_default=True,
    help="How fast orders move.",
)
@click.option(
    "--token-format",
    envvar="PACSIMILE_TOKEN_FORMAT",
    type=click.Choice(["jwt", "opaque"]),
    default="jwt",
    show_default=True,
    help="What access tokens look like.",
)
@click.option(
    "--public-url",
    envvar="PACSIMILE_PUBLIC_URL",
    callback=check_url,
    help="What the links in answers name, behind a proxy; else the request's own Host.",
)
@click.option(
    "--allow-host",
    envvar="PACSIMILE_ALLOW_HOST",
    multiple=True,
    help="A name, beside those of loopback, under which the control API answers.",
)
@click.option(
    "--database",
    envvar="PACSIMILE_DATABASE",
    help="Keep everything in sqlite:///FILE or postgresql://...; else in memory.",
)
@click.option(
    "--workers",
    envvar="PACSIMILE_WORKERS",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that serve, on one --database.",
)
@click.option("--no-control", envvar="PACSIMILE_NO_CONTROL", is_flag=True, help="Serve without the control API.")
@click.option("--control-token", envvar="PACSIMILE_CONTROL_TOKEN", help="The control API's token; else one is drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when requests are served.")
def command(**given: Any) -> None:
    """Serve the mock on this machine: the whole API, with state, a clock and rules. No network, no account."""
    options, as_worker = _options(given), workers.place(os.environ)
    if options.workers > 1 and options.database is None:
        raise fail("--workers needs a --database that they share, such as sqlite:///state.db")
    if options.workers > 1 and os.name == "nt":
        raise fail("--workers cannot be used on Windows: start one worker")
    try:
        listeners = as_worker.listeners if as_worker else sockets.bind(options.host, options.port)
        port = listeners[0].getsockname()[1]
        state = ServerState(options, as_worker.url if as_worker else _url(options.host, port))
    except (sockets.CannotListen, ScenarioError, DatabaseError) as error:
        raise fail(str(error)) from None
    if as_worker:
        _serve(state, listeners, as_worker.announce)
    else:
        _serve_announced(state, listeners, as_json=given["as_json"])


def _serve_announced(state: ServerState, listeners: list[socket.socket], *, as_json: bool) -> None:
    """Serve, alone or by workers, and leave word of it for the user and for other commands."""
    facts = start_facts(state)
    written = _write_runtime_file(listeners[0].getsockname()[1], facts)

    def announce() -> None:
        _announce(facts, state, as_json=as_json)

    try:
        if state.options.workers > 1:
            command_line = workers.own_command()
            workers.Workers(command_line, state.options.workers, listeners, state.own_url).run(announce)
        else:
            _serve(state, listeners, announce)
    except workers.CannotStart as error:
        raise fail(str(error)) from None
    finally:
        if written:
            runtime_file.remove(written)


def _serve(state: ServerState, listeners: list[socket.socket], ready: Callable[[], None]) -> None:
    from pacsimile_mock.app import create_app
    from pacsimile_mock.server import run

    run(create_app(state), listeners, ready, inline=state.options.database is None)


def _options(given: dict[str, Any]) -> ServerOptions:
    return ServerOptions(
        host=given["host"],
        port=given["port"],
        world=WorldOptions(
            scenario=given["scenario"],
            seed=given["seed"],
            pace=given["pace"],
            token_format=given["token_format"],
        ),
        public_url=given["public_url"],
        allow_hosts=given["allow_host"],
        database=given["database"],
        workers=given["workers"],
        control=not given["no_control"],
        control_token=given["control_token"],
    )


def _url(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"http://{f'[{shown}]' if ':' in shown and not shown.startswith('[') else shown}:{port}"


def start_facts(state: ServerState) -> dict[str, Any]:
    """What the line of `--json` says; others' scripts rely on it."""
    base_url = state.base_url(state.own_url)
    return {
        "url": base_url,
        "oauth2_endpoint": f"{base_url}/oauth2",
        "console_url": None,
        "control_url": f"{base_url}/_mock" if state.options.control else None,
        "control_token": state.control_token if state.options.control else None,
        "version": __version__,
        "pid": os.getpid(),
        "clients": [
            {
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                "organization_id": client.organization_id,
                "scopes": list(client.scopes),
            }
            for client in state.worlds.default.clients.values()
        ],
    }


def _write_runtime_file(port: int, facts: dict[str, Any]) -> Path | None:
    wanted = {name: facts[name] for name in ("url", "control_url", "control_token", "pid", "version")}
    with suppress(OSError):
        return runtime_file.write(port, wanted)
    return None  # other commands then need --control-token


def _announce(facts: dict[str, Any], state: ServerState, *, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(facts).decode())
    else:
        click.echo(banner(facts, state))
