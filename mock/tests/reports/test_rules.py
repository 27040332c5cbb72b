"""Retrieving reports of orders and of study groups: RESULTS-1 … RESULTS-11, GROUP-1 … GROUP-5."""

import hashlib
import json
from base64 import b64encode

import pytest

from mock.tests.helpers.in_process import Caller, Reply, Service
from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.orders import lifecycle
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES, REPORT_TYPES
from pacsimile_spec.statuses import COMPLETED

OF_NO_ORDER = [name for name, known in REPORT_TYPES.items() if not known.of_order]
OF_NO_GROUP = [name for name, known in REPORT_TYPES.items() if not known.of_group]
SLOW = {"pdf"}


def check_document(reply: Reply, report_type: str) -> None:
    """What every report's answer carries (RESULTS-1, RESULTS-9)."""
    assert reply.status == 200, reply.body
    assert reply.headers["Content-Type"] == REPORT_TYPES[report_type].media_type
    assert reply.headers["Content-Length"] == str(len(reply.body))
    digest = b64encode(hashlib.sha256(reply.body).digest()).decode()
    assert reply.headers["Content-Digest"] == f"sha-256=:{digest}:"
    assert reply.headers["Content-Disposition"].startswith('attachment; filename="')
    assert reply.body


@pytest.mark.parametrize("report_type", ORDER_TYPES)
def test_an_order_is_served_in_each_type_that_it_names(service: Service, caller: Caller, report_type: str) -> None:
    """With the media type of the table, a digest, a name free of patient data; the same bytes each time (RESULTS-6)."""
    order = service.order()
    document = caller.get("/results", order_id=order.order_id, report_type="json").json
    by_id = caller.get("/results", order_id=order.order_id, report_type=report_type)
    by_study = caller.get("/results", study_uid=order.study_uid, report_type=report_type)
    for reply in (by_id, by_study):
        check_document(reply, report_type)
        assert (reply.headers["X-Order-Id"], reply.headers["X-Report-Id"]) == (order.order_id, order.report_id(1))
        for name in ("mrn", "family_name", "given_name"):
            assert document["patient"][name] not in str(reply.headers)
    assert by_id.body == by_study.body


def test_orders_of_one_study_have_the_same_images(service: Service, caller: Caller) -> None:
    """Sent again half an hour later: patient, findings and the times before its arrival stay, the report is its own."""
    first = service.order()
    again = service.order(study_uid=first.study_uid, ago=1800)
    told = [caller.get("/results", order_id=each.order_id, report_type="json").json for each in (first, again)]
    for name in ("patient", "procedure", "indication", "findings", "study_uid"):
        assert told[0][name] == told[1][name]
    for name in ("ordered_at", "acquired_at"):
        assert told[0]["times"][name] == told[1]["times"][name]
    assert told[0]["times"]["received_at"] < told[1]["times"]["received_at"]
    assert told[0]["report_id"] != told[1]["report_id"]


def test_the_json_report_is_the_orders_own(service: Service, caller: Caller) -> None:
    """It carries the ids, and marks itself as synthetic (RESULTS-7)."""
    one, other = service.order(), service.order()
    for order in (one, other):
        document = caller.get("/results", order_id=order.order_id, report_type="json").json
        assert (document["order_id"], document["study_uid"]) == (order.order_id, order.study_uid)
        assert document["synthetic"] is True
    texts = [caller.get("/results", order_id=order.order_id, report_type="txt").body for order in (one, other)]
    assert texts[0] != texts[1]


@pytest.mark.parametrize(
    ("status", "reason", "retries"),
    [
        ("RECEIVED", "report-not-ready", True),
        ("PROCESSING", "report-not-ready", True),
        ("FAILED", "order-failed", False),
        ("CANCELLED", "order-cancelled", False),
    ],
)
def test_an_order_that_is_not_completed_has_no_report(
    service: Service, caller: Caller, status: str, reason: str, retries: bool
) -> None:
    """409, with `Retry-After` only where waiting helps (RESULTS-4, PROTO-4)."""
    order = service.order(status)
    for query in ({"order_id": order.order_id}, {"study_uid": order.study_uid}):
        reply = caller.get("/results", report_type="txt", **query)
        assert reply.refusal == (409, reason)
        assert order.order_id in reply.json["detail"]
        assert ("Retry-After" in reply.headers) == retries
        if retries:
            assert 1 <= int(reply.headers["Retry-After"]) <= 3600


def test_retry_after_tells_when_something_happens(service: Service, caller: Caller) -> None:
    """Of an order that moves by itself: who waits so long sees it moved (RESULTS-4)."""
    order = service.order("RECEIVED", ago=0)
    now = service.world.clock.now()
    order.plan = lifecycle.moving(now, now + 90 * SECOND, now + 400 * SECOND, COMPLETED)
    service.world.store.change(order)
    waits = []
    while (reply := caller.get("/results", order_id=order.order_id, report_type="txt")).status == 409:
        before = caller.get("/status", order_id=order.order_id).json
        waits.append(int(reply.headers["Retry-After"]))
        service.world.clock.advance(waits[-1] * SECOND)
        assert caller.get("/status", order_id=order.order_id).json != before
    assert waits[0] == 90
    assert sum(waits) == 400


def test_the_most_recent_order_decides_for_the_study(service: Service, caller: Caller) -> None:
    """While it is not COMPLETED, an older order's report is not served for the study (RESULTS-2, RESULTS-3)."""
    older = service.order(ago=7200)
    newer = service.order("PROCESSING", ago=60, study_uid=older.study_uid)
    assert caller.get("/results", study_uid=older.study_uid, report_type="txt").refusal == (409, "report-not-ready")
    assert caller.get("/results", order_id=older.order_id, report_type="txt").status == 200
    service.submitter.advance(newer, "COMPLETED")
    reply = caller.get("/results", study_uid=older.study_uid, report_type="txt")
    assert reply.headers["X-Order-Id"] == newer.order_id
    service.order("CANCELLED", ago=30, study_uid=older.study_uid)
    assert caller.get("/results", study_uid=older.study_uid, report_type="txt").refusal == (409, "order-cancelled")


@pytest.mark.parametrize("status", ["RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED"])
@pytest.mark.parametrize("report_type", OF_NO_ORDER)
def test_a_type_that_no_order_has_is_not_available(
    service: Service, caller: Caller, status: str, report_type: str
) -> None:
    """404 whatever the state: no waiting helps (RESULTS-5)."""
    order = service.order(status)
    reply = caller.get("/results", order_id=order.order_id, report_type=report_type)
    assert reply.refusal == (404, "report-type-not-available")


def test_a_type_that_is_not_offered_is_told_after_the_state() -> None:
    """409 before it, then 404 that names those there are, as `report_types` does (RESULTS-5, CONS-2)."""
    service = Service(WorldOptions(scenario="empty", report_types=("json", "txt")))
    caller = service.client()
    order = service.order("PROCESSING")
    asked = {"order_id": order.order_id, "report_type": "pdf"}
    assert caller.get("/results", **asked).refusal == (409, "report-not-ready")
    service.submitter.advance(order, "COMPLETED")
    reply = caller.get("/results", **asked)
    assert reply.refusal == (404, "report-type-not-available")
    assert "json, txt" in reply.json["detail"]
    assert caller.get("/status", order_id=order.order_id).json["report_types"] == ["json", "txt"]
    assert caller.get("/reports", organizationId="hospital").json["reports"][0]["report_types"] == ["json", "txt"]


def test_an_order_may_offer_fewer_types_than_its_world(service: Service, caller: Caller) -> None:
    """All views agree on it (CONS-2)."""
    order = service.order(report_types=("txt",))
    assert caller.get("/status", order_id=order.order_id).json["report_types"] == ["txt"]
    assert caller.get("/reports", organizationId="hospital").json["reports"][0]["report_types"] == ["txt"]
    assert caller.get("/results", order_id=order.order_id, report_type="txt").status == 200
    reply = caller.get("/results", order_id=order.order_id, report_type="json")
    assert reply.refusal == (404, "report-type-not-available")


@pytest.mark.parametrize("report_type", sorted(set(ORDER_TYPES) - SLOW))
def test_an_amended_version_is_served_as_soon_as_it_is_listed(
    service: Service, caller: Caller, report_type: str
) -> None:
    """By order and by study, also where the first was served just before under a standing clock (RESULTS-11)."""
    order = service.order()
    queries = ({"order_id": order.order_id}, {"study_uid": order.study_uid})
    before = [caller.get("/results", report_type=report_type, **query) for query in queries]
    second = service.submitter.amend(order)
    assert caller.listing() == [second]
    for query, old in zip(queries, before, strict=True):
        new = caller.get("/results", report_type=report_type, **query)
        check_document(new, report_type)
        assert new.headers["X-Report-Id"] == second
        assert new.body != old.body
    document = caller.get("/results", order_id=order.order_id, report_type="json").json
    assert (document["report_id"], document["report_status"]) == (second, "amended")


# --- study groups


def group(service: Service, *statuses: str, name: str = "trauma") -> list[str]:
    """A study group with an order in each status."""
    return [service.order(status, study_group=name).order_id for status in statuses]


@pytest.mark.parametrize("report_type", GROUP_TYPES)
def test_a_group_is_served_in_each_of_its_types(service: Service, caller: Caller, report_type: str) -> None:
    """The same bytes each time; its headers name no order (GROUP-1)."""
    group(service, "COMPLETED", "COMPLETED")
    replies = [caller.get("/report", study_group="trauma", report_type=report_type) for _ in range(2)]
    for reply in replies:
        check_document(reply, report_type)
        assert not {"X-Order-Id", "X-Report-Id"} & set(reply.headers.keys())
    assert replies[0].body == replies[1].body


@pytest.mark.parametrize("report_type", sorted(set(GROUP_TYPES) - SLOW))
def test_every_order_of_a_group_is_accounted_for(service: Service, caller: Caller, report_type: str) -> None:
    """Failed and cancelled ones by id and word, and none of another group (GROUP-2, GROUP-5)."""
    mine = group(service, "COMPLETED", "FAILED", "CANCELLED")
    others = group(service, "COMPLETED", name="other")
    body = caller.get("/report", study_group="trauma", report_type=report_type).body.decode()
    for order_id in mine:
        assert order_id in body
    assert "FAILED" in body
    assert "CANCELLED" in body
    assert others[0] not in body
    document = caller.get("/results", order_id=mine[0], report_type="json").json
    impression = document["impression"]
    assert impression in (json.dumps(json.loads(body), ensure_ascii=False) if report_type == "json" else folded(body))


def folded(text: str) -> str:
    """The text with white space folded."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("statuses", "reason", "retries"),
    [
        (("COMPLETED", "PROCESSING"), "report-not-ready", True),
        (("RECEIVED",), "report-not-ready", True),
        (("FAILED", "RECEIVED"), "report-not-ready", True),
        (("FAILED",), "order-failed", False),
        (("CANCELLED", "FAILED"), "order-failed", False),
        (("CANCELLED",), "order-failed", False),
    ],
)
def test_a_group_waits_for_all_its_orders(
    service: Service, caller: Caller, statuses: tuple[str, ...], reason: str, retries: bool
) -> None:
    """409 until each is final, and for good where none completed (GROUP-3)."""
    group(service, *statuses)
    reply = caller.get("/report", study_group="trauma", report_type="txt")
    assert reply.refusal == (409, reason)
    assert ("Retry-After" in reply.headers) == retries


@pytest.mark.parametrize("report_type", OF_NO_GROUP)
@pytest.mark.parametrize("status", ["PROCESSING", "COMPLETED", "FAILED"])
def test_a_type_that_no_group_has_is_not_available(
    service: Service, caller: Caller, status: str, report_type: str
) -> None:
    """404 whatever the state (RESULTS-5)."""
    group(service, status)
    reply = caller.get("/report", study_group="trauma", report_type=report_type)
    assert reply.refusal == (404, "report-type-not-available")


def test_an_amendment_and_a_new_member_change_the_next_answer(service: Service, caller: Caller) -> None:
    """At once, also under a standing clock; an unfinished newcomer makes it wait again (GROUP-5)."""
    order = service.order(study_group="trauma")

    def served() -> Reply:
        return caller.get("/report", study_group="trauma", report_type="txt")

    answers = [served().body]
    service.submitter.amend(order)
    answers.append(served().body)
    newcomer = service.order("RECEIVED", ago=0, study_group="trauma")
    assert served().refusal == (409, "report-not-ready")
    service.submitter.advance(newcomer, "COMPLETED")
    answers.append(served().body)
    assert len(set(answers)) == 3
    assert newcomer.order_id.encode() in answers[2]


@pytest.mark.parametrize("name", ["traum", "Trauma", "trauma ", " trauma", "trauma2", "tr\u0430uma", "%", "*"])
def test_a_groups_name_matches_whole_and_exactly(service: Service, caller: Caller, name: str) -> None:
    """By code point, spaces included: another is unknown (GROUP-4, STATUS-8)."""
    group(service, "COMPLETED")
    reply = caller.get("/report", study_group=name, report_type="txt")
    assert reply.refusal == (404, "study-group-not-found")


@pytest.mark.parametrize("name", ["café", "cafe\u0301"])
def test_two_unicode_forms_are_two_groups(service: Service, caller: Caller, name: str) -> None:
    """Neither is folded into the other (STATUS-8)."""
    mine = group(service, "COMPLETED", name=name)
    group(service, "PROCESSING", name={"café": "cafe\u0301"}.get(name, "café"))
    assert mine[0].encode() in caller.get("/report", study_group=name, report_type="json").body


def test_a_group_of_fifty_is_served_whole(service: Service, caller: Caller) -> None:
    """PROTO-6."""
    members = group(service, *["COMPLETED"] * 48, "FAILED", "CANCELLED")
    body = caller.get("/report", study_group="trauma", report_type="csv").body
    for order_id in members:
        assert order_id.encode() in body
