"""Reads the organizations of a scenario and their clients."""

from __future__ import annotations

from collections.abc import Container

from pacsimile_mock.seed.model import ClientPlan
from pacsimile_mock.seed.nodes import Node
from pacsimile_spec.identifiers import ORGANIZATION_ID
from pacsimile_spec.scopes import SCOPES


def read(node: Node) -> tuple[ClientPlan, ...]:
    """Read the clients of all organizations; ids must be unique."""
    clients: dict[str, ClientPlan] = {}
    owners: set[str] = set()
    for organization in node.nonempty_sequence():
        parts = organization.mapping(("id", "clients"), required=("id", "clients"))
        owner = parts["id"].matching("1 to 64 letters, digits, '.', '_' or '-'", ORGANIZATION_ID.fullmatch)
        owners.add(parts["id"].not_in(owners, owner))
        for entry in parts["clients"].nonempty_sequence():
            client = _client(entry, owner, clients)
            clients[client.client_id] = client
    return tuple(clients.values())


def _client(node: Node, organization_id: str, others: Container[str]) -> ClientPlan:
    parts = node.mapping(("id", "secret", "scopes"), required=("id", "secret", "scopes"))
    client_id = parts["id"].matching("a client id of printable ASCII without a colon", _is_credential)
    return ClientPlan(
        parts["id"].not_in(others, client_id),
        _secret(parts["secret"]),
        organization_id,
        tuple(scope.one_of(SCOPES) for scope in parts["scopes"].nonempty_sequence()),
    )


def _secret(node: Node) -> str:
    """Read a secret; an error does not repeat it."""
    if not _is_credential(node.text()):
        raise node.wrong("a secret of printable ASCII without a colon")
    return node.text()


def _is_credential(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and ":" not in text
