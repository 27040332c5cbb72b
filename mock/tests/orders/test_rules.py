"""`/status` and `/orderId`, rule by rule: STATUS-1 … STATUS-8, ORDERID-1 … ORDERID-4."""

from itertools import pairwise

import pytest

from mock.tests.helpers.in_process import START, Caller, Service
from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.orders import lifecycle
from pacsimile_spec.statuses import ALLOWED, COMPLETED, STATUSES


def test_a_status_says_all_there_is(service: Service, caller: Caller) -> None:
    """Of a COMPLETED order: its ids, its times in its own zone, the types that it offers (STATUS-1)."""
    order = service.order(study_group="trauma", ago=120, finished_ago=60, offset=-210)
    assert caller.get("/status", order_id=order.order_id).json == {
        "order_id": order.order_id,
        "study_uid": order.study_uid,
        "study_group": "trauma",
        "status": "COMPLETED",
        "progress": 100,
        "report_types": list(service.world.report_types),
        "created_at": "2099-12-31T20:28:00-03:30",
        "updated_at": "2099-12-31T20:29:00-03:30",
        "completed_at": "2099-12-31T20:29:00-03:30",
    }


@pytest.mark.parametrize("status", sorted(set(STATUSES) - {COMPLETED}))
def test_an_order_that_is_not_completed_has_no_report(service: Service, caller: Caller, status: str) -> None:
    """No types, no `completed_at`, less than 100 per cent (STATUS-6)."""
    order = service.order(status)
    told = caller.get("/status", order_id=order.order_id).json
    assert (told["status"], told["report_types"], told["completed_at"], told["study_group"]) == (status, [], None, None)
    assert told["progress"] < 100


def test_an_order_is_watched_from_its_receipt_to_its_end(service: Service, caller: Caller) -> None:
    """Poll by poll: along the table, progress up, `updated_at` with each change, the rest as it was (STATUS-5 … 7)."""
    order = service.order("RECEIVED", ago=0)
    order.plan = lifecycle.moving(START, START + 5 * SECOND, START + 25 * SECOND, COMPLETED)
    service.world.store.change(order)
    seen = []
    for _ in range(30):
        seen.append(caller.get("/status", order_id=order.order_id).json)
        service.world.clock.advance(SECOND)
    assert [one["status"] for one in seen] == ["RECEIVED"] * 5 + ["PROCESSING"] * 20 + ["COMPLETED"] * 5
    for before, after in pairwise(seen):
        assert after["status"] == before["status"] or after["status"] in ALLOWED[before["status"]]
        assert after["progress"] >= before["progress"]
        changed = (after["status"], after["progress"]) != (before["status"], before["progress"])
        assert (after["updated_at"] != before["updated_at"]) == changed
        assert {name: after[name] for name in ("order_id", "study_uid", "created_at")} == {
            name: before[name] for name in ("order_id", "study_uid", "created_at")
        }


def test_a_study_is_told_by_its_most_recent_order(service: Service, caller: Caller) -> None:
    """The latest `created_at` as an instant, whatever was submitted when and in whichever zone (STATUS-2)."""
    first = service.order("PROCESSING", ago=60, offset=-480)
    uid = first.study_uid
    service.order("COMPLETED", ago=120, study_uid=uid, offset=540)
    service.order("FAILED", ago=61, study_uid=uid, offset=0)
    assert caller.get("/status", study_uid=uid).json == caller.get("/status", order_id=first.order_id).json


def test_a_tie_is_broken_by_later_submission(service: Service, caller: Caller) -> None:
    """At one and the same instant the later one is the more recent (STATUS-2, ORDERID-2)."""
    orders = [service.order(ago=60, study_uid="1.3.6.1.4.1.32473.9") for _ in range(12)]
    ids = [order.order_id for order in orders][::-1]
    assert caller.get("/orderId", study_uid=orders[0].study_uid).json["order_ids"] == ids
    assert caller.get("/status", study_uid=orders[0].study_uid).json["order_id"] == ids[0]


def test_a_new_order_is_the_most_recent_at_once(service: Service, caller: Caller) -> None:
    """Also of a study that answered 404 a moment ago (CONS-1)."""
    uid = "1.3.6.1.4.1.32473.77"
    assert caller.get("/status", study_uid=uid).refusal == (404, "study-not-found")
    assert caller.get("/orderId", study_uid=uid).refusal == (404, "study-not-found")
    order = service.order("RECEIVED", ago=0, study_uid=uid)
    assert caller.get("/status", study_uid=uid).json["order_id"] == order.order_id
    assert caller.get("/orderId", study_uid=uid).json == {"study_uid": uid, "order_ids": [order.order_id]}


def test_hundreds_of_orders_of_a_study_are_listed(service: Service, caller: Caller) -> None:
    """Each once, newest first, those of others' not (ORDERID-1, ORDERID-2, PROTO-6)."""
    uid = "1.3.6.1.4.1.32473.5"
    orders = [service.order(ago=1000 - n, study_uid=uid) for n in range(300)]
    service.order(ago=1, study_uid=uid, organization_id="clinic")
    service.order()
    assert caller.get("/orderId", study_uid=uid).json["order_ids"] == [order.order_id for order in orders][::-1]


@pytest.mark.parametrize("change", ["{}x", "x{}", "{:.11}", "{lower}"])
def test_an_order_id_matches_whole_and_exactly(service: Service, caller: Caller, change: str) -> None:
    """A prefix, a longer one, another case: unknown (STATUS-4, STATUS-8)."""
    order = service.order()
    asked = change.format(order.order_id, lower=order.order_id.lower())
    assert asked != order.order_id
    assert caller.get("/status", order_id=asked).refusal == (404, "order-not-found")


@pytest.mark.parametrize("change", ["{}.1", "{}0", "{:.17}"])
def test_a_study_uid_matches_whole_and_exactly(service: Service, caller: Caller, change: str) -> None:
    """A root, a longer one: unknown, and told so in words (STATUS-8, ORDERID-3)."""
    asked = change.format(service.order().study_uid)
    for path in ("/status", "/orderId"):
        reply = caller.get(path, study_uid=asked)
        assert reply.refusal == (404, "study-not-found")
        assert asked in reply.json["detail"]


def test_looking_changes_nothing(service: Service, caller: Caller) -> None:
    """However often, an order is told the same (PROTO-5)."""
    order = service.order("PROCESSING")
    told = [caller.get("/status", order_id=order.order_id).body for _ in range(3)]
    assert told[0] == told[1] == told[2]


def test_all_views_of_an_order_agree(service: Service, caller: Caller) -> None:
    """By id, by study, in the listing, in the headers, in the report itself; also once it is amended (CONS-2)."""
    order = service.order(study_group="trauma", offset=330)
    for version in (1, 2, 3):
        status = caller.get("/status", order_id=order.order_id).json
        assert status == caller.get("/status", study_uid=order.study_uid).json
        (listed,) = caller.get("/reports", organizationId="hospital").json["reports"]
        for name in ("order_id", "study_uid", "study_group", "report_types"):
            assert listed[name] == status[name]
        for report_type in status["report_types"]:
            reply = caller.get("/results", order_id=order.order_id, report_type=report_type)
            assert reply.headers["X-Report-Id"] == listed["report_id"] == order.report_id(version)
            assert reply.headers["X-Order-Id"] == order.order_id
        document = caller.get("/results", order_id=order.order_id, report_type="json").json
        for name in ("order_id", "study_uid", "report_id", "report_status"):
            assert document[name] == (listed | status)[name]
        service.world.clock.advance(SECOND)
        service.submitter.amend(order)


def test_an_amendment_moves_updated_at_and_not_completed_at(service: Service, caller: Caller) -> None:
    """It follows the newest version (STATUS-7); the listing's `completed_at` is the version's own."""
    order = service.order(finished_ago=600, offset=0)
    before = caller.get("/status", order_id=order.order_id).json
    service.submitter.amend(order)
    after = caller.get("/status", order_id=order.order_id).json
    assert after == before | {"updated_at": "2100-01-01T00:00:00+00:00"}
    (listed,) = caller.get("/reports", organizationId="hospital").json["reports"]
    assert listed["completed_at"] == after["updated_at"] != after["completed_at"]


def test_the_demo_has_one_order_of_each_status() -> None:
    """With some forty orders, of two organizations (the scenario that a newcomer meets)."""
    service = Service(WorldOptions(scenario="demo"))
    orders = [*service.world.store.orders_of("demo-hospital"), *service.world.store.orders_of("demo-clinic")]
    assert 35 <= len(orders) <= 50
    parked = {order.state(START).status for order in orders if order.plan[-1].at < START and len(order.plan) < 3}
    assert parked == set(STATUSES)
