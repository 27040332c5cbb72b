"""What a load may do to a service: decided once, before anything is sent, by the rules of `client/safety.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pacsimile_contract.client.requests import build
from pacsimile_contract.client.safety import Safety
from pacsimile_contract.client.tokens import token_request
from pacsimile_contract.dialects.vocabulary import acknowledges_listings, acknowledges_names
from pacsimile_contract.errors import Forbidden, UsageError
from pacsimile_contract.load.job import Poller
from pacsimile_contract.target.model import Client, Target, host_of
from pacsimile_spec import given_files

_OPERATIONS = {
    "listing": "listReports", "acknowledgement": "acknowledgeReports", "result": "getResult", "status": "getStatus",
}  # fmt: skip


def check_host(target: Target, named: Iterable[str]) -> None:
    """Refuse a host beyond this machine, unless the user names it and the target file allows a load.

    Raises:
        UsageError: it says what is missing.
    """
    named = {name.lower() for name in named}
    hosts = [host_of(url) for url in (target.base_url, target.oauth2_endpoint) if not target.is_local(url)]
    if target.load.allowed is False:
        raise UsageError("the target file has `load: {allowed: false}`: no load is put on this service")
    for host in dict.fromkeys(hosts):
        if not target.load.allowed or target.load.rate is None:
            raise UsageError(
                f"{host} is not this machine: a load on it needs `load: {{allowed: true, rate: 20/s}}` in the target "
                "file, with the rate that its operator agrees to"
            )
        if host not in named:
            raise UsageError(f"{host} is not this machine: a load on it needs --yes-this-host {host}")


def most_rate(target: Target) -> float:
    """Return the most calls a second: those of `load`, else those of `limits`; 0 for no bound."""
    return target.limits.rate if target.load.rate is None else target.load.rate


def pollers(
    target: Target, allow_acknowledge: str | None, orders: Sequence[str], most: int | None = None
) -> list[Poller]:
    """Return the clients of a load, one for each organization, with what each may ask.

    Args:
        target: The service.
        allow_acknowledge: The organization for which the user allows acknowledgements.
        orders: Orders of the primary client.
        most: How many clients to have at most.

    Raises:
        UsageError: there is nothing that a client may ask, or a secret would leave in the clear.
    """
    safety, chosen, organizations = Safety(target, allow_acknowledge), list[Poller](), set[str]()
    for name, client in target.clients.items():
        if client.organization_id in organizations or (not target.world_of_its_own and name not in _OWN):
            continue
        organizations.add(str(client.organization_id))
        own = tuple(orders) if name == "primary" else ()
        allowed = _allowed(target, client, safety)
        usable = own or "listing" in allowed
        if usable:
            chosen.append(Poller(name, allowed, own))
    if not chosen:
        raise UsageError(
            "there is nothing to ask: allow listing in the target file (`listing: {allowed: true}`, with "
            "organization_id), or give --orders FILE with the ids of orders, one a line"
        )
    return chosen if most is None else chosen[:most]


_OWN = ("primary", "other_org")
"""The clients of a target file that poll: the others are of the same organization, or may ask for less."""


def _allowed(target: Target, client: Client, safety: Safety) -> tuple[str, ...]:
    """Return the kinds of calls that the safety rules let this client make."""
    token = "load-permission-check"  # noqa: S105 (no token of anybody)
    safety.note_token(token, client)
    bearer = (("Authorization", f"Bearer {token}"),)
    try:
        safety.check(token_request(target, client, "getToken"))
        safety.check(build(target, "getStatus", {"order_id": "x"}, headers=bearer))
    except Forbidden as error:
        raise UsageError(f"{target.base_url}: {error}") from None
    organization, kinds = client.organization_id, list[str]()
    for kind, operation in _OPERATIONS.items():
        if operation in target.absent or (operation.endswith("Reports") and organization is None):
            continue
        asked = {"organizationId": organization} if operation.endswith("Reports") else {"order_id": "x"}
        request = build(target, operation, asked, headers=bearer)
        try:
            safety.check(replace(request, by_word=True))
        except Forbidden:
            continue
        kinds.append(kind)
    if "listing" not in kinds and "acknowledgement" in kinds:
        kinds.remove("acknowledgement")
    dialect = target.dialect.dialect if target.dialect else None
    if not (acknowledges_listings(dialect) or acknowledges_names(dialect)) and "acknowledgement" in kinds:
        kinds.remove("acknowledgement")
    return tuple(kinds)


MOST_ORDERS = 100_000
_ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def read_orders(path: Path) -> list[str]:
    """Read a file of order ids, one a line. Blank lines and lines that begin with `#` are skipped.

    Raises:
        UsageError: It cannot be read, or a line is no order id; it says which line.
    """
    try:
        given_files.check(path)
        lines = path.read_text("utf-8").splitlines()
    except given_files.UnusableFile as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is no UTF-8 text; expected ids of orders, one a line") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    orders = dict[str, None]()
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        if not _ORDER_ID.fullmatch(line):
            raise UsageError(f"{path}:{number}: is no id of an order; expected 1 to 64 letters, digits and hyphens")
        orders[line] = None
    if not orders or len(orders) > MOST_ORDERS:
        raise UsageError(f"{path}: has {len(orders):,} ids of orders; expected 1 to {MOST_ORDERS:,}")
    return list(orders)
