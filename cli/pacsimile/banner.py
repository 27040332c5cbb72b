"""What `pacsimile serve` prints for a person: where it is, who may call it, what to try first."""

from __future__ import annotations

import os
import shlex
import shutil
from typing import Any

from pacsimile_mock.orders.model import Order
from pacsimile_mock.server_state import ServerState
from pacsimile_spec.statuses import COMPLETED, STATUSES


def banner(facts: dict[str, Any], state: ServerState) -> str:
    """Write the greeting: address, credentials, one order of each status, and three lines to paste."""
    client = facts["clients"][0] if facts["clients"] else None
    parts = [
        f"pacsimile {facts['version']} serves {facts['url']}   (Ctrl-C ends it)",
        _opened(state),
        _trust(state),
        _clients(facts),
    ]
    if client is not None:
        parked = _parked(state, client["organization_id"])
        parts += [_orders(parked), _lines(state, facts, client, parked)]
    return "\n\n".join(part for part in parts if part)


def _opened(state: ServerState) -> str:
    if state.options.host in ("127.0.0.1", "localhost", "::1"):
        return ""
    return (
        f"  --host {state.options.host}: everyone who reaches this machine can call it, with the credentials below.\n"
        "  The data is synthetic; the control API takes its token only."
    )


def _trust(state: ServerState) -> str:
    """How clients come to trust a certificate of the mock's own making."""
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


def _clients(facts: dict[str, Any]) -> str:
    rows = [("client_id", "client_secret", "organization", "scopes")]
    rows += [
        (one["client_id"], one["client_secret"], one["organization_id"], " ".join(one["scopes"]))
        for one in facts["clients"]
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ["  ".join([*map(str.ljust, row[:3], widths), row[3]]) for row in rows]
    return "\n".join("  " + line for line in lines)


def _parked(state: ServerState, organization_id: str) -> dict[str, Order]:
    """One order in each status that stays there for good."""
    world = state.worlds.default
    found: dict[str, Order] = {}
    for order in world.store.orders_of(organization_id):
        if order.plan[-1].at <= world.clock.now() and order.polls is None:
            found.setdefault(order.state(world.clock.now()).status, order)
    return found


def _orders(parked: dict[str, Order]) -> str:
    shown = [(status, parked[status]) for status in STATUSES if status in parked]
    return "\n".join(f"  {status:<10} {order.order_id}" for status, order in shown)


def _lines(state: ServerState, facts: dict[str, Any], client: dict[str, Any], parked: dict[str, Order]) -> str:
    if COMPLETED not in parked:
        return ""
    order_id = parked[COMPLETED].order_id
    url, who = facts["url"], f"{client['client_id']}:{client['client_secret']}"
    trusting = f" --cacert {state.options.tls.authority}" if state.options.tls and state.options.tls.authority else ""
    if os.name == "nt" and not shutil.which("bash"):
        return _powershell(f"curl.exe -s{trusting}", url, who, order_id)
    curl, basic = f"curl -s{trusting}", f"-u {shlex.quote(who)}"
    return "\n".join(
        (
            "Paste these:",
            "",
            f'  TOKEN=$({curl} {basic} {url}/oauth2/token | sed \'s/.*"access_token":"\\([^"]*\\)".*/\\1/\')',
            f'  {curl} -w "\\n" -H "Authorization: Bearer $TOKEN" "{url}/status?order_id={order_id}"',
            f'  {curl} -H "Authorization: Bearer $TOKEN" "{url}/results?order_id={order_id}&report_type=txt"',
        )
    )


def _quoted(text: str) -> str:
    """As PowerShell takes it for one word; left as it is where no character is special."""
    return text if text == shlex.quote(text) else "'" + text.replace("'", "''") + "'"


def _powershell(curl: str, url: str, who: str, order_id: str) -> str:
    return "\n".join(
        (
            "Paste these:",
            "",
            f'  $TOKEN = ({curl} -u {_quoted(who)} "{url}/oauth2/token" | ConvertFrom-Json).access_token',
            f'  {curl} -H "Authorization: Bearer $TOKEN" "{url}/status?order_id={order_id}"',
            f'  {curl} -H "Authorization: Bearer $TOKEN" "{url}/results?order_id={order_id}&report_type=txt"',
        )
    )
