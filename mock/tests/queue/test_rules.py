"""Listing and acknowledging over HTTP, rule by rule: BATCH-1 … BATCH-14, SEC-2."""

import pytest

from mock.tests.helpers.in_process import Caller, Service
from pacsimile_mock.clock import SECOND
from pacsimile_mock.storage import memory_queue

HOUR = 3600 * SECOND


def test_a_listing_holds_what_is_ready_and_nothing_else(service: Service, caller: Caller) -> None:
    """Oldest first; no report of an unfinished, failed or cancelled order, none of others (BATCH-1, BATCH-2)."""
    for status in ("RECEIVED", "PROCESSING", "FAILED", "CANCELLED"):
        service.order(status)
    service.ready(1, "clinic")
    ready = service.ready(3)
    assert caller.listing() == ready


def test_an_entry_says_what_is_needed_to_fetch_it(service: Service, caller: Caller) -> None:
    """Ids, study, group, version, types, and when the version became ready."""
    order = service.order(study_group="trauma", finished_ago=90, offset=120)
    reply = caller.get("/reports", organizationId="hospital").json
    assert reply["organization_id"] == "hospital"
    assert reply["reports"] == [
        {
            "report_id": order.report_id(1),
            "order_id": order.order_id,
            "study_uid": order.study_uid,
            "study_group": "trauma",
            "report_status": "final",
            "supersedes": None,
            "report_types": list(service.world.report_types),
            "completed_at": "2100-01-01T01:58:30+02:00",
        }
    ]


def test_no_report_is_an_empty_listing(caller: Caller) -> None:
    """200 with nothing in it (BATCH-4)."""
    assert caller.get("/reports", organizationId="hospital").json == {
        "organization_id": "hospital",
        "count": 0,
        "reports": [],
    }


def test_listing_and_fetching_acknowledge_nothing(service: Service, caller: Caller) -> None:
    """Both are safe (BATCH-3, RESULTS-6): fetched or not, a report is listed until a POST."""
    order = service.order()
    for _ in range(2):
        assert caller.listing() == [order.report_id(1)]
        assert caller.get("/results", order_id=order.order_id, report_type="txt").status == 200


def test_a_round_of_list_fetch_and_acknowledge_empties_the_queue(service: Service, caller: Caller) -> None:
    """After it none is listed, and status and results still answer (BATCH-5, BATCH-10)."""
    order = service.order()
    assert caller.listing() == caller.acknowledge() == [order.report_id(1)]
    assert caller.listing() == []
    assert caller.get("/status", order_id=order.order_id).json["status"] == "COMPLETED"
    assert caller.get("/results", order_id=order.order_id, report_type="json").status == 200


def test_what_became_ready_between_is_not_acknowledged(service: Service, caller: Caller) -> None:
    """At the same instant of a standing clock, and as a late finisher older than all: it is listed next (BATCH-6)."""
    shown = service.ready(2)
    caller.listing()
    late = [service.order(finished_ago=0).report_id(1), service.order(finished_ago=3000).report_id(1)]
    assert caller.acknowledge() == shown
    assert caller.listing() == late[::-1]


def test_an_order_that_finishes_under_a_standing_clock_is_not_acknowledged(service: Service, caller: Caller) -> None:
    """Not even when its report becomes ready at the very microsecond of the listing (BATCH-6)."""
    order = service.order("PROCESSING")
    shown = service.ready(1)
    caller.listing()
    service.submitter.advance(order, "COMPLETED")
    assert caller.acknowledge() == shown
    assert caller.listing() == [order.report_id(1)]


def test_without_a_listing_nothing_is_acknowledged(service: Service, caller: Caller) -> None:
    """A POST before any listing does nothing (BATCH-7), and a second POST neither (BATCH-8)."""
    ready = service.ready(2)
    assert caller.acknowledge() == []
    assert caller.listing() == ready
    assert caller.acknowledge() == ready
    service.ready(1)
    assert caller.acknowledge() == []


def test_two_clients_keep_their_own_listings(service: Service, caller: Caller) -> None:
    """One's POST acknowledges only what it was shown itself (BATCH-9), whatever the other has seen."""
    other = service.client()
    first = service.ready(2)
    assert caller.listing() == first
    second = service.ready(1)
    assert sorted(other.listing()) == sorted(first + second)
    assert caller.acknowledge() == first
    assert other.listing() == second
    assert caller.acknowledge() == []
    assert other.acknowledge() == second


def test_the_listing_belongs_to_the_client_not_to_its_token(service: Service, caller: Caller) -> None:
    """Listed with one token, acknowledged with another: one client id, one listing (BATCH-5)."""
    ready = service.ready(1)
    caller.listing()
    caller.token = caller.new_token()
    assert caller.acknowledge() == ready


@pytest.mark.parametrize("instead", ["?organizationId=hospital&limit=0", "?organizationId=clinic", "?organizationId="])
def test_a_listing_that_was_refused_is_none(service: Service, caller: Caller, instead: str) -> None:
    """Only a 200 replaces what is remembered (BATCH-5)."""
    ready = service.ready(1)
    caller.listing()
    service.ready(1)
    assert caller.call("GET", "/reports" + instead).status >= 400
    assert caller.acknowledge() == ready


def test_a_listing_is_remembered_for_hours_and_then_forgotten(service: Service, caller: Caller) -> None:
    """An hour at least; forgotten, a POST does nothing (BATCH-5, BATCH-7)."""
    first = service.ready(1)
    caller.listing()
    service.world.clock.advance(HOUR)
    caller.token = caller.new_token()
    assert caller.acknowledge() == first
    second = service.ready(1)
    caller.listing()
    service.world.clock.advance(24 * HOUR + 1)
    caller.token = caller.new_token()
    assert caller.acknowledge() == []
    assert caller.listing() == second


def test_an_amended_report_takes_its_predecessors_place(service: Service, caller: Caller) -> None:
    """It has a new id, names what it supersedes, and is listed although that was acknowledged (BATCH-12)."""
    order = service.order()
    first = order.report_id(1)
    assert caller.listing() == caller.acknowledge() == [first]
    second = service.submitter.amend(order)
    (entry,) = caller.get("/reports", organizationId="hospital").json["reports"]
    assert (entry["report_id"], entry["supersedes"], entry["report_status"]) == (second, first, "amended")
    third = service.submitter.amend(order)
    (entry,) = caller.get("/reports", organizationId="hospital").json["reports"]
    assert (entry["report_id"], entry["supersedes"]) == (third, second)


@pytest.mark.parametrize("by_ids", [True, False])
@pytest.mark.parametrize("compact_at", [0, memory_queue.COMPACT_AT])
def test_a_superseded_report_may_still_be_acknowledged(
    service: Service, caller: Caller, by_ids: bool, compact_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By who was shown it, also after what is done was swept out; its successor stays listed (BATCH-12)."""
    monkeypatch.setattr(memory_queue, "COMPACT_AT", compact_at)
    order = service.order()
    first = order.report_id(1)
    assert caller.listing() == [first]
    second = service.submitter.amend(order)
    third = service.submitter.amend(order)
    service.client().listing()
    assert caller.acknowledge([first] if by_ids else None) == [first]
    assert caller.listing() == [third] != [second]


def test_a_listing_after_the_amendment_acknowledges_the_successor_alone(service: Service, caller: Caller) -> None:
    """What was superseded before the listing was not in it (BATCH-5, BATCH-12)."""
    order = service.order()
    second = service.submitter.amend(order)
    assert caller.listing() == caller.acknowledge() == [second]


@pytest.mark.parametrize("limit", [1, 2, 3, 10_000])
def test_pages_walk_through_all_reports(service: Service, caller: Caller, limit: int) -> None:
    """Also where all became ready at one instant, and one finishes late at each page (BATCH-13)."""
    expected = {service.order().report_id(1) for _ in range(5)}
    seen: list[str] = []
    while page := caller.listing(limit=limit):
        assert len(page) <= limit
        if len(expected) < 8:
            expected.add(service.order(finished_ago=60 + len(expected) % 2 * 500).report_id(1))
        assert caller.acknowledge() == page
        seen += page
    assert sorted(seen) == sorted(expected)


def test_a_limit_takes_the_oldest_by_instant_not_by_text(service: Service, caller: Caller) -> None:
    """Offsets are compared as instants (BATCH-13)."""
    newer = service.order(finished_ago=60, offset=-480).report_id(1)
    older = service.order(finished_ago=120, offset=540).report_id(1)
    assert caller.listing(limit=1) == [older]
    assert caller.listing() == [older, newer]


def test_equal_instants_are_listed_in_a_stable_order(service: Service, caller: Caller) -> None:
    """The same each time, so that pages agree (BATCH-13)."""
    for _ in range(6):
        service.order()
    assert caller.listing() == caller.listing()
    assert caller.listing(limit=3) == caller.listing()[:3]


def test_a_large_backlog_is_listed_whole(service: Service, caller: Caller) -> None:
    """Without a limit there is no maximum (PROTO-6), and acknowledging leaves nothing behind (BATCH-14)."""
    ready = service.ready(3_000)
    assert caller.listing() == ready
    assert caller.acknowledge(ready[:2_000]) == ready[:2_000]
    assert caller.listing() == caller.acknowledge() == ready[2_000:]
    assert caller.listing() == []


@pytest.mark.parametrize("asked", ["clinic", "nowhere", "Hospital", "hospital.", "hospita"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_organization_is_refused_and_nothing_happens(
    service: Service, caller: Caller, method: str, asked: str
) -> None:
    """An organization that exists and one that does not are told alike: 403 (SEC-2, STATUS-8)."""
    foreign = service.ready(1, "clinic")
    other = service.client("clinic")
    other.listing()
    reply = caller.call(method, "/reports", organizationId=asked)
    assert reply.refusal == (403, "organization-not-allowed")
    assert "clinic" not in reply.json["detail"]
    assert other.listing() == foreign


def test_acknowledging_for_another_organization_leaves_the_own_listing(service: Service, caller: Caller) -> None:
    """A refused POST has no effect, neither there nor here (AUTH-15)."""
    ready = service.ready(1)
    caller.listing()
    assert caller.call("POST", "/reports", organizationId="clinic").status == 403
    assert caller.acknowledge() == ready
