"""One organization's data does not exist for another, and checks come in one order: SEC-1 … SEC-3, SEC-8, AUTH-15."""

from collections.abc import Mapping

import pytest

from mock.tests.helpers.in_process import Caller, Reply, Service
from pacsimile_mock.states import catalogue

VARYING = {"Date", "Content-Length"}
"""Headers that "the same header names" leaves out."""


@pytest.fixture
def stranger(service: Service) -> Caller:
    """A client of `clinic` that may do everything."""
    return service.client("clinic")


def told(reply: Reply, asked: Mapping[str, str]) -> tuple[object, ...]:
    """What a refusal says, but for the identifiers asked for."""
    detail = reply.json["detail"]
    for value in asked.values():
        detail = detail.replace(value, "…")
    names = [name for name in reply.headers.keys() if name not in VARYING]  # noqa: SIM118 - header lists, not a dict
    return reply.status, sorted(names), reply.json["type"], reply.json["title"], detail, reply.json["instance"]


@pytest.mark.parametrize("status", ["RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED"])
@pytest.mark.parametrize("report_type", ["json", "pdf", "hl7v2", "csv"])
def test_a_foreign_order_answers_as_an_unknown_one(
    service: Service, caller: Caller, stranger: Caller, status: str, report_type: str
) -> None:
    """404 with the same words, whatever its state and whatever type is asked for (SEC-1)."""
    order = service.order(status, study_group="theirs")
    service.order("PROCESSING", organization_id="clinic", study_group="ours")
    unknown_order, unknown_study = order.order_id[:-1] + "9", order.study_uid[:-1] + "9"
    questions = (
        ("/status", {"order_id": order.order_id}, {"order_id": unknown_order}),
        ("/status", {"study_uid": order.study_uid}, {"study_uid": unknown_study}),
        ("/orderId", {"study_uid": order.study_uid}, {"study_uid": unknown_study}),
        ("/results", {"order_id": order.order_id}, {"order_id": unknown_order}),
        ("/results", {"study_uid": order.study_uid}, {"study_uid": unknown_study}),
        ("/report", {"study_group": "theirs"}, {"study_group": "nobody"}),
    )
    for path, foreign, unknown in questions:
        rest = {"report_type": report_type} if path in ("/results", "/report") else {}
        there, nowhere = stranger.get(path, **foreign, **rest), stranger.get(path, **unknown, **rest)
        assert there.status == 404
        assert told(there, foreign) == told(nowhere, unknown)
        assert "hospital" not in there.body.decode()


def test_an_organization_that_is_unknown_and_one_that_is_not_ours(service: Service, stranger: Caller) -> None:
    """403 in the same words (SEC-2)."""
    service.ready(1)
    for method in ("GET", "POST"):
        there = stranger.call(method, "/reports", organizationId="hospital")
        nowhere = stranger.call(method, "/reports", organizationId="hospitax")
        assert there.status == 403
        assert told(there, {"": ""}) == told(nowhere, {"": ""})


def test_a_shared_study_uid_shows_each_its_own(service: Service, caller: Caller, stranger: Caller) -> None:
    """On every operation, whoever's order is the newer (SEC-3)."""
    mine = service.order(ago=100)
    theirs = service.order("FAILED", ago=50, organization_id="clinic", study_uid=mine.study_uid)
    assert caller.get("/orderId", study_uid=mine.study_uid).json["order_ids"] == [mine.order_id]
    assert stranger.get("/orderId", study_uid=mine.study_uid).json["order_ids"] == [theirs.order_id]
    assert caller.get("/status", study_uid=mine.study_uid).json["order_id"] == mine.order_id
    assert stranger.get("/status", study_uid=mine.study_uid).json["order_id"] == theirs.order_id
    mine_served = caller.get("/results", study_uid=mine.study_uid, report_type="json")
    assert mine_served.json["order_id"] == mine.order_id
    assert stranger.get("/results", study_uid=mine.study_uid, report_type="json").refusal == (409, "order-failed")
    assert (caller.listing(), stranger.listing()) == ([mine.report_id(1)], [])


def test_a_shared_group_name_shows_each_its_own(service: Service, caller: Caller, stranger: Caller) -> None:
    """The other's orders neither appear nor delay it (SEC-8)."""
    mine = service.order(study_group="follow-up")
    theirs = service.order("PROCESSING", organization_id="clinic", study_group="follow-up")
    body = caller.get("/report", study_group="follow-up", report_type="txt").body.decode()
    assert mine.order_id in body
    assert theirs.order_id not in body
    assert stranger.get("/report", study_group="follow-up", report_type="txt").refusal == (409, "report-not-ready")


def test_what_one_organization_acknowledges_is_nothing_to_another(
    service: Service, caller: Caller, stranger: Caller
) -> None:
    """Foreign ids come back as unknown ones do, and stay listed where they belong (SEC-2, BATCH-11)."""
    theirs = service.ready(2)
    assert stranger.acknowledge(theirs) == []
    assert stranger.acknowledge() == []
    assert caller.listing() == theirs


# --- the order of checks


REQUESTS = {
    "/status": ("status.read", "order_id=unknown"),
    "/orderId": ("status.read", "study_uid=1.2.3"),
    "/results": ("reports.read", "order_id=unknown&report_type=csv"),
    "/report": ("reports.read", "study_group=unknown&report_type=hl7v2"),
    "/reports": ("reports.read", "organizationId=unknown"),
}
"""For each path: its scope, and a query that only the last checks find fault with."""


@pytest.mark.parametrize("path", REQUESTS)
def test_checks_come_in_order(service: Service, path: str) -> None:
    """Method, token, scope, query, ownership and existence: the first that fails answers (AUTH-15)."""
    scope, query = REQUESTS[path]
    able = service.client(scopes=(scope,))
    unable = service.client(scopes=("ingest.write",))
    for wrong in ("", "?surprise=1", f"?{query}&surprise=1"):
        assert service.call("PUT", path + wrong).status == 405
        assert service.call("GET", path + wrong).status == 401
        assert service.call("GET", path + wrong, {"Authorization": "Bearer x"}).status == 401
        assert unable.call("GET", path + wrong).status == 403
        assert able.call("GET", path + wrong).status == 400
    assert able.call("GET", f"{path}?{query}").reason in (
        "order-not-found",
        "study-not-found",
        "study-group-not-found",
        "organization-not-allowed",
    )


def test_the_checks_of_an_acknowledgement_come_in_order(service: Service, caller: Caller) -> None:
    """Token, scope, query, media type, body, ownership; and until all have passed nothing happens (AUTH-15)."""
    ready = service.ready(1)
    caller.listing()
    right, broken, form = "/reports?organizationId=hospital", b"{", {"Content-Type": "text/plain"}
    json_type = {"Content-Type": "application/json"}
    reader = service.client(scopes=("reports.read",))
    assert service.call("POST", right + "&x=1", form, broken).status == 401
    assert reader.call("POST", right + "&x=1", broken, form).reason == "insufficient-scope"
    assert caller.call("POST", right + "&x=1", broken, form).reason == "invalid-parameter"
    assert caller.call("POST", "/reports?organizationId=clinic", broken, form).reason == "unsupported-media-type"
    assert caller.call("POST", "/reports?organizationId=clinic", broken, json_type).reason == "invalid-body"
    assert caller.call("POST", "/reports?organizationId=clinic").reason == "organization-not-allowed"
    assert caller.listing() == ready


def test_an_incomplete_body_of_another_type_is_first_of_another_type(service: Service, caller: Caller) -> None:
    """415 comes before 400 (AUTH-15)."""
    environ = {"CONTENT_LENGTH": "10"}
    headers = {"Authorization": f"Bearer {caller.token}"}
    target = "/reports?organizationId=hospital"
    typed = headers | {"Content-Type": "text/plain"}
    assert service.call("POST", target, typed, b"{", environ).reason == "unsupported-media-type"
    typed = headers | {"Content-Type": "application/json"}
    assert service.call("POST", target, typed, b"{", environ).reason == "invalid-body"


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", None])
@pytest.mark.parametrize("body", [b"", b"{", b'{"report_ids": []}'])
def test_an_announced_body_that_does_not_arrive_acknowledges_nothing(
    service: Service, caller: Caller, body: bytes, media_type: str | None
) -> None:
    """It is never taken for no body at all, nor for the part that came (BATCH-11, BATCH-14)."""
    ready = service.ready(1)
    caller.listing()
    headers = {"Authorization": f"Bearer {caller.token}"} | ({"Content-Type": media_type} if media_type else {})
    environ = {"CONTENT_LENGTH": "500", "CONTENT_TYPE": media_type or ""}
    reply = service.call("POST", "/reports?organizationId=hospital", headers, body, environ)
    assert reply.status == (400 if media_type == "application/json" else 415)
    assert caller.listing() == ready


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_a_mebibyte_acknowledges_nothing(service: Service, caller: Caller, announced: bool) -> None:
    """413, announced or chunked, although it is valid JSON (PROTO-3, BATCH-11)."""
    ready = service.ready(1)
    caller.listing()
    body = b'{"report_ids": []}' + b" " * 1024 * 1024
    headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json"}
    environ = {} if announced else {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    reply = service.call("POST", "/reports?organizationId=hospital", headers, body, environ)
    assert reply.refusal == (413, "body-too-large")
    assert "1 MiB" in reply.json["detail"]
    assert caller.listing() == ready
    just = b'{"report_ids": []}'.ljust(1024 * 1024)
    assert service.call("POST", "/reports?organizationId=hospital", headers, just, environ).status == 200


@pytest.mark.parametrize(("status", "reason"), [(429, "too-many-requests"), (503, "service-unavailable")])
def test_a_throttled_client_is_told_when_to_come_back(service: Service, status: int, reason: str) -> None:
    """Once, after its token and before its scope is looked at; other clients are served meanwhile (PROTO-4)."""
    throttled, other = service.client(scopes=("ingest.write",)), service.client()
    params = {"client_id": throttled.client.client_id, "status": status}
    catalogue.make(service.world, {"state": "throttled", "params": params, "action": "setup"})
    assert other.get("/status").status == 400
    assert service.call("GET", "/status").status == 401
    reply = throttled.get("/status")
    assert reply.refusal == (status, reason)
    assert 1 <= int(reply.headers["Retry-After"]) <= 3600
    assert throttled.get("/status").status == 403
