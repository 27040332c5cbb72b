"""Loads a scenario: one that comes with the package, by its name, or a YAML file of the user."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pacsimile_mock.config import MOST_SEED, WorldOptions
from pacsimile_mock.seed import organizations
from pacsimile_mock.seed.build import PACES
from pacsimile_mock.seed.files import MOST_BYTES, Files
from pacsimile_mock.seed.model import ClientPlan, OrderPlan, Scenario, ScenarioError
from pacsimile_mock.seed.nodes import Node, compose
from pacsimile_mock.seed.orders import MOST_OF_AN_ENTRY, OrderReader
from pacsimile_spec import given_files
from pacsimile_spec.given_files import UnusableFile
from pacsimile_spec.suggestions import did_you_mean

FOLDER = Path(__file__).parent
KEYS = ("summary", "seed", "pace", "organizations", "orders", "faults")
DEFAULT_ORGANIZATIONS = "empty"
"""The scenario whose organizations are the default for scenarios without any."""


def shipped() -> list[str]:
    """Return the names of the scenarios that come with the package."""
    return sorted(file.stem for file in FOLDER.glob("*.yaml"))


def load(name: str) -> Scenario:
    """Load a scenario by name or path.

    `backlog:5000` is `backlog` with 5000 in place of its only `count`.

    Raises:
        ScenarioError: There is none, or it is wrong; the message says what to do.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return _of_file(name, path)
    stem, _, count = name.partition(":")
    if stem not in shipped():
        hint = did_you_mean(stem, shipped())
        known = ", ".join(shipped())
        raise ScenarioError(f"there is no scenario {name!r}: give one of {known}, or a .yaml file{hint}")
    scenario = _of_file(stem, FOLDER / f"{stem}.yaml")
    return _with_count(scenario, name, count) if stem != name else scenario


def _of_file(name: str, path: Path) -> Scenario:
    try:
        text = given_files.read_text(path, MOST_BYTES)
    except UnusableFile as error:
        raise ScenarioError(f"the scenario {name} cannot be read: {error}") from None
    return parse(path.name, text, path.parent)


def _with_count(scenario: Scenario, name: str, count: str) -> Scenario:
    plans = [plan for plan in scenario.orders if plan.count > 1]
    if len(plans) != 1:
        raise ScenarioError(f"the scenario {scenario.name} takes no number: leave out the colon and what follows")
    if not re.fullmatch("[0-9]{1,6}", count) or not 1 <= int(count) <= MOST_OF_AN_ENTRY:
        raise ScenarioError(f"{name!r}: expected a whole number from 1 to {MOST_OF_AN_ENTRY} after the colon")
    orders = (replace(plan, count=int(count)) if plan is plans[0] else plan for plan in scenario.orders)
    return replace(scenario, orders=tuple(orders))


def parse(file: str, text: str, folder: Path = Path()) -> Scenario:
    """Read a scenario from YAML.

    Args:
        file: The name of the file, for errors.
        text: The YAML.
        folder: The folder that the paths of report files are relative to.

    Raises:
        ScenarioError: The scenario is wrong; the message has the line and column.
    """
    root = compose(file, text)
    parts = root.mapping(KEYS)
    if not parts.keys() & {"organizations", "orders"}:
        raise root.wrong("a mapping with organizations or orders")
    clients = (
        organizations.read(parts["organizations"]) if "organizations" in parts else load(DEFAULT_ORGANIZATIONS).clients
    )
    files = Files(folder)
    orders = _orders(parts.get("orders"), clients, files)
    return Scenario(
        Path(file).stem,
        clients,
        orders,
        summary=parts["summary"].matching("one line of at most 200 characters", _is_line) if "summary" in parts else "",
        seed=parts["seed"].whole_number(0, MOST_SEED) if "seed" in parts else None,
        pace=parts["pace"].one_of(PACES) if "pace" in parts else None,
        faults=_faults(parts.get("faults"), clients),
        files=files.contents,
        sources=(folder / file, *files.paths),
    )


def _is_line(text: str) -> bool:
    return 0 < len(text) <= 200 and text.isprintable()


def _orders(node: Node | None, clients: tuple[ClientPlan, ...], files: Files) -> tuple[OrderPlan, ...]:
    if node is None:
        return ()
    reader = OrderReader(list(dict.fromkeys(client.organization_id for client in clients)), files)
    return tuple(reader.read(entry) for entry in node.sequence())


def _faults(node: Node | None, clients: tuple[ClientPlan, ...]) -> tuple[Mapping[str, Any], ...]:
    if node is None:
        return ()
    from pacsimile_mock.seed import faults  # imported only where a scenario has faults

    return faults.read_all(node, {client.client_id for client in clients})


def decide(options: WorldOptions, scenario: Scenario) -> WorldOptions:
    """Return a world's options with the undecided ones taken from the scenario, where it has them."""
    decided: dict[str, Any] = {name: getattr(scenario, name) for name in options.undecided}
    return replace(options, undecided=(), **{name: value for name, value in decided.items() if value is not None})
