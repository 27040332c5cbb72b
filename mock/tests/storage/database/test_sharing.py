"""Several servers on one database agree: about worlds, clients, clocks, keys, tokens, orders and queues."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from mock.tests.helpers.databases import KINDS, Databases, engine_of
from mock.tests.helpers.in_process import START, Caller
from mock.tests.helpers.sharing import MANUAL, Server, serving
from pacsimile_advice.journal_lines import calls_of_lines
from pacsimile_advice.presentation import of_record
from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.seed.submission import Submitter
from pacsimile_mock.storage.database.journal import SqlJournalStore
from pacsimile_mock.storage.database.statements import Statement


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, databases: Databases) -> str:
    """An empty database of each kind."""
    return databases.empty(request.param)


@pytest.fixture
def pair(url: str) -> Iterator[tuple[Server, Server]]:
    """Two servers on one database."""
    with serving(url) as (one, other):
        yield one, other


def test_keys_and_control_token_are_the_same(pair: tuple[Server, Server]) -> None:
    """Whoever started first has made them."""
    one, other = pair
    assert one.state.control_token == other.state.control_token
    assert one.call("GET", "/oauth2/jwks").json == other.call("GET", "/oauth2/jwks").json


def test_a_client_made_by_one_is_served_by_the_other(pair: tuple[Server, Server]) -> None:
    """At once, and so is the token that the other gave it."""
    one, other = pair
    caller = one.client()
    token = other.as_client(caller).new_token()
    order = other.order()
    assert one.call("GET", f"/status?order_id={order.order_id}", {"Authorization": f"Bearer {token}"}).status == 200
    assert one.world.clients == other.world.clients


def test_a_dialect_made_by_one_is_spoken_by_the_other(pair: tuple[Server, Server]) -> None:
    """From the first call on: by its paths, its credentials, and after a defect was switched on."""
    one, other = pair
    text = """\
name: v
paths: {getToken: /auth}
parameters: {order_id: id, client_id: X-Id, client_secret: X-Key}
token: {credentials: headers}
"""
    made = one.control("POST", "/worlds", {"scenario": "demo", "dialect": text}).json
    client, worlds = made["clients"][0], other.state.worlds
    token = other.call("GET", "/auth", {"X-Id": client["client_id"], "X-Key": client["client_secret"]})
    bearer = {"Authorization": f"Bearer {token.json['access_token']}"}
    assert other.call("GET", "/status?id=ORD-1", bearer).status == 404
    assert other.call("GET", "/status?order_id=ORD-1", bearer).status == 400
    one.control("POST", f"/worlds/{made['world']}/defects", {"name": "unknown-parameter-ignored"})
    assert other.call("GET", "/status?id=ORD-1&order_id=1", bearer).status == 404
    assert worlds.find(made["world"]).translator.dialect.name == "v"


def test_a_world_made_by_one_is_known_to_the_other_until_either_ends_it(pair: tuple[Server, Server]) -> None:
    """Its credentials, its base URL and its tokens with it."""
    one, other = pair
    made = one.control("POST", "/worlds", {"scenario": "demo"}).json
    name, client = made["world"], made["clients"][0]
    world = other.state.worlds.find(name)
    assert world is not None
    assert world.options.scenario == "demo"
    caller = other.as_client(one.client())
    caller.client = world.clients[client["client_id"]]
    caller.token = caller.new_token()
    assert len(caller.listing()) > 0
    assert other.call("GET", f"/w/{name}/oauth2/jwks").status == 200
    other.control("DELETE", f"/worlds/{name}")
    assert one.state.worlds.find(name) is None
    assert one.as_client(caller).get("/reports", organizationId=client["organization_id"]).refusal == (
        401,
        "invalid-token",
    )
    assert one.as_client(caller).ask_token().status == 401


def test_nothing_is_left_of_a_world_that_ended(pair: tuple[Server, Server]) -> None:
    """In no table."""
    one, other = pair
    name = one.control("POST", "/worlds", {"scenario": "demo"}).json["world"]
    other.control("POST", f"/worlds/{name}/states", {"state": "fresh_organization", "params": {"ready_reports": 3}})
    one.control("POST", f"/worlds/{name}/faults", {"effect": {"status": 503}})
    one.control("DELETE", f"/worlds/{name}")
    engine = one.state.worlds.registry.engine  # type: ignore[attr-defined]
    for table in engine.tables() - {"migrations", "pacsimile", "worlds"}:
        assert engine.all(Statement(f"SELECT * FROM {table} WHERE world = ?"), (name,)) == [], table
    assert engine.first(Statement("SELECT name FROM worlds WHERE name = ?"), (name,)) is None


def test_a_world_may_end_while_another_server_works_in_it(
    pair: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done for it then is refused, in words for whom it is; nothing of it stays."""
    one, other = pair
    made = one.control("POST", "/worlds", {"scenario": "empty"}).json
    world = other.state.worlds.find(made["world"])
    assert world is not None
    caller = Caller(other, Submitter(world).client("hospital"))
    one.state.worlds.registry.remove(world.name)
    monkeypatch.setattr(other.state.worlds, "refresh", lambda: None)  # it looked before
    assert caller.get("/reports", organizationId="hospital").refusal == (401, "invalid-token")
    assert caller.post(None).refusal == (401, "invalid-token")
    assert other.asked("POST", f"/worlds/{world.name}/states", {"state": "fresh_organization"}).status == 404
    assert other.asked("POST", f"/worlds/{world.name}/clock", {"freeze": True}).status == 404
    engine = one.state.worlds.registry.engine  # type: ignore[attr-defined]
    for table in engine.tables() - {"migrations", "pacsimile", "worlds"}:
        if not table.startswith("journal"):  # those calls were made, and stand there until the other looks again
            assert engine.all(Statement(f"SELECT * FROM {table} WHERE world = ?"), (world.name,)) == [], table
    monkeypatch.undo()
    other.state.worlds.refresh()
    assert list(one.state.worlds.registry.journal(world.name).entries()) == []


def test_a_clock_moved_by_one_is_moved_for_the_other(pair: tuple[Server, Server]) -> None:
    """Tokens end at the very second, whoever is asked (AUTH-18)."""
    one, other = pair
    caller = one.client()
    there = other.as_client(caller)
    one.control("POST", "/worlds/default/clock", {"advance": 3599})
    assert there.get("/status", order_id="ORD-1").status == 404
    other.control("POST", "/worlds/default/clock", {"advance": 1})
    assert caller.get("/status", order_id="ORD-1").status == 401
    assert one.world.clock.now() == other.world.clock.now() == START + 3600 * SECOND


def test_two_who_move_one_clock_at_once_both_move_it(pair: tuple[Server, Server]) -> None:
    """No move is lost."""
    one, other = pair

    def move(n: int) -> None:
        (one, other)[n % 2].control("POST", "/worlds/default/clock", {"advance": 1})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(move, range(40)))
    for server in pair:
        assert server.control("GET", "/worlds/default/clock").json["frozen"]
        assert server.world.clock.now() == START + 40 * SECOND


def test_clocks_that_are_stopped_stand_together(url: str) -> None:
    """Whoever stops one, and however many tell the time meanwhile: none is ahead of where all stand."""
    with serving(url, 3) as servers:
        for server in servers:
            server.control("POST", "/worlds/default/clock", {"run": True})
        told: list[int] = []
        with ThreadPoolExecutor(4) as pool:
            done = pool.submit(servers[0].control, "POST", "/worlds/default/clock", {"freeze": True})
            while not done.done():
                for server in servers[1:]:
                    server.state.worlds.refresh()
                    told.append(server.world.clock.now())
            done.result()
        for server in servers:
            server.state.worlds.refresh()
        (stands,) = {server.world.clock.now() for server in servers}
        assert max(told) <= stands


def test_a_throttled_client_is_refused_once_by_either(pair: tuple[Server, Server]) -> None:
    """The next call of all, and no other."""
    one, other = pair
    caller = one.client()
    params = {"client_id": caller.client.client_id, "status": 429}
    one.control("POST", "/states", {"state": "throttled", "params": params})
    seen = [who.get("/status", order_id="ORD-1").status for who in (other.as_client(caller), caller, caller)]
    assert seen == [429, 404, 404]
    one.control("POST", "/states", {"state": "throttled", "params": params})
    seen = [who.get("/status", order_id="ORD-1").status for who in (caller, other.as_client(caller), caller)]
    assert seen == [429, 404, 404]


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
def test_a_token_that_one_revokes_opens_nothing_at_the_other(url: str, token_format: str) -> None:
    """Also where it was good a moment ago."""
    options = WorldOptions(scenario="empty", pace="manual", token_format=token_format)
    with serving(url, options=options) as (one, other):
        caller = one.client()
        there = other.as_client(caller)
        assert there.get("/status", order_id="ORD-1").status == 404
        one.world.revoke(one.world.verifier.verify(caller.token, one.world.clock.now()).token_id)
        assert there.get("/status", order_id="ORD-1").status == 401
        caller.token = caller.new_token()
        assert other.as_client(caller).get("/status", order_id="ORD-1").status == 404


def test_what_the_database_has_lost_is_lost_for_all(url: str, pair: tuple[Server, Server]) -> None:
    """As with a replica that takes the place of its primary: all agree on what is left, and on what follows."""
    one, other = pair
    kept = one.client()
    there, engine = other.as_client(kept), engine_of(url)
    before = engine.all(Statement("SELECT value FROM pacsimile WHERE name = 'generation'"))[0]
    clock = engine.all(Statement("SELECT clock, changed FROM worlds"))[0]

    lost = one.client()
    one.control("POST", "/worlds/default/clock", {"advance": 600})
    assert other.as_client(lost).ask_token().status == 200
    engine.run(Statement("UPDATE pacsimile SET value = ? WHERE name = 'generation'"), before)
    engine.run(Statement("UPDATE worlds SET clock = ?, changed = ?"), clock)
    engine.run(Statement("DELETE FROM clients WHERE client_id = ?"), (lost.client.client_id,))
    engine.close()

    assert [server.as_client(lost).ask_token().status for server in pair] == [401, 401]
    assert one.world.clock.now() == other.world.clock.now() == START
    assert there.get("/status", order_id="ORD-1").status == 404
    one.world.revoke(one.world.verifier.verify(kept.token, one.world.clock.now()).token_id)
    assert there.get("/status", order_id="ORD-1").status == 401


@pytest.mark.parametrize("forget", [True, False])
def test_keys_that_one_rotates_are_new_for_the_other(pair: tuple[Server, Server], forget: bool) -> None:
    """New tokens are taken by both; old ones by both or by none."""
    one, other = pair
    caller = one.client()
    there = other.as_client(caller)
    assert there.get("/status", order_id="ORD-1").status == 404
    one.state.worlds.rotate_keys(forget=forget)
    assert there.get("/status", order_id="ORD-1").status == (401 if forget else 404)
    caller.token = caller.new_token()
    assert other.as_client(caller).get("/status", order_id="ORD-1").status == 404


def test_a_fault_that_one_sets_is_met_at_the_other(pair: tuple[Server, Server]) -> None:
    """As often as it says, counted over both."""
    one, other = pair
    caller = one.client()
    one.control("POST", "/worlds/default/faults", {"effect": {"status": 503}, "limit": {"count": 2}})
    seen = [who.get("/status", order_id="ORD-1").status for who in (other.as_client(caller), caller) * 2]
    assert seen == [503, 503, 404, 404]


def test_an_order_that_two_move_at_once_is_moved_by_one(pair: tuple[Server, Server]) -> None:
    """Who comes second decides from what the order is by then (STATUS-5)."""
    one, other = pair
    order = one.order("PROCESSING")
    found = other.world.store.find_order(order.order_id)
    assert found is not None
    one.submitter.advance(order, "COMPLETED")
    with pytest.raises(ValueError, match="COMPLETED, which is final"):
        other.submitter.advance(found, "FAILED")
    assert other.submitter.amend(found) == order.report_id(2)
    assert one.submitter.amend(order) == order.report_id(3)
    one.world.reset()
    with pytest.raises(ValueError, match="not there any more"):
        other.submitter.amend(found)


def test_a_world_begun_anew_shows_no_report_from_before(pair: tuple[Server, Server]) -> None:
    """Ids begin anew too: what the other server rendered under them is forgotten."""
    one, other = pair
    caller = one.client()
    before = one.order(study_uid="1.2.3")
    there = other.as_client(caller)
    assert b"1.2.3" in there.get("/results", order_id=before.order_id, report_type="json").body
    one.control("POST", "/worlds/default/reset")
    after = one.order(study_uid="1.2.4")
    assert after.order_id == before.order_id
    assert b"1.2.4" in there.get("/results", order_id=after.order_id, report_type="json").body


def test_advice_is_about_the_calls_since_a_reset_wherever_it_was(pair: tuple[Server, Server]) -> None:
    """Calls from before stay in the journal, and are not judged with those that any server answers later."""
    one, other = pair
    there = other.as_client(one.client())
    assert there.listing(limit=1) == []
    one.control("POST", "/worlds/default/reset")
    there.get("/status", orderId="x")
    judged = one.control("GET", "/worlds/default/journal/advice").json
    assert (judged["calls"], judged["complete"]) == (1, True)
    assert [advice["occurrences"][0]["calls"] for advice in judged["advice"]] == [[3]]


def test_a_listing_is_remembered_whoever_is_asked(pair: tuple[Server, Server]) -> None:
    """Listed here, acknowledged there, and what became ready in between stays (BATCH-5, BATCH-6)."""
    one, other = pair
    caller = one.client()
    there = other.as_client(caller)
    ids = one.ready(5)
    assert caller.listing(limit=3) == ids[:3]
    late = other.order(finished_ago=3600).report_id(1)
    assert there.acknowledge() == ids[:3]
    assert caller.listing() == [late, *ids[3:]]
    assert there.listing() == [late, *ids[3:]]
    assert caller.acknowledge([late]) == [late]
    assert there.acknowledge() == ids[3:]
    assert caller.listing() == []


def test_what_is_made_at_once_has_names_of_its_own(pair: tuple[Server, Server]) -> None:
    """Organizations and clients, by both servers and several threads of each."""
    one, other = pair

    def make(n: int) -> list[str]:
        made = (one, other)[n % 2].control("POST", "/states", {"state": "fresh_organization", "params": {}}).json
        return [made["client_id"], made["second_client_id"], made["organization_id"]]

    with ThreadPoolExecutor(6) as pool:
        names = [name for made in pool.map(make, range(36)) for name in made]
    assert len(set(names)) == len(names)
    assert one.control("GET", "/worlds/default/clients?limit=1000").json == (
        other.control("GET", "/worlds/default/clients?limit=1000").json
    )


def test_a_restart_keeps_everything(url: str) -> None:
    """Credentials, tokens, orders, what is acknowledged, what was listed, where the clock stands, faults."""
    with serving(url, 1) as (server,):
        caller = server.client()
        world = server.control("POST", "/worlds", {"scenario": "demo", "seed": 7}).json
        ids = server.ready(4)
        assert caller.acknowledge(ids[:1]) == ids[:1]
        assert caller.listing(limit=2) == ids[1:3]
        server.control("POST", "/worlds/default/clock", {"advance": 100})
        keys = server.call("GET", "/oauth2/jwks").json
    with serving(url, 1, WorldOptions(scenario="demo", seed=3)) as (again,):
        assert again.world.options == MANUAL
        assert again.call("GET", "/oauth2/jwks").json == keys
        assert again.world.clock.now() == START + 100 * SECOND
        assert again.control("GET", f"/worlds/{world['world']}").json == world
        here = again.as_client(caller)
        assert here.acknowledge() == ids[1:3]
        assert here.listing() == ids[3:]
        assert here.ask_token().status == 200


def test_servers_that_start_at_once_on_an_empty_database_agree(url: str) -> None:
    """One of them makes the tables, the keys and the default world."""
    with ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(lambda _: Server(WorldOptions(), database=url), range(4)))
    try:
        assert len({server.state.control_token for server in servers}) == 1
        assert len({str(server.call("GET", "/oauth2/jwks").json) for server in servers}) == 1
        assert len({tuple(server.world.clients.values()) for server in servers}) == 1
        (organizations,) = {tuple(server.world.store.organizations()) for server in servers}
        assert organizations
    finally:
        for server in servers:
            server.state.close()


def test_calls_that_an_older_version_kept_may_be_of_after_the_last_reset(url: str) -> None:
    """It did not note how often the world had been reset, so a report may have been fetched since."""
    with serving(url, 1) as (server,):
        server.world.reset()
        caller, order = server.client(), server.order()
        assert caller.get("/results", order_id=order.order_id, report_type="json").status == 200
        store = server.world.journal.store
        assert isinstance(store, SqlJournalStore)
        store.engine.run(Statement("UPDATE journal SET content = REPLACE(content, ',\"resets\":1', '')"))
        caller.acknowledge(caller.listing())
        judged = server.control("GET", "/worlds/default/journal/advice").json
        assert judged == {"calls": 2, "complete": False, "advice": []}
        lines = server.control("GET", "/worlds/default/journal/lines").body.decode().splitlines()
        assert of_record(calls_of_lines(lines, "stored")) == judged


@pytest.mark.parametrize("more", [0, 1], ids=["its own", "that of another worker"])
def test_a_reset_that_is_seen_before_it_returns_counts_once(
    pair: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    """As by another thread of the worker, which answers a call just then."""
    one, other = pair
    transaction = one.world.store.transaction

    @contextmanager
    def seen_at_once() -> Iterator[None]:
        monkeypatch.undo()  # those inside are no other transactions
        with transaction():
            yield
        for _ in range(more):
            other.world.reset()
        one.state.worlds.refresh()

    monkeypatch.setattr(one.world.store, "transaction", seen_at_once)
    one.world.reset()
    other.state.worlds.refresh()
    assert [server.world.journal.resets for server in pair] == [1 + more] * 2
