"""The text that `pacsimile serve` prints for people: the address, the credentials, what to try first."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from pacsimile.paste_lines import PasteLines
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.orders.model import Order
from pacsimile_spec.statuses import COMPLETED, STATUSES

_COLOURS = {"RECEIVED": "cyan", "PROCESSING": "blue", COMPLETED: "green", "FAILED": "red", "CANCELLED": "yellow"}


def banner(facts: dict[str, Any], state: ServerState, runtime: Path | None) -> str:
    """Return the greeting: address, credentials, one order of each status, lines to paste, where the control token is.

    `runtime` is the runtime file, if there is one. If the output is not a terminal, `click.echo` removes the colours.
    """
    client = facts["clients"][0] if facts["clients"] else None
    parts = [
        f"pacsimile {facts['version']} serves {click.style(facts['url'], bold=True)}   (press Ctrl-C to stop)",
        opened(state),
        _dialect(state),
        _trust(state),
        _clients(facts, state),
    ]
    if client is not None:
        parked = _parked(state, client["organization_id"])
        parts += [_orders(parked), _lines(state, facts, client, parked)]
    parts += [_console(facts), _by_hand(facts, runtime)]
    return "\n\n".join(part for part in parts if part)


def _console(facts: dict[str, Any]) -> str:
    """Return the link that opens the console in a browser."""
    if facts["console_url"] is None:
        return ""
    return f"{_heading('Or watch and change it in a browser:')}\n\n{facts['console_url']}"


def _by_hand(facts: dict[str, Any], runtime: Path | None) -> str:
    """Return where the control token is, and a line that changes the mock by hand."""
    if facts["control_url"] is None:
        return ""
    heading, line = (
        f"Or change the mock by hand. Commands read the control token from {runtime}:",
        f"{_own_command()} order new --moves 30s",
    )
    if runtime is None:
        heading = "Or change the mock by hand. Commands need the control token:"
        line += f" --url {facts['url']} --control-token {shlex.quote(facts['control_token'])}"
    return f"{_heading(heading)}\n\n{line}"


def _own_command() -> str:
    """Return the command as it was started, in a form that works in any folder."""
    program = Path(sys.argv[0]).absolute()
    words = [str(program)] if program.stem == "pacsimile" else [sys.executable, "-m", "pacsimile"]
    return shlex.join(words)


def _heading(text: str) -> str:
    return click.style(text, bold=True)


def opened(state: ServerState) -> str:
    """Say what an address beyond loopback opens, and to whom. Return nothing on loopback."""
    if state.options.host in ("127.0.0.1", "localhost", "::1"):
        return ""
    return (
        f"  --host {state.options.host}: everyone who reaches this machine can call it, with these credentials.\n"
        "  The data is synthetic; the control API takes its token only."
    )


def _dialect(state: ServerState) -> str:
    """Say which dialect the default world speaks; nothing for the contract's own spelling."""
    translator = state.worlds.default.translator
    return "" if translator is None else f"  It speaks the dialect {translator.dialect.name}."


def _trust(state: ServerState) -> str:
    """Say how clients can trust the mock's own certificate."""
    made = state.options.tls.authority if state.options.tls else None
    if made is None:
        return ""
    java = f"keytool -importcert -noprompt -alias pacsimile -file {made} -keystore pacsimile.p12 -storepass changeit"
    return "\n".join(
        (
            f"  The certificate is signed by {made}. To trust it:",
            f"    curl     curl --cacert {made}",
            f"    Python   export SSL_CERT_FILE={made} REQUESTS_CA_BUNDLE={made}",
            f"    Node     export NODE_EXTRA_CA_CERTS={made}",
            f"    Java     {java}",
            "             java -Djavax.net.ssl.trustStore=pacsimile.p12 -Djavax.net.ssl.trustStorePassword=changeit",
        )
    )


def _clients(facts: dict[str, Any], state: ServerState) -> str:
    """Return a table of the clients by organization. It fits into 100 columns with names as long as the demo's."""
    clients = [{**client, "scopes": _scopes(client["scopes"], state)} for client in facts["clients"]]
    head = ("client_id", "client_secret", "scopes")
    widths = [max(len(client[column]) for client in (*clients, {name: name for name in head})) for column in head[:2]]
    lines = []
    for organization in dict.fromkeys(client["organization_id"] for client in clients):
        lines += [f"  organization {organization}", "  " + click.style(_row(head, widths), dim=True)]
        own = [client for client in clients if client["organization_id"] == organization]
        lines += [
            "  " + _row((client["client_id"], client["client_secret"], " ".join(client["scopes"])), widths)
            for client in own
        ]
        lines.append("")
    return "\n".join(lines[:-1])


def _scopes(names: list[str], state: ServerState) -> list[str]:
    """Return scopes as a client asks for them."""
    translator = state.worlds.default.translator
    if translator is None:
        return names
    words = translator.dialect.values["scope"]
    return list(dict.fromkeys(str(words.written(name)) for name in names))


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join((*map(str.ljust, cells, widths), cells[-1]))


def _parked(state: ServerState, organization_id: str) -> dict[str, Order]:
    """Return one order in each status that stays in it."""
    world = state.worlds.default
    parked: dict[str, Order] = {}
    for order in world.store.orders_of(organization_id):
        if order.plan[-1].at <= world.clock.now() and order.polls is None:
            parked.setdefault(order.state(world.clock.now()).status, order)
    return parked


def _orders(parked: dict[str, Order]) -> str:
    shown = [(status, parked[status]) for status in STATUSES if status in parked]
    return "\n".join(
        f"  {click.style(f'{status:<10}', fg=_COLOURS[status])} {order.order_id}" for status, order in shown
    )


def _lines(state: ServerState, facts: dict[str, Any], client: dict[str, Any], parked: dict[str, Order]) -> str:
    if COMPLETED not in parked:
        return ""
    order_id = parked[COMPLETED].order_id
    translator = state.worlds.default.translator
    dialect = None if translator is None else translator.dialect
    lines = PasteLines(dialect, facts["url"], client["client_id"], client["client_secret"], order_id)
    authority = state.options.tls.authority if state.options.tls else None
    heading = [_heading("Paste these in a second terminal:"), ""]
    if os.name == "nt" and not shutil.which("bash"):
        trusting = f" --cacert {authority}" if authority else ""
        return "\n".join((*heading, *lines.powershell(f"curl.exe -s{trusting}")))
    return "\n".join((*heading, *lines.bash(authority)))
