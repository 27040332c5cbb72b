"""The queue: what is listed, and what a POST acknowledges."""

import json

import pytest


@pytest.fixture
def three(small_server):
    """An organization with three ready reports."""
    return small_server.state("fresh_organization", ready_reports=3)


@pytest.fixture
def caller(small_server, three):
    return small_server.caller(three)


def test_a_post_acknowledges_what_was_listed_and_nothing_that_came_after(small_server, three, caller):
    """BATCH-1, BATCH-5, BATCH-6, BATCH-8: a report that became ready meanwhile is in the next listing."""
    assert caller.listed() == three["report_ids"]
    late = small_server.state("report_becomes_ready", organization_id=three["organization_id"])["report_id"]
    answer = caller.acknowledge().json
    assert (answer["count"], answer["acknowledged"], answer["not_found"]) == (3, three["report_ids"], [])
    assert caller.acknowledge().json["count"] == 0
    assert caller.listed() == [late]


def test_a_post_before_any_listing_acknowledges_nothing(caller, three):
    """BATCH-7: nothing was shown, so nothing can have been received."""
    assert caller.acknowledge().json["count"] == 0
    assert caller.listed() == three["report_ids"]


def test_the_memory_is_the_clients_own(small_server, three, caller):
    """BATCH-9: another client of the organization sees everything, and its POST takes only what it was shown."""
    second = small_server.caller(
        {**three, "client_id": three["second_client_id"], "client_secret": three["second_client_secret"]}
    )
    assert second.listed(limit="1") == three["report_ids"][:1]
    assert caller.listed() == three["report_ids"]
    assert second.acknowledge().json["acknowledged"] == three["report_ids"][:1]
    assert second.listed() == three["report_ids"][1:]
    assert caller.acknowledge().json["acknowledged"] == three["report_ids"][1:]


def test_another_token_of_the_client_shares_its_memory(small_server, three, caller):
    """BATCH-5: the listing belongs to the client id, whatever the token."""
    caller.listed()
    assert small_server.caller(three).acknowledge().json["count"] == 3


def test_ids_in_the_body_are_acknowledged_alone(small_server, three, caller):
    """BATCH-11: duplicates once, strangers come back, the listing's memory stays as it was."""
    caller.listed()
    first, second, third = three["report_ids"]
    unready = small_server.state("report_becomes_ready", organization_id=three["organization_id"], unready=True)
    foreign = small_server.state("other_organization")["report_id"]
    strangers = ["no such id!", "\ud800", foreign, unready["report_id"], "<b>"]
    answer = caller.acknowledge({"report_ids": [second, second, *strangers, strangers[0]]}).json
    assert (answer["acknowledged"], answer["not_found"], answer["count"]) == ([second], strangers, 1)
    again = caller.acknowledge({"report_ids": [second]}).json
    assert (again["acknowledged"], again["not_found"]) == ([], [])
    assert caller.acknowledge({"report_ids": []}).json["count"] == 0
    assert caller.acknowledge().json["acknowledged"] == [first, third]


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"null",
        b"[]",
        b" ",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"report_ids": null}',
        b'{"report_ids": [1]}',
        b'{"report_ids": [], "more": 1}',
        b'{"report_ids": [], "report_ids": []}',
        b"[" * 100_000,
        b"1" * 5000,
        b'{"report_ids": ["' + b'x", "' * 10_000 + b'x"]}',
        b'"\\ud800"',
        "{}".encode("utf-16"),
    ],
)
def test_a_wrong_body_acknowledges_nothing(three, caller, body):
    """BATCH-11: 400, and the next listing is complete."""
    caller.listed()
    for media_type in ("application/json", "Application/JSON; charset=x"):
        answer = caller.call(
            "POST", "/reports", body, {"Content-Type": media_type}, organizationId=three["organization_id"]
        )
        assert answer.status == 400
    assert caller.listed() == three["report_ids"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_another_media_type_acknowledges_nothing(three, caller, headers):
    """BATCH-11: 415, while zero bytes are no body whatever their type."""
    caller.listed()
    body = json.dumps({"report_ids": three["report_ids"]}).encode()
    organization = three["organization_id"]
    assert caller.call("POST", "/reports", body, headers, organizationId=organization).status == 415
    assert caller.listed() == three["report_ids"]
    assert (
        caller.call("POST", "/reports", b"", {"Content-Type": "text/plain"}, organizationId=organization).json["count"]
        == 3
    )


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 40\r\n\r\n",
        b'Content-Length: 40\r\n\r\n{"report_ids": []}',
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: +0\r\n\r\n",
        b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: gzip\r\n\r\n",
    ],
)
def test_a_body_that_does_not_arrive_is_not_an_absent_one(small_server, three, caller, head):
    """BATCH-11: 400, and nothing is acknowledged."""
    caller.listed()
    line = f"POST /reports?organizationId={three['organization_id']} HTTP/1.1\r\nHost: x\r\n"
    line += f"Authorization: Bearer {caller.token}\r\nContent-Type: application/json\r\n"
    assert small_server.raw(line.encode() + head).startswith(b"HTTP/1.1 400")
    assert caller.listed() == three["report_ids"]


def test_a_chunked_body_is_a_body_and_zero_chunks_are_none(small_server, three, caller):
    """BATCH-5, BATCH-11: the framing changes nothing."""
    caller.listed()
    line = f"POST /reports?organizationId={three['organization_id']} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    line += f"Authorization: Bearer {caller.token}\r\nContent-Type: application/json\r\n"
    line += "Transfer-Encoding: chunked\r\n\r\n"
    named = small_server.raw(line.encode() + b'5;x=y\r\n{"rep\r\nd\r\nort_ids": []}\r\n0\r\nTrailer: x\r\n\r\n')
    assert b'"count":0' in named
    assert b'"count":3' in small_server.raw(line.encode() + b"0\r\n\r\n")


def test_an_amended_report_is_listed_again(small_server, three, caller):
    """BATCH-12: the new version supersedes the old one, which who saw it may still acknowledge."""
    first, second, third = caller.listed()
    assert caller.acknowledge({"report_ids": [first]}).json["count"] == 1
    new_first = small_server.state("report_amended", report_id=first)["report_id"]
    new_third = small_server.state("report_amended", report_id=third)["report_id"]
    newest = small_server.state("report_amended", report_id=third)["report_id"]
    answer = caller.get("/reports", organizationId=three["organization_id"]).json["reports"]
    assert [(entry["report_id"], entry["supersedes"], entry["report_status"]) for entry in answer] == [
        (second, None, "final"),
        (new_first, first, "amended"),
        (newest, new_third, "amended"),
    ]
    assert caller.acknowledge({"report_ids": [third, new_third]}).json["acknowledged"] == [third, new_third]
    assert caller.listed() == [second, new_first, newest]


def test_pages_of_one_walk_through_ties_and_late_finishers(small_server):
    """BATCH-13: the oldest first by instant, none twice, none missed."""
    values = small_server.state(
        "fresh_organization",
        ready_reports=4,
        completed_seconds=[5, 5, 0, 5],
        offsets=["Z", "+09:00", "-05:00", "-00:00"],
    )
    caller, organization = small_server.caller(values), values["organization_id"]
    seen = []
    while page := caller.listed(limit="1"):
        seen += page
        assert caller.acknowledge().json["acknowledged"] == page
        if len(seen) == 2:
            late = small_server.state(
                "report_becomes_ready", organization_id=organization, completed_seconds_ago=86400
            )["report_id"]
            assert caller.listed()[0] == late
    assert seen == [*values["report_ids"][:2], late, *values["report_ids"][2:]]


@pytest.mark.parametrize("limit", ["0", "05", "%2B5", "5.0", "10001", "", "-1", "%D9%A5", "5%0A", "100000"])
def test_a_limit_is_plain_digits(caller, three, limit):
    """BATCH-13: 1 to 10000, and nothing that merely resembles it."""
    answer = caller.call("GET", f"/reports?organizationId={three['organization_id']}&limit={limit}")
    assert answer.status == 400


def test_ten_thousand_reports_are_listed_and_acknowledged_at_once(small_server):
    """BATCH-11, PROTO-6: large result sets are complete."""
    values = small_server.state("fresh_organization", ready_reports=10_000)
    caller = small_server.caller(values)
    assert caller.listed() == values["report_ids"]
    assert caller.acknowledge({"report_ids": values["report_ids"]}).json["count"] == 10_000
    assert caller.listed() == []
