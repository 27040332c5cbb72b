"""`pacsimile serve`: start the mock, and say what a person or a script needs next."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from pacsimile.option_types import DurationType, Word, read_dialect
from pacsimile.serve_options import (
    check_allowed_hosts,
    check_host,
    check_lifetime,
    check_time,
    check_token,
    check_url,
)
from pacsimile.server_start import WILDCARDS, Unusable, start
from pacsimile_mock import logs, private_files
from pacsimile_mock.config import (
    DEFAULT_PACE,
    DEFAULT_PORT,
    DEFAULT_SEED,
    MOST_SEED,
    WORLD_LIFETIME,
    ServerOptions,
    WorldOptions,
)
from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.journal.audit import STANDARD_ERROR
from pacsimile_mock.seed.build import PACES
from pacsimile_mock.seed.model import ScenarioError
from pacsimile_mock.serving import workers
from pacsimile_mock.serving.sockets import CannotListen
from pacsimile_mock.tls import Tls, TlsError, check, own
from pacsimile_spec.child_processes import end_with_input
from pacsimile_spec.plain import one_line

USAGE = 2
"""Exit status if something given cannot be used."""


@click.command()
@click.option(
    "--host",
    envvar="PACSIMILE_HOST",
    callback=check_host,
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on.",
)
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
    type=click.IntRange(0, MOST_SEED),
    show_default=f"the scenario's, else {DEFAULT_SEED}",
    help="Seed of all synthetic data.",
)
@click.option(
    "--scenario",
    envvar="PACSIMILE_SCENARIO",
    default="demo",
    show_default=True,
    help="Name of a scenario (see `pacsimile scenarios`), or a YAML file.",
)
@click.option("--watch", envvar="PACSIMILE_WATCH", is_flag=True, help="Restart the scenario when its file changes.")
@click.option(
    "--pace",
    envvar="PACSIMILE_PACE",
    type=Word(list(PACES)),
    show_default=f"the scenario's, else {DEFAULT_PACE}",
    help="How fast orders progress.",
)
@click.option(
    "--time",
    envvar="PACSIMILE_TIME",
    callback=check_time,
    metavar="TIME",
    help="Stop the clock at this time, such as 2100-01-01T08:00:00Z. Every start then gives the same documents.",
)
@click.option(
    "--dialect",
    envvar="PACSIMILE_DIALECT",
    callback=read_dialect,
    metavar="DIALECT",
    help="Speak as this dialect says: a dialect file, or one of camel, legacy, minimal.",
)
@click.option(
    "--token-format",
    envvar="PACSIMILE_TOKEN_FORMAT",
    type=Word(["jwt", "opaque"]),
    default="jwt",
    show_default=True,
    help="Format of access tokens.",
)
@click.option(
    "--public-url",
    envvar="PACSIMILE_PUBLIC_URL",
    callback=check_url,
    help="Base URL of links in answers, for a mock behind a proxy. Without it: the request's Host.",
)
@click.option(
    "--allow-host",
    envvar="PACSIMILE_ALLOW_HOST",
    multiple=True,
    callback=check_allowed_hosts,
    help="Also answer requests with this Host. Loopback names are always allowed. Repeatable.",
)
@click.option(
    "--database",
    envvar="PACSIMILE_DATABASE",
    help="Keep all data in sqlite:///FILE or postgresql://... Without it: in memory.",
)
@click.option(
    "--workers",
    envvar="PACSIMILE_WORKERS",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Number of server processes. More than 1 needs --database.",
)
@click.option(
    "--world-hours",
    envvar="PACSIMILE_WORLD_HOURS",
    type=DurationType(24 * 365 * 3600, "h"),
    metavar="HOURS",
    default=str(int(WORLD_LIFETIME / 3600)),
    show_default=True,
    callback=check_lifetime,
    help="Delete a world that is unused for this time, in hours or such as 30m. The default world stays.",
)
@click.option(
    "--audit-log",
    envvar="PACSIMILE_AUDIT_LOG",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Append a JSON line for each call to this file. Use - for standard error.",
)
@click.option(
    "--redact-journal",
    envvar="PACSIMILE_REDACT_JOURNAL",
    is_flag=True,
    help="Write values in journals and the audit log as salted hashes. Use this with real data.",
)
@click.option(
    "--log-calls/--quiet",
    envvar="PACSIMILE_LOG_CALLS",
    default=None,
    help="Write a line for each call to standard error. Without either: if that is a terminal.",
)
@click.option(
    "--log-format",
    envvar="PACSIMILE_LOG_FORMAT",
    type=Word(logs.FORMATS),
    default="text",
    show_default=True,
    help="Format of log lines on standard error.",
)
@click.option("--tls", envvar="PACSIMILE_TLS", is_flag=True, help="Serve over TLS with a generated certificate.")
@click.option(
    "--cert",
    envvar="PACSIMILE_CERT",
    type=click.Path(path_type=Path),
    help="Serve over TLS with this certificate (PEM).",
)
@click.option("--key", envvar="PACSIMILE_KEY", type=click.Path(path_type=Path), help="Private key of --cert (PEM).")
@click.option(
    "--client-ca",
    envvar="PACSIMILE_CLIENT_CA",
    type=click.Path(path_type=Path),
    help="Require client certificates signed by this CA (PEM).",
)
@click.option(
    "--no-control", envvar="PACSIMILE_NO_CONTROL", is_flag=True,
    help="Serve without the control API, except for its health.",
)  # fmt: skip
@click.option(
    "--control-token",
    envvar="PACSIMILE_CONTROL_TOKEN",
    callback=check_token,
    help="Token of the control API. Without it: a random one.",
)
@click.option(
    "--no-runtime-file",
    envvar="PACSIMILE_NO_RUNTIME_FILE",
    is_flag=True,
    help="Hide this mock from other pacsimile commands. They then need --url and --control-token.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when the server is ready.")
def command(*, as_json: bool, log_format: str, **given: Any) -> None:
    """Start the mock server on this machine. It needs no network and no account."""
    logs.set_up(log_format)
    as_worker = workers.handover(os.environ)
    end_with_input(os.environ)
    try:
        options = _options(given, log_format)
        start(options, as_worker, as_json=as_json, listed=not given["no_runtime_file"])
    except (CannotListen, ScenarioError, DatabaseError, TlsError, workers.CannotStart, Unusable) as error:
        logs.LOG.error("%s", one_line(str(error)))
        raise SystemExit(USAGE) from None


def _options(given: dict[str, Any], log_format: str) -> ServerOptions:
    decided = {name: given[name] for name in ("seed", "pace") if given[name] is not None}
    world = WorldOptions(
        scenario=given["scenario"],
        token_format=given["token_format"],
        time=given["time"],
        dialect=given["dialect"],
        undecided=tuple(name for name in ("seed", "pace") if name not in decided),
        **decided,
    )
    return ServerOptions(
        host=given["host"],
        port=given["port"],
        world=world,
        public_url=given["public_url"],
        allow_hosts=given["allow_host"],
        database=given["database"],
        workers=given["workers"],
        world_lifetime=given["world_hours"],
        audit_log=_audit_log(given["audit_log"]),
        log_calls=log_format if _calls_are_logged(given["log_calls"]) else None,
        redact_journal=given["redact_journal"],
        tls=_tls(given),
        watch=given["watch"],
        control=not given["no_control"],
        control_token=given["control_token"],
    )


def _calls_are_logged(choice: bool | None) -> bool:
    """Decide whether each call gets a line on standard error: without a choice, if a person reads it."""
    return sys.stderr.isatty() if choice is None else choice


def _audit_log(path: Path | None) -> Path | None:
    """Check that the file can be appended to, before anything is served."""
    try:
        if path not in (None, STANDARD_ERROR):
            private_files.claim(path)
            path.open("a").close()
    except OSError as error:
        raise Unusable(f"the audit log {path} cannot be written: {error.strerror}") from None
    return path


def _tls(given: dict[str, Any]) -> Tls | None:
    cert, key, client_ca = given["cert"], given["key"], given["client_ca"]
    if (cert is None) != (key is None):
        raise Unusable("give --cert and --key together, or --tls for a certificate made here")
    if cert is not None:
        return check(Tls(cert, key, client_authority=client_ca))
    if given["tls"]:
        return own({name.strip("[]") for name in (given["host"], *given["allow_host"])} - WILDCARDS, client_ca)
    if client_ca is not None:
        raise Unusable("--client-ca needs --tls, or --cert and --key")
    return None
