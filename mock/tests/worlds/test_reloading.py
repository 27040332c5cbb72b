"""A world takes another scenario while it serves: what is the same goes on, what is not ends."""

from typing import Any

import pytest

from mock.tests.helpers.in_process import START, Caller, Service
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.seed.load import load, parse
from pacsimile_mock.seed.model import Scenario
from pacsimile_mock.worlds.reloading import reload_scenario

HEAD = "organizations:\n  - id: hospital\n    clients:\n"
SAME = "      - {id: same, secret: s, scopes: [status.read, reports.read, reports.ack]}\n"
ORDERS = "orders:\n  - {status: COMPLETED, created: 1h}\n"


def of(clients: str, rest: str = ORDERS) -> Scenario:
    """A scenario with these clients."""
    return parse("mine.yaml", HEAD + clients + rest)


class Reloaded(Service):
    """A mock whose scenarios are given as they are."""

    def __init__(self, scenario: Scenario, **options: Any) -> None:
        super().__init__(WorldOptions(scenario="empty", **options))
        self.given = WorldOptions(scenario="empty", undecided=("seed", "pace"))
        self.last = load("empty")
        self.take(scenario)

    def take(self, scenario: Scenario) -> None:
        """Take another."""
        reload_scenario(self.world, self.last, scenario, self.given)
        self.last = scenario

    def caller(self, client_id: str) -> Caller:
        """A client of the scenario, with a token."""
        return Caller(self, self.world.clients[client_id])


def opens(caller: Caller) -> bool:
    """Whether a client's token is good."""
    return caller.get("/status", study_uid="1.2.3").status == 404


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
def test_credentials_that_stay_the_same_keep_their_tokens(token_format: str) -> None:
    """A new secret, other scopes, another organization end them; so does taking the client away."""
    clients = {name: SAME.replace("same", name) for name in ("secret", "scopes", "gone")}
    service = Reloaded(of(SAME + "".join(clients.values())), token_format=token_format)
    callers = {name: service.caller(name) for name in ("same", *clients)}
    made = service.client("hospital")
    assert all(opens(caller) for caller in callers.values())
    service.take(
        of(
            SAME
            + clients["secret"].replace("secret: s", "secret: t")
            + clients["scopes"].replace(", reports.ack", "")
            + SAME.replace("same", "new")
        )
    )
    assert {name: opens(caller) for name, caller in callers.items()} == {
        "same": True,
        "secret": False,
        "scopes": False,
        "gone": False,
    }
    assert opens(made)
    assert all(opens(service.caller(name)) for name in ("same", "secret", "scopes", "new"))
    assert callers["secret"].ask_token().status == callers["gone"].ask_token().status == 401
    assert callers["secret"].get("/status", study_uid="1.2.3").json["detail"].startswith("The client's credentials")


def test_a_client_that_comes_back_does_not_bring_its_old_tokens() -> None:
    """They ended with it."""
    service = Reloaded(of(SAME + SAME.replace("same", "back")))
    old = service.caller("back")
    service.take(of(SAME))
    service.take(of(SAME + SAME.replace("same", "back")))
    assert not opens(old)
    assert opens(service.caller("back"))


def test_another_organization_is_another_client() -> None:
    """Its tokens must not open what it had before."""
    service = Reloaded(of(SAME))
    old = service.caller("same")
    service.take(parse("mine.yaml", HEAD.replace("hospital", "clinic") + SAME + ORDERS))
    assert not opens(old)
    assert service.caller("same").listing() == [next(iter(service.world.store.orders_of("clinic"))).report_id(1)]


def test_orders_queue_and_faults_begin_anew() -> None:
    """As the scenario says now; the clock goes on."""
    service = Reloaded(of(SAME, ORDERS + "faults: [{effect: {status: 500}}]\n"))
    assert service.call("GET", "/oauth2/token").status == 500
    service.take(of(SAME))
    caller = service.caller("same")
    assert caller.acknowledge(caller.listing()) != []
    service.take(of(SAME, "seed: 5\npace: polls\norders:\n  - {status: COMPLETED, created: 2h}\n"))
    (report_id,) = caller.listing()
    assert (service.world.options.seed, service.world.options.pace) == (5, "polls")
    assert caller.acknowledge([report_id]) == [report_id]
    assert service.world.clock.now() == START
    service.take(of(SAME, "orders: []\n"))
    assert (service.world.options.seed, service.world.options.pace) == (1, "demo")
    assert caller.listing() == []
