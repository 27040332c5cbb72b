"""Changes the scenario of a world that serves, as `serve --watch` does when the file has changed."""

from __future__ import annotations

from pacsimile_mock.config import WorldOptions
from pacsimile_mock.seed import build
from pacsimile_mock.seed.load import decide
from pacsimile_mock.seed.model import Scenario
from pacsimile_mock.worlds.world import World


def reload_scenario(world: World, former: Scenario, scenario: Scenario, options: WorldOptions) -> None:
    """Restart a world with `scenario`; clock and journal go on.

    Clients whose id, secret, organization and scopes are as in `former` keep their tokens; tokens of all others end.
    Clients that the control API made stay.
    """
    _reload_clients(world, former, scenario)
    if world.faults is not None:
        world.faults.clear()
        world.faults = None  # the next ones draw from the seed that is decided now
    world.options = decide(options, scenario)
    world.restart_scenario(scenario)


def _reload_clients(world: World, former: Scenario, scenario: Scenario) -> None:
    before = dict(world.clients)
    wanted = {client.client_id: client for client in build.clients(scenario, world.suffix)}
    gone = {client.client_id for client in build.clients(former, world.suffix)} - wanted.keys()
    changed = {name for name, client in wanted.items() if before.get(name) not in (None, client)}
    world.add_clients(wanted.values())
    for name in gone:
        world.clients.pop(name, None)
    for name in gone | changed:
        world.jwt.end(name)
    world.verifier.forget()
