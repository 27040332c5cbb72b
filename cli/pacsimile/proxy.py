"""`pacsimile proxy`: stand between a client and the real service, and judge what passes."""

from __future__ import annotations

import errno
import json
import os
import socket
import ssl
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from pacsimile.option_types import DurationType, Word
from pacsimile.proxy_view import View, opened_view
from pacsimile.serve_options import check_allowed_hosts, check_host
from pacsimile.verify import NamedPath, guarded, spoken_dialect
from pacsimile_contract.errors import UsageError
from pacsimile_contract.proxy.observer import Observer
from pacsimile_contract.proxy.relay_context import RelayContext
from pacsimile_contract.proxy.routing import Names, Routes
from pacsimile_contract.proxy.server import ProxyServer
from pacsimile_contract.reporting.console import console_on
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.signals import stopped_in_order
from pacsimile_contract.target.dialects import absent_operations
from pacsimile_contract.target.model import Profile, Target
from pacsimile_contract.target.reading import load_target
from pacsimile_contract.target.tls import tls_context
from pacsimile_mock.serving.sockets import LOOPBACK, CannotListen, bind
from pacsimile_mock.tls import Tls, TlsError, own, remove
from pacsimile_mock.tls import check as check_tls
from pacsimile_spec.version import __version__

DEFAULT_PORT = 8070
WILDCARDS = {"0.0.0.0", "::"}  # noqa: S104 - told apart, not bound


@click.command()
@click.option(
    "--target", "file", required=True, type=NamedPath(path_type=Path),
    help="Target file of the service, as verify has it. See docs/verify.md.",
)  # fmt: skip
@click.option(
    "--dialect", metavar="DIALECT",
    help="Dialect of the service, instead of the target file's: a file, or one of camel, legacy, minimal.",
)  # fmt: skip
@click.option("--host", callback=check_host, default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True,
    help="Port to listen on; 0 finds a free one.",
)  # fmt: skip
@click.option(
    "--allow-host", multiple=True, callback=check_allowed_hosts,
    help="Also pass on requests with this Host. Loopback names are always allowed. Repeatable.",
)  # fmt: skip
@click.option("--tls", "with_tls", is_flag=True, help="Listen over TLS with a generated certificate.")
@click.option("--cert", type=NamedPath(path_type=Path), help="Listen over TLS with this certificate (PEM).")
@click.option("--key", type=NamedPath(path_type=Path), help="Private key of --cert (PEM).")
@click.option(
    "--profile", type=Word(["strict", "documented"]),
    help="Which failures count as FAIL. Without it: the target file's profile.",
)  # fmt: skip
@click.option("--report", type=NamedPath(path_type=Path, file_okay=False), help="Write the reports to this folder.")
@click.option(
    "--share-identifiers", is_flag=True, help="Write real identifiers into the reports. They lead to patients."
)
@click.option(
    "--share-report", is_flag=True, help="Create the reports with the umask's permissions, not for your user only."
)
@click.option(
    "--compare",
    is_flag=True,
    help="List where the service differs from the mock in shape and words. See docs/drift.md.",
)
@click.option("--no-page", is_flag=True, help="Serve no page that shows the calls to a browser on this machine.")
@click.option("--for", "seconds", type=DurationType(), metavar="DURATION", help="End after this time, such as 10m.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when the proxy is ready.")
def command(  # noqa: PLR0913 (each is an option of the command)
    file: Path, dialect: str | None, host: str, port: int, allow_host: tuple[str, ...], with_tls: bool,
    cert: Path | None, key: Path | None, profile: Profile | None, report: Path | None, share_identifiers: bool,
    share_report: bool, compare: bool, no_page: bool, seconds: float | None, as_json: bool,
) -> None:  # fmt: skip
    """Stand between your client and the real service, and judge what passes.

    Give your client the proxy's address in the place of the service's. Every
    byte is passed on as it is. What the service does wrong, and what your
    client does wrong, is shown at once, and in the reports at the end. See
    docs/proxy.md.

    Exit status: 0 nothing wrong was seen, 1 the service broke a MUST or the
    client made a mistake, 2 wrong usage, 4 no verdict because of an error.
    """
    options = Options(profile=profile, share_identifiers=share_identifiers, share_report=share_report, report=report)

    def work() -> int:
        target = _target(file, dialect)
        names = _names(host, allow_host)
        with ExitStack() as stack:
            tls = _tls(cert, key, {host, *allow_host} - WILDCARDS, generated=with_tls)
            if tls is not None:
                stack.callback(remove, tls)
            listeners = _bind(host, port, stack)
            url = _url(host, listeners[0].getsockname()[1], tls)
            console = console_on(sys.stderr if as_json else sys.stdout, survives_close=report is not None)
            view = opened_view(target, options, console, stack, compares=compare, on_page=not no_page)
            return _judged(target, options, names, listeners, tls, url, seconds, view, as_json=as_json)

    with stopped_in_order():
        raise guarded(work)


def _judged(
    target: Target, options: Options, names: Names, listeners: list[socket.socket], tls: Tls | None, url: str,
    seconds: float | None, view: View, *, as_json: bool,
) -> int:  # fmt: skip
    """Serve to the end, and return the exit status."""
    observer = Observer(target, options, view.listeners)
    speaks_tls = any(address.startswith("https://") for address in (target.base_url, target.oauth2_endpoint))
    relay_context = RelayContext(Routes(target), names, observer, tls_context(target.tls) if speaks_tls else None)

    def ready() -> None:
        observer.start(url)
        click.echo(json.dumps(_facts(target, url, view.link)) if as_json else _greeting(target, url, tls, view.link))

    try:
        ProxyServer(relay_context, listeners, _context(tls)).run(ready, seconds)
    except BaseException:
        observer.abandon()
        raise
    then = "" if options.report is None else ", and the reports are written"
    view.console.line(f"ending: what came last is judged{then}. Press Ctrl-C again to skip this.")
    status = observer.close().exit_status
    if view.console.closed:
        raise BrokenPipeError(errno.EPIPE, "nobody reads on")
    return status


def _target(file: Path, dialect: str | None) -> Target:
    """Read the target file; a dialect that is given takes the place of the file's."""
    target = load_target(file)
    if target.proxy is not None:
        raise UsageError(f"{file}: leave `proxy:` out: this proxy connects to the service itself")
    if dialect is None:
        return target
    spoken = spoken_dialect(dialect)
    return replace(target, dialect=spoken, absent=target.absent | absent_operations(spoken))


def _names(host: str, allowed: tuple[str, ...]) -> Names:
    """Return the names that the proxy answers to: others can reach it only by one that the user wrote."""
    if host not in LOOPBACK and not allowed:
        raise UsageError(
            f"--host {host} lets others on the network call the service through this proxy: say by which name they "
            "reach it, with --allow-host NAME"
        )
    return Names({host, *allowed} - WILDCARDS)


def _tls(cert: Path | None, key: Path | None, names: set[str], *, generated: bool) -> Tls | None:
    if (cert is None) != (key is None):
        raise UsageError("give --cert and --key together, or --tls for a certificate made here")
    try:
        if cert is not None and key is not None:
            return check_tls(Tls(cert, key))
        return own({name.strip("[]") for name in names}) if generated else None
    except TlsError as error:
        raise UsageError(str(error)) from None


def _context(tls: Tls | None) -> ssl.SSLContext | None:
    """Return how to speak TLS with clients: HTTP/1.1 alone."""
    if tls is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(tls.certificate, tls.key)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _bind(host: str, port: int, stack: ExitStack) -> list[socket.socket]:
    try:
        listeners = bind(host, port)
    except CannotListen as error:
        raise UsageError(str(error)) from None
    for listener in listeners:
        stack.callback(listener.close)
    return listeners


def _url(host: str, port: int, tls: Tls | None) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"{'http' if tls is None else 'https'}://{f'[{shown}]' if ':' in shown else shown}:{port}"


def _facts(target: Target, url: str, page: str | None) -> dict[str, object]:
    """Return the content of the `--json` line, which other programs rely on."""
    return {
        "url": url + urlsplit(target.base_url).path,
        "oauth2_endpoint": url + urlsplit(target.oauth2_endpoint).path,
        "target": target.base_url,
        "page_url": page,
        "version": __version__,
        "pid": os.getpid(),
    }


def _greeting(target: Target, url: str, tls: Tls | None, page: str | None) -> str:
    facts = _facts(target, url, page)
    lines = [
        f"pacsimile {__version__} passes {url} on to {target.base_url}   (press Ctrl-C to stop)",
        "",
        "Give your client these addresses in the place of the service's:",
        "",
        f"  base URL         {facts['url']}",
        f"  OAuth2 endpoint  {facts['oauth2_endpoint']}",
    ]
    if page is not None:
        lines += ["", "See the calls, and what is wrong, as they come:", "", f"  {page}"]
    if tls is not None and tls.authority is not None:
        lines += ["", f"It has to trust this authority: {tls.authority}"]
    return "\n".join([*lines, ""])
