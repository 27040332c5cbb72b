"""Acknowledging by ids, and what a body must look like: BATCH-11."""

import json

import pytest

from mock.tests.helpers.in_process import Caller, Service


def test_ids_acknowledge_these_alone(service: Service, caller: Caller) -> None:
    """Named once or twice, without a listing before; what is unknown, foreign or not ready comes back (BATCH-11)."""
    mine, foreign = service.ready(3), service.ready(1, "clinic")
    unready = service.order("PROCESSING").report_id(1)
    unknown = ["REP-0000-000000-1", "no such id!", "", "A\u0000", "1.2.3\u0000"]
    named = [mine[2], *foreign, mine[0], mine[2], unready, *unknown]
    reply = caller.post(json.dumps({"report_ids": named}).encode())
    assert reply.json == {
        "organization_id": "hospital",
        "count": 2,
        "acknowledged": [mine[2], mine[0]],
        "not_found": [*foreign, unready, *unknown],
    }
    assert caller.listing() == [mine[1]]
    assert service.client("clinic").listing() == foreign


def test_an_id_acknowledged_before_is_in_neither_list(service: Service, caller: Caller) -> None:
    """It was done, by whomever; it is not done again (BATCH-11)."""
    ready = service.ready(1)
    service.client().acknowledge(ready)
    reply = caller.post(json.dumps({"report_ids": ready}).encode()).json
    assert (reply["count"], reply["acknowledged"], reply["not_found"]) == (0, [], [])


def test_ids_leave_the_remembered_listing_as_it_was(service: Service, caller: Caller) -> None:
    """After them a POST without a body still acknowledges the rest of the listing (BATCH-11)."""
    ready = service.ready(3)
    caller.listing()
    service.ready(1)
    assert caller.acknowledge([]) == []
    assert caller.acknowledge([ready[1]]) == [ready[1]]
    assert caller.acknowledge() == [ready[0], ready[2]]


def test_ten_thousand_ids_are_taken_and_one_more_is_not(service: Service, caller: Caller) -> None:
    """All of them at once; more is a 400 that says the limit, and does nothing (BATCH-11)."""
    ready = service.ready(1)
    many = [f"REP-{n}" for n in range(9_999)]
    reply = caller.post(json.dumps({"report_ids": [*many, "x", *ready]}).encode())
    assert reply.refusal == (400, "invalid-body")
    assert "10,000" in reply.json["detail"]
    assert caller.listing() == ready
    assert caller.acknowledge([*many, *ready]) == ready


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"null",
        b"[]",
        b'"x"',
        b" ",
        b"{",
        b'{"report_ids": null}',
        b'{"report_ids": "x"}',
        b'{"report_ids": {}}',
        b'{"report_ids": [1]}',
        b'{"report_ids": [null]}',
        b'{"report_ids": [["x"]]}',
        b'{"report_ids": [], "all": true}',
        b'{"Report_Ids": []}',
        b'{"report_ids": ["\xff"]}',
        b'{"report_ids": ["\\ud800"]}',
        b"\xef\xbb\xbf{}",
        b"[" * 5000,
        b'{"report_ids": [' * 400,
        b"\x1f\x8b\x08\x00",
        b"report_ids=x",
    ],
)
def test_a_body_of_another_shape_acknowledges_nothing(service: Service, caller: Caller, body: bytes) -> None:
    """400 that shows the right shape; white space is no empty body (BATCH-11)."""
    ready = service.ready(1)
    caller.listing()
    reply = caller.post(body)
    assert reply.refusal == (400, "invalid-body")
    assert '{"report_ids": ["..."]}' in reply.json["detail"]
    assert caller.listing() == ready


@pytest.mark.parametrize(
    ("media_type", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("application/json-patch+json", {}),
        ("application/jsonx", {}),
        (None, {}),
        ("", {}),
        ("application/json", {"Content_Encoding": "gzip"}),
    ],
)
def test_another_media_type_acknowledges_nothing(
    service: Service, caller: Caller, media_type: str | None, headers: dict[str, str]
) -> None:
    """415, also beside a body that is right (BATCH-11)."""
    ready = service.ready(1)
    caller.listing()
    reply = caller.post(json.dumps({"report_ids": ready}).encode(), media_type, **headers)
    assert reply.refusal == (415, "unsupported-media-type")
    assert "application/json" in reply.json["detail"]
    assert caller.listing() == ready


@pytest.mark.parametrize(
    "media_type", ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "Application/Json;x=y"]
)
def test_json_is_json_in_any_case_and_with_parameters(service: Service, caller: Caller, media_type: str) -> None:
    """Media types compare without case, and their parameters do not matter (BATCH-11)."""
    ready = service.ready(1)
    assert caller.post(json.dumps({"report_ids": ready}).encode(), media_type).json["acknowledged"] == ready


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, {"Content-Encoding": "gzip"}])
def test_zero_bytes_are_no_body_whatever_the_headers_say(
    service: Service, caller: Caller, headers: dict[str, str]
) -> None:
    """`Content-Length: 0` acknowledges the listing (BATCH-5)."""
    ready = service.ready(1)
    caller.listing()
    assert caller.call("POST", "/reports", b"", headers, organizationId="hospital").json["acknowledged"] == ready


def test_ten_thousand_ids_may_be_named_and_no_more(service: Service, caller: Caller) -> None:
    """BATCH-11: of one more nothing is acknowledged."""
    (report_id,) = service.ready(1)
    unknown = [f"RPT-{number}" for number in range(10_000)]
    assert caller.post(json.dumps({"report_ids": [report_id, *unknown]}).encode()).refusal == (400, "invalid-body")
    assert caller.listing() == [report_id]
    assert caller.acknowledge([report_id, *unknown[1:]]) == [report_id]
