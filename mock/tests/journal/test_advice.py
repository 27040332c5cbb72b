"""The journal keeps what advice needs: each mistake that the mock can see is named, and a good client gets none."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from mock.tests.helpers.console_browser import ORDER
from mock.tests.helpers.faulty import Faulty
from mock.tests.helpers.in_process import Caller, Service, basic
from mock.tests.helpers.speaking import speaking
from pacsimile_advice.journal_lines import calls_of_lines
from pacsimile_advice.judge import judge
from pacsimile_advice.presentation import of_record
from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.control import journal as control_journal
from pacsimile_mock.journal.observation import client_calls


def lines(service: Service) -> str:
    """The journal as it is stored."""
    guard = {"Authorization": f"Bearer {service.state.control_token}"}
    return service.call("GET", f"/_mock/worlds/{service.world.name}/journal/lines", guard).body.decode()


def ids(service: Service) -> list[str]:
    """The ids of the advice, which is the same for the journal when it was stored."""
    entries = service.world.journal.store.entries()
    advice = judge(client_calls(entries))
    assert judge(calls_of_lines(lines(service).splitlines(), "stored")) == advice
    return [one.mistake.id for one in advice]


def wait(service: Service, seconds: float) -> None:
    service.world.move_clock(lambda clock: clock.advance(int(seconds * SECOND)))


def fetch(caller: Caller, order_id: str) -> None:
    assert caller.get("/results", order_id=order_id, report_type="json").status == 200


def test_a_good_client_gets_none(service: Service, caller: Caller) -> None:
    service.ready(3)
    rows = caller.get("/reports", organizationId="hospital").json["reports"]
    for row in rows:
        fetch(caller, row["order_id"])
    caller.acknowledge([row["report_id"] for row in rows])
    assert ids(service) == []


def test_reports_that_were_not_fetched(service: Service, caller: Caller) -> None:
    service.ready(2)
    caller.listing()
    caller.acknowledge()
    assert ids(service) == ["ADVICE-ACK-UNREAD"]


def test_an_amended_report(service: Service, caller: Caller) -> None:
    order = service.order()
    fetch(caller, order.order_id)
    caller.acknowledge(caller.listing())
    service.submitter.amend(order)
    caller.acknowledge(caller.listing())
    assert ids(service) == ["ADVICE-AMENDED-IGNORED"]


def test_a_page_that_is_full(service: Service, caller: Caller) -> None:
    orders = [service.order() for _ in range(3)]
    listed = caller.listing(limit=2)
    for order in orders:
        if order.report_id(1) in listed:
            fetch(caller, order.order_id)
    caller.acknowledge(listed)
    assert ids(service) == ["ADVICE-FIRST-PAGE-ONLY"]


@pytest.mark.parametrize("member", ["order_id", "study_uid"])
def test_orders_that_are_acknowledged_in_place_of_reports(service: Service, caller: Caller, member: str) -> None:
    service.ready(2)
    for row in caller.get("/reports", organizationId="hospital").json["reports"]:
        fetch(caller, row["order_id"])
        assert caller.acknowledge([row[member], "REP-unknown"]) == []
    assert ids(service) == ["ADVICE-ACK-ORDER-IDS"]
    _, judged = control_journal.advice(service.state, service.world)
    (seen,) = judged["advice"][0]["occurrences"]
    assert seen["words"] == "2 acknowledgements were made with ids of orders or studies in place of report ids"


def test_an_unknown_report_may_be_acknowledged(service: Service, caller: Caller) -> None:
    """As after a reset, and what another organization calls an order is none here."""
    other = service.order(organization_id="clinic")
    caller.acknowledge(["REP-of-yesterday", other.order_id, other.study_uid, ""])
    assert ids(service) == []


def test_retry_after(service: Service, caller: Caller) -> None:
    order = service.order("PROCESSING")
    for _ in range(2):
        assert caller.get("/results", order_id=order.order_id, report_type="json").status == 409
    assert ids(service) == ["ADVICE-RETRY-AFTER"]


FOR_NOW: list[dict[str, Any]] = [{"status": 503}, {"status": 409, "retry_after": 1}, {"status": 500}]


@pytest.mark.parametrize("effect", FOR_NOW, ids=str)
def test_a_call_that_a_fault_refused_is_known_by_its_parameters_again(
    service: Service, caller: Caller, faults: Faulty, effect: dict[str, Any]
) -> None:
    """A fault answers before parameters are read, and the repetition is of that same call."""
    order = service.order()
    faults.set(effect, {"operation": "getResult"}, count=1)
    caller.get("/results", order_id=order.order_id, report_type="json")
    assert caller.get("/results", order_id=order.order_id, report_type="json").status == 200
    assert ids(service) == ([] if effect["status"] == 500 else ["ADVICE-RETRY-AFTER"])


def test_a_client_that_got_no_answer_was_not_asked_to_wait(service: Service, caller: Caller) -> None:
    """A call is reset before the service acts on it: the journal has what the service would have answered."""
    order = service.order()
    for _ in range(2):
        caller.get("/results", order_id=order.order_id, report_type="txt")
    first, second = (json.loads(line) for line in lines(service).splitlines()[-2:])
    first["delivered"], first["status"], first["observed"]["retry_after"] = False, 503, "1"
    first["observed"]["reports"] = []
    calls = calls_of_lines([json.dumps(first), json.dumps(second)], "stored")
    assert judge(calls) == []


def test_a_throttled_call_that_came_again_was_retried(service: Service, caller: Caller) -> None:
    order = service.order()
    service.world.throttle(caller.client.client_id, 429)
    assert caller.get("/status", order_id=order.order_id).status == 429
    wait(service, 300)
    assert caller.get("/status", order_id=order.order_id).status == 200
    fetch(caller, order.order_id)
    assert ids(service) == []


def test_waiting_by_the_worlds_clock_is_waiting(service: Service, caller: Caller) -> None:
    order = service.order("PROCESSING")
    answer = caller.get("/results", order_id=order.order_id, report_type="json")
    wait(service, float(answer.headers["Retry-After"]))
    caller.get("/results", order_id=order.order_id, report_type="json")
    assert ids(service) == []


def test_an_expired_token(service: Service, caller: Caller) -> None:
    order = service.order()
    fetch(caller, order.order_id)
    wait(service, 3601)
    for _ in range(4):
        assert caller.get("/status", order_id=order.order_id).status == 401
    assert ids(service) == ["ADVICE-401-STORM"]


def test_a_token_for_each_call(service: Service, caller: Caller) -> None:
    for order in [service.order() for _ in range(5)]:
        caller.token = caller.new_token()
        fetch(caller, order.order_id)
    assert ids(service) == ["ADVICE-TOKEN-EACH-CALL"]


@pytest.mark.parametrize("target", ["/status?access_token=T", "/oauth2/token?client_secret=S"])
def test_a_secret_in_the_url(service: Service, target: str) -> None:
    service.call("GET", target)
    assert ids(service) == ["ADVICE-SECRET-IN-URL"]


def test_a_misspelt_parameter(service: Service, caller: Caller) -> None:
    caller.get("/status", orderId="ORD-1")
    assert ids(service) == ["ADVICE-NOT-DESCRIBED"]


def test_no_secret_and_no_token_is_stored(service: Service, caller: Caller) -> None:
    service.call("GET", f"/status?access_token={caller.token}&order_id={caller.client.client_secret}")
    service.call("GET", "/results", {"Authorization": f"Bearer {caller.client.client_secret}"})
    text = lines(service)
    assert len(text.splitlines()) == 3
    assert caller.token not in text and caller.client.client_secret not in text


def test_identifiers_of_the_users_own_are_hashed_where_the_journal_is_redacted() -> None:
    service = Service(WorldOptions(scenario="empty", pace="manual"), redact_journal=True)
    caller = service.client()
    order = service.order(study_uid="1.2.840.99.1970")
    for _ in range(2):
        fetch(caller, order.order_id)
    assert "1.2.840.99.1970" not in lines(service)
    assert ids(service) == ["ADVICE-FETCHED-TWICE"]


def test_calls_in_a_dialect_are_judged_alike() -> None:
    service = speaking("legacy")
    service.ready(1)
    client = service.submitter.client("hospital")
    reply = service.call("GET", "/auth/token", {"Authorization": basic(client.client_id, client.client_secret)})
    header = {"Authorization": f"Bearer {reply.json['access_token']}"}
    assert service.call("GET", "/v1/report/pending?site=hospital", header).status == 200
    assert service.call("POST", "/v1/report/pending?site=hospital", header).status == 204
    assert ids(service) == ["ADVICE-ACK-UNREAD"]


@pytest.mark.parametrize(("follow", "expected"), [(True, []), (False, ["ADVICE-ACK-UNREAD"])])
def test_a_report_behind_a_link_is_fetched_when_the_link_is_followed(follow: bool, expected: list[str]) -> None:
    service = speaking("reports_carried: redirect")
    caller = service.client()
    order = service.order()
    listed = caller.listing()
    link = caller.get("/results", order_id=order.order_id, report_type="json").headers["Location"]
    if follow:
        assert service.call("GET", urlsplit(link).path).status == 200
    caller.acknowledge(listed)
    assert ids(service) == expected


def test_the_control_api_gives_it(service: Service, caller: Caller) -> None:
    service.ready(1)
    caller.listing()
    caller.acknowledge()
    status, judged = control_journal.advice(service.state, service.world)
    assert (status, judged["calls"], judged["complete"]) == (200, 3, True)
    (advice,) = judged["advice"]
    assert (advice["id"], advice["client_id"]) == ("ADVICE-ACK-UNREAD", None)
    assert advice["occurrences"] == [{"words": "1 report was acknowledged and never fetched", "calls": [3]}]


def test_dropped_and_cleared_calls_are_not_judged(service: Service, caller: Caller) -> None:
    service.ready(1)
    listed = caller.listing()
    service.world.journal.store.clear()
    caller.acknowledge(listed)
    _, judged = control_journal.advice(service.state, service.world)
    assert judged == {"calls": 1, "complete": False, "advice": []}


def test_calls_before_a_reset_are_not_judged() -> None:
    """The same reports wait again, and who fetched them before was right to do so."""
    service = Service(WorldOptions(scenario="demo", pace="manual"))
    caller = service.client("demo-hospital")
    rows = caller.get("/reports", organizationId="demo-hospital").json["reports"]
    for row in [*rows, *rows]:
        fetch(caller, row["order_id"])
    service.world.reset()
    _, judged = control_journal.advice(service.state, service.world)
    assert judged == {"calls": 0, "complete": True, "advice": []}
    assert sorted(caller.listing()) == sorted(row["report_id"] for row in rows)
    caller.acknowledge()
    _, judged = control_journal.advice(service.state, service.world)
    assert (judged["calls"], judged["complete"]) == (2, True)
    assert [advice["id"] for advice in judged["advice"]] == ["ADVICE-ACK-UNREAD"]
    assert of_record(calls_of_lines(lines(service).splitlines(), "stored")) == judged
    assert len(service.world.journal.store.entries()) == 4 + 2 * len(rows)


def test_a_fetch_after_a_reset_is_no_second_one() -> None:
    service = Service(WorldOptions(scenario="demo", pace="manual"))
    caller = service.client("demo-hospital")
    for _ in range(2):
        fetch(caller, ORDER)
        service.world.reset()
        fetch(caller, ORDER)
        _, judged = control_journal.advice(service.state, service.world)
        assert (judged["calls"], judged["advice"]) == (1, [])


@pytest.mark.parametrize(
    ("method", "path", "with_token", "expected"),
    [
        ("HEAD", "/status", True, []),
        ("OPTIONS", "/reports", False, []),
        ("GET", "/favicon.ico", False, []),
        ("GET", "/statuses", True, ["ADVICE-NOT-DESCRIBED"]),
        ("DELETE", "/status", True, ["ADVICE-NOT-DESCRIBED"]),
    ],
)
def test_a_path_is_a_mistake_of_a_client_alone(
    service: Service, caller: Caller, method: str, path: str, with_token: bool, expected: list[str]
) -> None:
    service.call(method, path, {"Authorization": f"Bearer {caller.token}"} if with_token else {})
    assert ids(service) == expected


def test_entries_do_not_show_what_is_kept_for_advice(service: Service, caller: Caller) -> None:
    caller.listing()
    status, page = service_journal(service)
    assert status == 200 and "observed" not in json.dumps(page)


def service_journal(service: Service) -> tuple[int, Any]:
    with Flask(__name__).test_request_context("/_mock/worlds/default/journal"):
        return control_journal.query(service.state, service.world)
