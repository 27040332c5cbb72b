"""A call of the control API that is refused changes nothing, whatever of it was wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mock.tests.helpers.databases import Databases
from mock.tests.helpers.described import Described, document, operations
from mock.tests.helpers.in_process import Service
from mock.tests.helpers.sharing import MANUAL
from pacsimile_mock.worlds.world import World
from pacsimile_spec.documents import resolve

CASES = 12
"""Of each operation, on each store."""
OWNER = "demo-hospital"
"""Whose orders the description's examples are."""
FEW = 3
"""Orders that a call makes which is not refused."""
JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1e308, "", "x", "a\u0000b", "\ud7ff", "9" * 300, [], [[]], {}, {"": 0}),
    *("2000-01-01T00:00:00Z", "1.2.3.", "-", ["x", 7], "../x", [{"organization_id": "demo-hospital"}, 5]),
)
CHANGES = [one for one in operations() if one.method != "GET" and one.name != "verifyCalls"]


class Tried:
    """A mock with something of everything, and what is to be seen of it."""

    def __init__(self, database: str | None) -> None:
        self.service = Service(MANUAL, database=database)
        self.service.client(OWNER)
        self.service.ready(2, OWNER)

    def names(self) -> dict[str, str]:
        """Something of each kind that is there."""
        found = {"world": "default", "order_id": self.service.order("PROCESSING", OWNER).order_id}
        effect = {"effect": {"status": 503}, "limit": {"count": 1}}
        found["fault"] = self.call("POST", "/_mock/worlds/default/faults", effect)[1]["id"]
        made = self.call("POST", "/_mock/worlds/default/defects", {"name": "expired-token-accepted"})
        return {**found, "defect": made[1]["name"]}

    def call(self, method: str, path: str, content: Any) -> tuple[int, Any]:
        """Make a call, and give its status and JSON."""
        headers = {"Authorization": f"Bearer {self.service.state.control_token}"}
        body = None if content is None else json.dumps(content).encode()
        reply = self.service.call(method, path, headers, body)
        return reply.status, json.loads(reply.body or b"null")

    def seen(self) -> Any:
        """All that is kept."""
        worlds = self.service.state.worlds
        return [keys.kid for keys in worlds.keys.all], [self._of_world(world) for world in worlds]

    def _of_world(self, world: World) -> Any:
        faults = () if world.faults is None else world.faults.describe(world.clock.now())
        orders = [list(world.store.orders_of(one)) for one in sorted(world.organizations())]
        kept = (world.options, world.clock.setting, dict(world.clients), dict(world.throttled), world.journal.total)
        return world.name, repr(kept), repr(orders), repr(faults), world.jwt.revoked_ids


def bodies(operation: Described) -> list[Any]:
    """What the description shows of an operation's body."""
    content = operation.node.get("requestBody", {}).get("content", {}).get("application/json", {})
    shown = [resolve(one, document())["value"] for one in content.get("examples", {}).values()]
    return [{**one, "count": FEW} if isinstance(one, dict) and "count" in one else one for one in shown] or [{}]


@st.composite
def spoiled(draw: st.DrawFn, shown: list[Any]) -> Any:
    """One of the bodies shown, with one of its parts replaced, added or left out."""
    body = json.loads(json.dumps(draw(st.sampled_from(shown))))
    places = list(_places(body))
    holder, key = draw(st.sampled_from(places)) if places else (None, None)
    junk = draw(st.sampled_from(JUNK))
    if holder is None or draw(st.integers(0, 9)) == 0:
        return junk
    how = draw(st.sampled_from(("replaced", "added", "left out")))
    if how == "replaced":
        holder[key] = junk
    elif how == "added" and isinstance(holder, dict):
        holder["colour"] = junk
    elif how == "added":
        holder.append(junk)
    else:
        del holder[key]
    return body


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Each part of a body, as what holds it and its key there."""
    for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


@pytest.fixture(scope="module")
def tried(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """A mock of this module's own, on the store that is asked for."""
    folder = tmp_path_factory.mktemp("refused")
    made = Tried(None if request.param == "memory" else Databases(folder, pytest.fail).empty("sqlite"))
    yield made
    made.service.state.close()


@pytest.mark.parametrize("operation", CHANGES, ids=lambda one: one.name)
@pytest.mark.parametrize("tried", ["memory", "sqlite"], indirect=True)
def test_a_refused_call_changes_nothing(tried: Tried, operation: Described) -> None:
    """A problem says why, with a status below 500, and all is as it was."""
    path = operation.path.format(**tried.names())

    @given(spoiled(bodies(operation)), st.sampled_from(["", "", "", "", "?x=1"]))
    @settings(
        max_examples=CASES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def judge(body: Any, query: str) -> None:
        before = tried.seen()
        status, told = tried.call(operation.method, path + query, body)
        assert status < 500, told
        if status >= 400:
            assert told["detail"]
            assert "\n" not in told["detail"]
            assert tried.seen() == before

    judge()
