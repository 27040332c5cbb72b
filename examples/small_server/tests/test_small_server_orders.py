"""Orders, their reports and groups: which one is meant, what it answers, and to whom."""

import hashlib
import io
from base64 import b64encode

import pytest
from pypdf import PdfReader


def test_the_most_recent_order_is_found_by_instant(small_server):
    """STATUS-2, ORDERID-2: offsets are no part of the order, a tie goes to the later submission."""
    values = small_server.state(
        "study_with_orders",
        statuses=["COMPLETED", "COMPLETED", "PROCESSING"],
        seconds=[0, 60, 60],
        offsets=["+14:00", "-12:00", "Z"],
        submitted=[3, 2, 1],
    )
    caller, study = small_server.caller(values), values["study_uid"]
    newest_first = caller.get("/orderId", study_uid=study).json["order_ids"]
    assert newest_first == values["order_ids"][::-1]
    status = caller.get("/status", study_uid=study).json
    assert (status["order_id"], status["status"]) == (newest_first[0], "COMPLETED")
    assert status["created_at"].endswith("-12:00")


def test_an_unfinished_newest_order_hides_the_older_report(small_server):
    """RESULTS-3, RESULTS-4: 409 with Retry-After, while the older order answers by its id."""
    values = small_server.state("study_with_orders", statuses=["COMPLETED", "PROCESSING"])
    caller = small_server.caller(values)
    answer = caller.get("/results", study_uid=values["study_uid"], report_type="json")
    assert (answer.status, answer.reason, answer.headers["Retry-After"]) == (409, "report-not-ready", "5")
    assert caller.get("/results", order_id=values["order_ids"][0], report_type="json").status == 200


@pytest.mark.parametrize(("status", "reason"), [("FAILED", "order-failed"), ("CANCELLED", "order-cancelled")])
def test_an_order_that_ended_without_report_says_so(small_server, status, reason):
    """RESULTS-4: 409 for good, so no Retry-After."""
    values = small_server.state("order_in_status", status=status)
    answer = small_server.caller(values).get("/results", order_id=values["order_id"], report_type="pdf")
    assert (answer.status, answer.reason, answer.headers["Retry-After"]) == (409, reason, None)


def test_types_are_judged_before_or_after_the_state_as_the_table_says(small_server):
    """RESULTS-5, AUTH-15: unknown type 400, foreign order 404, csv 404, not finished 409, not offered 404."""
    values = small_server.state("order_in_status", status="PROCESSING")
    caller, order_id = small_server.caller(values), values["order_id"]
    assert caller.get("/results", order_id=order_id, report_type="PDF").status == 400
    assert caller.get("/results", order_id="no-such-order", report_type="csv").reason == "order-not-found"
    assert caller.get("/results", order_id=order_id, report_type="csv").reason == "report-type-not-available"
    assert caller.get("/results", order_id=order_id, report_type="fhir").reason == "report-not-ready"
    small_server.state("order_advanced", order_id=order_id, status="COMPLETED")
    assert caller.get("/results", order_id=order_id, report_type="fhir").reason == "report-type-not-available"
    assert caller.get("/results", order_id=order_id, report_type="json").status == 200


def test_all_types_of_a_report_say_the_same(small_server):
    """RESULTS-6, RESULTS-7, RESULTS-9: same words, same bytes, a digest that fits."""
    values = small_server.state("order_in_status", status="COMPLETED")
    caller = small_server.caller(values)
    answers = {
        kind: caller.get("/results", order_id=values["order_id"], report_type=kind) for kind in ("json", "txt", "pdf")
    }
    document = answers["json"].json
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answers["pdf"].body)).pages)
    for text in (answers["txt"].body.decode(), pdf):
        for words in (
            *document["findings"],
            document["impression"],
            document["patient"]["mrn"],
            document["order_id"],
            document["study_uid"],
        ):
            assert "".join(words.split()) in "".join(text.split())
    for answer in answers.values():
        digest = b64encode(hashlib.sha256(answer.body).digest()).decode()
        assert answer.headers["Content-Digest"] == f"sha-256=:{digest}:"
        assert answer.headers["X-Order-Id"] == values["order_id"]


def test_an_order_moves_forwards_only(small_server):
    """STATUS-5, STATUS-6, STATUS-7: progress grows, updated_at moves with it, the end is final."""
    values = small_server.state("order_in_status", status="RECEIVED")
    caller, order_id = small_server.caller(values), values["order_id"]
    before = caller.get("/status", order_id=order_id).json
    small_server.state("order_advanced", order_id=order_id, progress=70)
    during = caller.get("/status", order_id=order_id).json
    assert (during["status"], during["progress"], during["report_types"]) == ("PROCESSING", 70, [])
    assert before["updated_at"] < during["updated_at"]
    assert small_server.try_state("order_advanced", order_id=order_id, progress=60).status == 422
    small_server.state("order_advanced", order_id=order_id, status="COMPLETED")
    after = caller.get("/status", order_id=order_id).json
    assert (after["progress"], after["completed_at"]) == (100, after["updated_at"])
    assert small_server.try_state("order_advanced", order_id=order_id, status="FAILED").status == 422


@pytest.mark.parametrize(
    "query",
    [
        "",
        "order_id=a&study_uid=1.2",
        "order_id=a&order_id=a",
        "order_id=",
        "order_id=a%0A",
        "order_id=%FF",
        "study_uid=1.02",
        "study_uid=1.2%0A",
        "study_uid=1",
        "study_uid=1.%D9%A2",
        "study_uid=" + "1." * 32 + "1",
        "order_id=a&extra=1",
        "order_id=a&=1",
        "Order_id=a",
    ],
)
def test_a_query_that_is_not_exactly_right_is_refused(small_server, query):
    """STATUS-3, ORDERID-4: 400 that names the parameters."""
    caller = small_server.caller(small_server.announced["clients"][0])
    answer = caller.call("GET", "/status?" + query)
    assert (answer.status, answer.reason) == (400, "invalid-parameter")
    assert answer.json["errors"]


def test_empty_pieces_of_a_query_are_ignored(small_server):
    """`&&` separates nothing."""
    caller = small_server.caller(small_server.announced["clients"][0])
    assert caller.call("GET", "/status?&&order_id=unknown&").status == 404


def test_another_organization_looks_like_nothing(small_server):
    """SEC-1, SEC-2: the same words and header names as for what does not exist."""
    other = small_server.state("other_organization")
    caller = small_server.caller(small_server.announced["clients"][0])
    for path, name, foreign, unknown in (
        ("/status", "order_id", other["order_id"], "order-0123456789abcdef"),
        ("/orderId", "study_uid", other["study_uid"], "1.3.6.1.4.1.32473.1.2"),
        ("/results", "order_id", other["order_id"], "order-0123456789abcdef"),
        ("/report", "study_group", other["study_group"], "group 0123456789ab"),
    ):
        query = {} if path in ("/status", "/orderId") else {"report_type": "json"}
        answers = [caller.get(path, **{name: value}, **query) for value in (foreign, unknown)]
        assert [answer.status for answer in answers] == [404, 404]
        assert len({(answer.json["type"], answer.json["detail"], *answer.headers) for answer in answers}) == 1
    for organization in (other["organization_id"], "org-unknown"):
        assert caller.get("/reports", organizationId=organization).status == 403
        assert caller.call("POST", "/reports", organizationId=organization).status == 403
    assert small_server.caller(other).listed() == [other["report_id"]]


def test_a_shared_study_and_group_show_each_their_own(small_server):
    """SEC-3, SEC-8: what the other organization submitted neither appears nor delays."""
    study = small_server.state("study_shared_between_organizations", statuses=["COMPLETED", "PROCESSING"])
    caller = small_server.caller(study)
    assert caller.get("/orderId", study_uid=study["study_uid"]).json["order_ids"] == [study["order_id"]]
    assert caller.get("/results", study_uid=study["study_uid"], report_type="txt").status == 200
    group = small_server.state(
        "study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=["PROCESSING"]
    )
    mine, other = small_server.caller(group), small_server.caller(group, "other_")
    answer = mine.get("/report", study_group=group["study_group"], report_type="csv")
    assert answer.status == 200
    assert group["other_order_ids"][0] not in answer.body.decode()
    assert other.get("/report", study_group=group["study_group"], report_type="csv").status == 409


def test_a_group_accounts_for_every_order(small_server):
    """GROUP-2, GROUP-3, GROUP-5: failed ones by name, newest impressions, 409 once an unfinished order joins."""
    values = small_server.state("study_group", statuses=["COMPLETED", "FAILED", "CANCELLED"])
    caller, group = small_server.caller(values), values["study_group"]
    lines = caller.get("/report", study_group=group, report_type="csv").body.decode().splitlines()
    for order_id, status in zip(values["order_ids"], ("COMPLETED", "FAILED", "CANCELLED"), strict=True):
        assert any(order_id in line and status in line for line in lines)
    (report_id,) = caller.listed()
    small_server.state("report_amended", report_id=report_id)
    row = caller.get("/report", study_group=group, report_type="json").json["orders"][0]
    report = caller.get("/results", order_id=values["order_ids"][0], report_type="json").json
    assert (row["impression"], row["report_id"]) == (report["impression"], report["report_id"])
    assert report["report_id"] != report_id
    small_server.state(
        "order_in_status", status="RECEIVED", organization_id=values["organization_id"], study_group=group
    )
    assert caller.get("/report", study_group=group, report_type="json").reason == "report-not-ready"
    assert caller.get("/report", study_group=group, report_type="fhir").reason == "report-type-not-available"


def test_a_group_without_a_report_says_so(small_server):
    """GROUP-3: nothing completed, 409 order-failed; GROUP-4: spaces are significant, an unknown group is 404."""
    values = small_server.state("study_group", statuses=["FAILED", "CANCELLED"])
    caller, group = small_server.caller(values), values["study_group"]
    assert caller.get("/report", study_group=group, report_type="json").reason == "order-failed"
    for other in (group + " ", group.upper(), group[:-1], "%", "*"):
        assert caller.get("/report", study_group=other, report_type="json").status == 404
    assert caller.get("/report", study_group="a\u200bb", report_type="json").status == 400
