"""Start a server with its options: alone, with workers, or as a worker."""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from pacsimile.banner import banner, opened
from pacsimile.output import colour
from pacsimile_fixtures.narrow import narrow_faker
from pacsimile_fixtures.reports import WITH_PDF
from pacsimile_mock import private_files, tls
from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.console.access import SIGN_IN, code_of
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.logs import LOG, log_lifecycle
from pacsimile_mock.seed.load import shipped
from pacsimile_mock.serving import sockets, workers
from pacsimile_spec import runtime_file
from pacsimile_spec.typesetting import is_installed
from pacsimile_spec.version import __version__

if TYPE_CHECKING:
    from pacsimile.scenario_watcher import Watcher

WILDCARDS = {"0.0.0.0", "::"}  # noqa: S104 - told apart, not bound


LEAST_FILES = 64
"""Files and connections that the server must be able to have open at once: with fewer it cannot even answer a call."""


class Unusable(Exception):
    """Options cannot be used together. The message says what to do."""


def start(options: ServerOptions, as_worker: workers.Handover | None, *, as_json: bool, listed: bool) -> None:
    """Serve until SIGTERM or Ctrl-C. A `listed` server has a runtime file, by which other commands find it."""
    if options.workers > 1 and options.database is None:
        raise Unusable("--workers needs a --database that they share, such as sqlite:///state.db")
    if options.workers > 1 and os.name == "nt":
        raise Unusable("--workers cannot be used on Windows: start one worker")
    _check_watch(options)
    _check_files()
    try:
        if as_worker:
            with closing(ServerState(options, as_worker.url)) as state:
                _serve(state, as_worker.listeners, as_worker.announce)
            return
        listeners = sockets.bind(options.host, options.port)
        with ExitStack() as unused:
            for listener in listeners:
                unused.callback(listener.close)
            state = ServerState(options, _url(options, listeners[0].getsockname()[1]))
            unused.pop_all()  # the server closes them from now on
        with closing(state):  # else Python's end waits for the threads of its connections, which run no more
            _serve_announced(state, listeners, as_json=as_json, listed=listed)
    finally:
        if options.tls is not None:
            tls.remove(options.tls)


def _check_files() -> None:
    with suppress(ImportError):  # Windows has no such limit
        import resource

        allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if allowed not in range(LEAST_FILES):
            return
        raise Unusable(
            f"This process may open {allowed} files, and the server needs at least {LEAST_FILES}: raise the limit, for "
            "example with `ulimit -n 1024`"
        )


def _check_watch(options: ServerOptions) -> None:
    if options.watch and options.database is not None:
        raise Unusable(
            "--watch cannot be used with --database: each change of the file would throw away what is kept there"
        )
    if options.watch and options.world.scenario.partition(":")[0] in shipped():
        raise Unusable("--watch needs a --scenario file of your own: those that come with the mock do not change")


def _serve_announced(state: ServerState, listeners: list[socket.socket], *, as_json: bool, listed: bool) -> None:
    """Serve, alone or with workers, and announce the server to the user and to other commands."""
    facts = start_facts(state)
    _tell_what_is_kept(state)
    _tell_who_can_read(state)
    _tell_what_is_missing()
    written = _write_runtime_file(listeners[0].getsockname()[1], facts, state.options.tls) if listed else None

    def announce() -> None:
        if as_json:
            if opened(state):
                LOG.warning("%s", " ".join(opened(state).split()))
            click.echo(orjson.dumps(facts))
        else:
            click.echo(banner(facts, state, written), color=colour())
        log_lifecycle("serving", url=facts["url"], version=__version__, workers=state.options.workers)
        if state.options.workers > 1:
            state.close()  # the workers have their own connections

    watcher = _watcher(state)
    try:
        if state.options.workers > 1:
            command_line = workers.own_command()
            workers.Workers(command_line, state.options.workers, listeners, state.own_url).run(announce)
        else:
            _serve(state, listeners, announce)
    finally:
        if watcher is not None:
            watcher.stop()
        if written:
            runtime_file.remove(written)
    log_lifecycle("ended")


def _watcher(state: ServerState) -> Watcher | None:
    """Return the watcher of the scenario's file, if one is wanted."""
    if not state.options.watch:
        return None
    from pacsimile.scenario_watcher import Watcher

    watcher = Watcher(state)
    watcher.start()
    return watcher


def _tell_what_is_kept(state: ServerState) -> None:
    """Warn if the database already has a default world that differs from the options."""
    asked, kept, usual = state.options.world, state.worlds.default.options, WorldOptions()
    given = [name for name in ("seed", "pace") if name not in asked.undecided]
    given += [
        name for name in ("scenario", "token_format", "time", "dialect") if getattr(asked, name) != getattr(usual, name)
    ]
    other = [name for name in given if getattr(asked, name) != getattr(kept, name)]
    if other:
        shown = {name: getattr(kept, name) for name in other} | {"dialect": _dialect_name(state)}
        kept_options = ", ".join(f"--{name.replace('_', '-')} {shown[name]}" for name in other)
        LOG.warning(
            "the database keeps the world that it was made with: %s; give another --database for a new world",
            kept_options,
        )


def _dialect_name(state: ServerState) -> str:
    translator = state.worlds.default.translator
    return "identity" if translator is None else translator.dialect.name


def _tell_who_can_read(state: ServerState) -> None:
    """Warn about files with keys or secrets that other users can read. The mock itself creates no such files."""
    files = state.worlds.registry.files()
    if state.options.tls is not None:
        files = [*files, state.options.tls.key, *tls.kept()]
    exposed = [shlex.quote(str(path)) for path in private_files.exposed(files)]
    if exposed:
        LOG.warning(
            "others on this machine can read files that hold keys or secrets: own them, and run chmod 600 %s",
            " ".join(exposed),
        )


def _tell_what_is_missing() -> None:
    """Warn if no PDF can be set, as in a slim installation."""
    if not is_installed():
        from pacsimile_spec.extras import how_to_install_typst

        LOG.warning(
            "typst is not installed: no order offers %s; to add them: %s", ", ".join(WITH_PDF), how_to_install_typst()
        )


def _serve(state: ServerState, listeners: list[socket.socket], ready: Callable[[], None]) -> None:
    from pacsimile_mock.serving.app import create_app
    from pacsimile_mock.serving.server import ServerEnded, run

    narrow_faker()
    try:
        uses_database = state.options.database is not None
        run(create_app(state), listeners, ready, uses_database=uses_database, tls=state.options.tls)
    except ServerEnded as error:
        raise click.ClickException(str(error)) from None


def _url(options: ServerOptions, port: int) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)  # noqa: S104 - shown, not bound
    scheme = "http" if options.tls is None else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def start_facts(state: ServerState) -> dict[str, Any]:
    """Return the content of the `--json` line, which other programs rely on."""
    base_url = state.base_url()
    return {
        "url": base_url,
        "oauth2_endpoint": f"{base_url}/oauth2",
        "token_endpoint": base_url + state.worlds.default.token_path,
        "console_url": _console_url(state, base_url),
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


def _console_url(state: ServerState, base_url: str) -> str | None:
    """Return the link that signs in to the console; None where there is no control API."""
    return f"{base_url}{SIGN_IN}?code={code_of(state.control_token)}" if state.options.control else None


def _write_runtime_file(port: int, facts: dict[str, Any], certificates: tls.Tls | None) -> Path | None:
    wanted = {name: facts[name] for name in ("url", "control_url", "control_token", "pid", "version")}
    if certificates is not None and certificates.authority is not None:
        wanted["authority"] = str(certificates.authority.absolute())
    with suppress(OSError):
        return runtime_file.write(port, wanted)
    return None  # other commands then need --control-token
