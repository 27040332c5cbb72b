"""Which calls meet a fault: by what they ask, in which turn, until when; and which calls the service never sees."""

from __future__ import annotations

from mock.tests.helpers.faulty import Faulty, statuses
from mock.tests.helpers.in_process import START, Caller, Service, basic
from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.seed.submission import Submitter


def test_the_service_does_not_see_a_call_that_is_answered_with_a_status(
    service: Service, caller: Caller, faults: Faulty
) -> None:
    """Nothing is acknowledged."""
    service.ready(2)
    listed = caller.listing()
    faults.set({"status": 503}, {"operation": "acknowledgeReports"}, count=1)
    assert caller.post(None).status == 503
    assert caller.listing() == listed
    assert caller.acknowledge() == listed


def test_a_fault_comes_before_the_token_is_looked_at(service: Service, faults: Faulty) -> None:
    """As a gateway stands before a service; a path that is not there meets none."""
    faults.set({"status": 503})
    assert service.call("GET", "/status").status == 503
    assert service.call("GET", "/statuses").status != 503
    assert service.call("POST", "/status").status == 405
    assert service.call("GET", "/oauth2/jwks").status == 200


def test_the_nth_call_that_fits(caller: Caller, faults: Faulty) -> None:
    """Counted from when the fault is set; calls that do not fit do not count."""
    statuses(caller, 2)
    faults.set({"status": 503}, {"operation": "getOrderIds", "nth": 3})
    caller.get("/status", study_uid="1.2.3")
    assert statuses(caller, 5) == [404, 404, 503, 404, 404]


def test_every_so_many_th_call(caller: Caller, faults: Faulty) -> None:
    """Until the limit is reached."""
    shown = faults.set({"status": 503}, {"every": 2}, count=2)
    assert statuses(caller, 7) == [404, 503, 404, 503, 404, 404, 404]
    assert (faults.shown(shown["id"])["met"], faults.shown(shown["id"])["over"]) == (2, True)


def test_chance_is_the_same_in_every_world_of_a_seed(service: Service, caller: Caller, faults: Faulty) -> None:
    """The same seed, or none given in worlds of one seed, strikes the same calls; another seed others."""
    drawn = []
    for match in ({}, {"seed": service.world.options.seed}, {"seed": 99}):
        faults.set({"status": 503}, {"probability": 0.5, **match})
        drawn.append(statuses(caller, 40))
        faults.call("DELETE")
    assert drawn[0] == drawn[1] != drawn[2]
    assert {404, 503} == set(drawn[0])


def test_calls_of_one_client_order_or_study(service: Service, caller: Caller, faults: Faulty) -> None:
    """Others go on."""
    other, order = service.client(), service.order()
    faults.set({"status": 500}, {"client_id": caller.client.client_id, "operation": "getOrderIds"})
    faults.set({"status": 502}, {"order_id": order.order_id})
    faults.set({"status": 503}, {"study_uid": "1.2.4"})
    assert statuses(caller, 1) == [500]
    assert statuses(other, 1) == [404]
    assert statuses(other, 1, "/status", order_id=order.order_id) == [502]
    assert statuses(other, 1, "/status", study_uid=order.study_uid) == [200]
    assert statuses(other, 1, study_uid="1.2.4") == [503]


def test_token_requests_of_one_client(service: Service, caller: Caller, faults: Faulty) -> None:
    """Known by the credentials that are sent, in whichever way."""
    other = service.client()
    faults.set({"token_endpoint_down": True}, {"client_id": caller.client.client_id})
    assert caller.ask_token().refusal == (503, "service-unavailable")
    client = caller.client
    form = f"grant_type=client_credentials&client_id={client.client_id}&client_secret={client.client_secret}".encode()
    posted = service.call("POST", "/oauth2/token", {"Content-Type": "application/x-www-form-urlencoded"}, form)
    assert posted.status == 503
    assert other.ask_token().status == 200
    assert statuses(caller, 1) == [404]


def test_time_is_the_world_s(service: Service, caller: Caller, faults: Faulty) -> None:
    """A limit in seconds ends as the world's clock says."""
    shown = faults.set({"status": 503}, seconds=60)
    assert shown["set_at"].startswith("2100-01-01T00:00:00")
    service.world.clock.set(START + 60 * SECOND - 1)
    assert statuses(caller, 1) == [503]
    service.world.clock.advance(1)
    assert statuses(caller, 1) == [404]
    assert faults.shown(shown["id"])["over"] is True


def test_of_several_the_first_that_was_set_is_met(caller: Caller, faults: Faulty) -> None:
    """Each counts the calls that fit it all the same."""
    first = faults.set({"status": 500}, {"nth": 2})
    second = faults.set({"status": 503}, {"every": 2})
    assert statuses(caller, 4) == [404, 500, 404, 503]
    assert [faults.shown(one["id"])["matched"] for one in (first, second)] == [4, 4]
    assert [faults.shown(one["id"])["met"] for one in (first, second)] == [1, 1]


def test_worlds_do_not_meet_each_other_s_faults(service: Service, caller: Caller, faults: Faulty) -> None:
    """A fault is its world's."""
    world = service.state.worlds.create(WorldOptions(scenario="empty"))
    other = Caller(service, next(iter(world.clients.values())))
    Faulty(service, world.name).set({"status": 503})
    assert statuses(caller, 1) == [404]
    assert statuses(other, 1) == [503]
    assert faults.call("GET").json == {"faults": []}


def test_a_reset_world_has_no_faults(service: Service, caller: Caller, faults: Faulty) -> None:
    """Whatever was set by hand is gone."""
    faults.set({"status": 503})
    service.world.reset()
    assert statuses(caller, 1) == [404]


def test_who_is_not_the_client_uses_nothing_up(service: Service, caller: Caller, faults: Faulty) -> None:
    """Of a fault that names a client: its name without its secret, an altered token, no token."""
    client, path = caller.client, "/orderId?study_uid=1.2.3"
    shown = faults.set({"status": 503}, {"client_id": client.client_id, "nth": 1})
    altered = caller.token[:-8] + caller.token[-8:].swapcase()
    for text in (basic(client.client_id, "wrong"), basic(client.client_id, ""), f"Bearer {altered}", ""):
        for target in ("/oauth2/token", "/w/default/oauth2/token", path, "/w/default" + path):
            service.call("GET", target, {"Authorization": text})
    form = f"grant_type=client_credentials&client_id={client.client_id}&client_secret=wrong".encode()
    service.call("POST", "/oauth2/token", {"Content-Type": "application/x-www-form-urlencoded"}, form)
    assert (faults.shown(shown["id"])["matched"], faults.shown(shown["id"])["met"]) == (0, 0)
    assert statuses(caller, 2) == [503, 404]


def test_another_world_s_faults_are_not_met_by_its_path_alone(service: Service, caller: Caller) -> None:
    """Credentials decide the world: without such as lead there, a call is refused and counts for nothing."""
    world = service.state.worlds.create(WorldOptions(scenario="empty"))
    own = Caller(service, Submitter(world).client("hospital"))
    faults, path = Faulty(service, world.name), f"/w/{world.name}/orderId?study_uid=1.2.3"
    shown = faults.set({"status": 503}, {"nth": 1})
    for text in ("", "Bearer x", f"Bearer {caller.token}", f"Bearer {own.token[:-4]}AAAA"):
        for target in (path, "/orderId?study_uid=1.2.3"):
            assert service.call("GET", target, {"Authorization": text}).status in (401, 404)
    for text in ("", basic(caller.client.client_id, caller.client.client_secret), basic(own.client.client_id, "x")):
        service.call("GET", f"/w/{world.name}/oauth2/token", {"Authorization": text})
    assert faults.shown(shown["id"])["matched"] == 0
    assert [service.call("GET", path, {"Authorization": f"Bearer {own.token}"}).status for _ in range(2)] == [503, 404]


def test_a_path_into_the_default_world_is_no_way_around_its_credentials(service: Service, faults: Faulty) -> None:
    """Another world's client uses up no fault of it; who calls without credentials is met, as at the plain path."""
    world = service.state.worlds.create(WorldOptions(scenario="empty"))
    other = Caller(service, Submitter(world).client("hospital"))
    shown = faults.set({"status": 503}, {"nth": 1})
    path = "/w/default/orderId?study_uid=1.2.3"
    assert service.call("GET", path, {"Authorization": f"Bearer {other.token}"}).status == 401
    assert faults.shown(shown["id"])["matched"] == 0
    assert service.call("GET", path).status == 503
