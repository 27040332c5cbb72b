"""Loads a scenario: one of those shipped, by its name, or a YAML file of the user's."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from pacsimile_mock.orders.lifecycle import OUTCOMES
from pacsimile_mock.scenarios.model import ClientPlan, Moves, OrderPlan, Scenario, ScenarioError
from pacsimile_mock.scenarios.nodes import Node, compose
from pacsimile_spec.identifiers import ORGANIZATION_ID, is_study_group
from pacsimile_spec.scopes import SCOPES
from pacsimile_spec.statuses import COMPLETED, STATUSES

FOLDER = Path(__file__).parent


def shipped() -> list[str]:
    """Names of the scenarios that come with the package."""
    return sorted(file.stem for file in FOLDER.glob("*.yaml"))


def load(name: str) -> Scenario:
    """Load a scenario by name or path, or raise ScenarioError, which says what to do."""
    path = FOLDER / f"{name}.yaml" if name in shipped() else Path(name)
    if path.suffix not in (".yaml", ".yml"):
        raise ScenarioError(f"there is no scenario {name!r}: give one of {', '.join(shipped())}, or a .yaml file")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        not_utf8 = isinstance(error, UnicodeDecodeError)
        reason = "it is not UTF-8" if not_utf8 else getattr(error, "strerror", None) or "no file has such a name"
        raise ScenarioError(f"the scenario {name} cannot be read: {reason}") from None
    return parse(path.name, text)


def parse(file: str, text: str) -> Scenario:
    """Read a scenario from YAML."""
    parts = compose(file, text).mapping(("organizations", "orders"), required=("organizations",))
    clients, owners = _all_clients(parts["organizations"])
    orders = parts["orders"].sequence() if "orders" in parts else ()
    return Scenario(Path(file).stem, clients, tuple(_order(node, owners) for node in orders))


def _all_clients(node: Node) -> tuple[tuple[ClientPlan, ...], set[str]]:
    """The clients of all organizations, and these; an id that is given twice would take another's place."""
    clients: dict[str, ClientPlan] = {}
    owners: set[str] = set()
    for organization in node.some():
        parts = organization.mapping(("id", "clients"), required=("id", "clients"))
        owner = parts["id"].matching("1 to 64 letters, digits, '.', '_' or '-'", ORGANIZATION_ID.fullmatch)
        owners.add(parts["id"].not_in(owners, owner))
        for one in parts["clients"].some():
            client = _client(one, owner, clients)
            clients[client.client_id] = client
    return tuple(clients.values()), owners


def _client(node: Node, organization_id: str, others: Container[str]) -> ClientPlan:
    parts = node.mapping(("id", "secret", "scopes"), required=("id", "secret", "scopes"))
    client_id = parts["id"].matching("a client id of printable ASCII without a colon", _plain)
    return ClientPlan(
        parts["id"].not_in(others, client_id),
        parts["secret"].matching("a secret of printable ASCII without a colon", _plain),
        organization_id,
        tuple(scope.one_of(SCOPES) for scope in parts["scopes"].some()),
    )


def _plain(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and ":" not in text


def _order(node: Node, owners: set[str]) -> OrderPlan:
    keys = ("organization", "count", "status", "moves", "created", "amended", "study", "group")
    parts = node.mapping(keys, required=("organization",))
    if ("status" in parts) == ("moves" in parts):
        raise node.wrong("either status (the order stays in it) or moves (it moves), not both")
    if "amended" in parts and "status" in parts and parts["status"].text() != COMPLETED:
        raise parts["amended"].wrong("status COMPLETED beside amended: no other order has a report to amend")
    return OrderPlan(
        parts["organization"].one_of(sorted(owners)),
        count=parts["count"].whole_number(1, 100_000) if "count" in parts else 1,
        status=parts["status"].one_of(STATUSES) if "status" in parts else None,
        moves=_moves(parts["moves"]) if "moves" in parts else None,
        created_ago=parts["created"].duration() if "created" in parts else 0,
        amended_ago=parts["amended"].duration() if "amended" in parts else None,
        study=parts["study"].text() if "study" in parts else None,
        group=parts["group"].matching("1 to 128 printable characters", is_study_group) if "group" in parts else None,
    )


def _moves(node: Node) -> Moves:
    parts = node.mapping(("starts", "finishes", "outcome"), required=("finishes",))
    starts, finishes = parts["starts"].duration() if "starts" in parts else 0, parts["finishes"].duration()
    if finishes < starts:
        raise parts["finishes"].wrong("finishes not to lie before starts")
    return Moves(
        starts,
        finishes,
        parts["outcome"].one_of(OUTCOMES) if "outcome" in parts else OUTCOMES[0],
    )
