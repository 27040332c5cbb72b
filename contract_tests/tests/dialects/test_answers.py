"""Answers in a dialect, as the contract spells them."""

import json
from typing import Any

import pytest

from pacsimile_contract.dialects.answers import AnswerReader
from pacsimile_contract.evidence.exchange import Answer, Request
from pacsimile_contract.unreadable import as_unreadable
from pacsimile_spec.dialects import SHIPPED, Dialect, load_dialect, parse_dialect
from pacsimile_spec.dialects.spelling import writer_of_table
from pacsimile_spec.problems import PROBLEMS

BASE = "http://127.0.0.1:8000"
VENDOR = """
name: vendor
parameters: {order_id: orderId, report_type: kind}
fields:
  OrderStatus: {order_id: /data/orderId, status: /data/state, progress: null, created_at: /data/meta/created}
  Token: {access_token: /token, scope: /granted}
  ReportList: {reports: /items, count: /page/total}
  ReportList.reports: {report_id: /id}
values:
  OrderStatus.status: {RECEIVED: queued, PROCESSING: [running, finalizing], COMPLETED: done}
  report_type: {dicom_sr: sr, pdf: PDF}
  scope: {status.read: api, reports.read: api}
  problem: {report-not-ready: PENDING, order-not-found: LOST, study-not-found: LOST}
times: epoch_ms
codes: {not_ready: 202, bad_request: 422, foreign_organization: 404, unknown: 200-empty, acknowledged: 204}
headers: {X-Request-Id: x-trace, Retry-After: null}
media_types: {hl7v2: text/plain}
errors: {media_type: application/json, type: /error/code, detail: /error/text}
acknowledgement: {answer: null}
"""
STATUS = {
    "order_id": "ORD-1", "study_uid": "1.2.3", "study_group": None, "status": "PROCESSING", "progress": 40,
    "report_types": ["json", "dicom_sr"], "created_at": "2026-01-01T10:00:00Z", "updated_at": "2026-01-01T10:00:01Z",
    "completed_at": None, "synthetic": True,
}  # fmt: skip
LISTING = {
    "organization_id": "org-a", "count": 1,
    "reports": [{"report_id": "R-1", "order_id": "ORD-1", "report_status": "final", "report_types": ["pdf"]}],
}  # fmt: skip


def vendor() -> Dialect:
    """Return a dialect that differs in everything these tests look at."""
    return parse_dialect(VENDOR)


def read(
    dialect: Dialect, operation: str | None, status: int, document: Any, media_type: str = "application/json",
    headers: tuple[tuple[str, str], ...] = (), **given: str,
) -> tuple[Answer, Any]:  # fmt: skip
    """Read an answer; return it, and its document."""
    request = Request("GET", BASE, operation=operation, given=given)
    body = b"" if document is None else json.dumps(document).encode()
    answer = AnswerReader(dialect).read(request, Answer(status, (("Content-Type", media_type), *headers), body, body))
    return answer, json.loads(answer.body) if answer.body else None


@pytest.mark.parametrize("name", [*SHIPPED, VENDOR])
@pytest.mark.parametrize(
    ("operation", "table", "document"), [("getStatus", "OrderStatus", STATUS), ("listReports", "ReportList", LISTING)]
)
def test_what_a_dialect_writes_is_read_back(name: str, operation: str, table: str, document: dict[str, Any]) -> None:
    """All facts but those that the dialect does not say; what the contract does not know stays."""
    dialect = load_dialect(name) if name in SHIPPED else vendor()
    read_document = read(dialect, operation, 200, writer_of_table(dialect, table)(document))[1]
    absent = {member for absent_table, member in dialect.absent_members() if absent_table == table}
    assert read_document == {name: value for name, value in document.items() if name not in absent}


def test_a_report_is_read_with_its_inner_objects() -> None:
    """Tables within tables: names of a patient, times of a report."""
    report = {"report_id": "R-1", "patient": {"family_name": "A^B"}, "times": {"ordered_at": "2026-01-01T10:00:00Z"}}
    for dialect in (load_dialect("camel"), load_dialect("legacy"), vendor()):
        written = writer_of_table(dialect, "JsonReport")(report)
        assert written != report
        assert read(dialect, "getResult", 200, written, report_type="json")[1] == report


@pytest.mark.parametrize(
    ("member", "value"),
    [("status", "PROCESSING"), ("created_at", "2026-01-01T10:00:00Z"), ("created_at", "1767261600000")],
)
def test_a_word_or_time_of_the_contract_is_none_of_the_dialect(member: str, value: str) -> None:
    """It becomes what no schema accepts, and can be shown as it was."""
    document = writer_of_table(vendor(), "OrderStatus")(STATUS)
    place = document["data"] if member == "status" else document["data"]["meta"]
    place[{"status": "state", "created_at": "created"}[member]] = value
    spelling = "vendor" if member == "status" else "vendor (`times: epoch_ms`)"
    assert as_unreadable(read(vendor(), "getStatus", 200, document)[1][member]) == (spelling, value)


@pytest.mark.parametrize("value", [1_767_261_600, 0, -1, 1_767_261_600_000_000])
def test_a_time_in_another_unit_is_no_time_of_the_dialect(value: int) -> None:
    """Seconds read as milliseconds give 1970: what is shown names the dialect's line."""
    document = writer_of_table(vendor(), "OrderStatus")(STATUS)
    document["data"]["meta"]["created"] = value
    created = read(vendor(), "getStatus", 200, document)[1]["created_at"]
    assert as_unreadable(created) == ("vendor (`times: epoch_ms`)", value)


def test_a_fact_at_its_place_of_the_contract_is_not_read() -> None:
    """Where the dialect has another place, and nothing stands there, the fact is missing."""
    document = read(vendor(), "getStatus", 200, STATUS)[1]
    assert "order_id" not in document
    assert "status" not in document
    assert document["order_id (elsewhere in vendor)"] == "ORD-1"


@pytest.mark.parametrize(
    ("operation", "status", "reason", "expected"),
    [
        ("getResult", 202, "report-not-ready", 409), ("getResult", 202, None, 409), ("getResult", 404, None, 404),
        ("getResult", 409, "order-failed", 409), ("getStatus", 422, "invalid-parameter", 400),
        ("getStatus", 422, None, 400), ("listReports", 404, "organization-not-allowed", 403),
        ("listReports", 404, None, 403), ("acknowledgeReports", 204, None, 200), ("getToken", 400, None, 400),
        ("getResult", 409, "report-not-ready", 499), ("getStatus", 400, "invalid-parameter", 499),
        ("getStatus", 400, None, 499), ("acknowledgeReports", 200, None, 299), ("getStatus", 503, None, 503),
        (None, 404, "not-found", 404),
    ],
)  # fmt: skip
def test_a_status_is_read_by_its_reason_or_its_only_meaning(
    operation: str | None, status: int, reason: str | None, expected: int
) -> None:
    """A status of the contract where the dialect has another is none of either; as text it tells both."""
    word = {"report-not-ready": "PENDING"}.get(str(reason), PROBLEMS[reason].uri if reason else None)
    answer, _ = read(vendor(), operation, status, {"error": {"code": word}} if word else None)
    assert answer.status == expected
    if expected % 100 == 99:
        assert f"{status}, where vendor has" in f"{answer.status}"


def test_a_refusal_has_its_media_type_and_members() -> None:
    """What the dialect does not say is missing; a word that two share means what was asked for."""
    answer, problem = read(
        vendor(), "getStatus", 404, {"error": {"code": "LOST", "text": "no such orderId"}}, study_uid="1.2"
    )
    assert dict(answer.headers)["Content-Type"] == "application/problem+json"
    assert problem["type"] == PROBLEMS["study-not-found"].uri
    assert problem["detail"] == "no such order_id"
    answer, _ = read(vendor(), "getStatus", 404, {}, media_type="application/problem+json")
    assert "not of vendor" in dict(answer.headers)["Content-Type"]


@pytest.mark.parametrize(
    ("operation", "given", "document", "reason"),
    [
        ("getStatus", "order_id", {}, "order-not-found"), ("getStatus", "study_uid", {}, "study-not-found"),
        ("getOrderIds", "study_uid", {"study_uid": "1.2", "order_ids": []}, "study-not-found"),
        ("getOrderIds", "study_uid", {}, "study-not-found"),
    ],
)  # fmt: skip
def test_an_empty_answer_stands_for_a_refusal(operation: str, given: str, document: Any, reason: str) -> None:
    """Where the dialect says `unknown: 200-empty`; of reports it never does."""
    answer, problem = read(vendor(), operation, 200, document, **{given: "x"})
    assert (answer.status, problem["type"]) == (404, PROBLEMS[reason].uri)
    assert read(vendor(), "listReports", 200, {})[0].status == 200
    assert read(load_dialect("camel"), operation, 200, document, **{given: "x"})[0].status == 200


def test_the_errors_of_a_refusal_are_read_from_their_places() -> None:
    """The parameter that an error names is the contract's; a member of the contract's name is none of them."""
    spelled = VENDOR.replace("fields:\n", "fields:\n  Problem.errors: {parameter: /field, reason: /why/text}\n")
    answered = {"errors": [{"field": "orderId", "why": {"text": "is missing"}}, {"parameter": "kind", "reason": "x"}]}
    _, problem = read(parse_dialect(spelled), "getStatus", 422, answered)
    assert problem["errors"][0] == {"parameter": "order_id", "reason": "is missing"}
    assert not {"parameter", "reason"} & problem["errors"][1].keys()


def test_headers_have_the_contracts_names() -> None:
    """One of the contract's own name, where the dialect has another or none, is none of the contract."""
    answer, _ = read(
        vendor(), "getStatus", 200, {}, headers=(("X-Trace", "1"), ("X-Request-Id", "2"), ("Retry-After", "3"))
    )
    assert dict(answer.headers)["X-Request-Id"] == "1"
    assert {"X-Request-Id (not of vendor)", "Retry-After (not of vendor)"} <= set(dict(answer.headers))


def test_scopes_and_challenges_are_in_the_contracts_words() -> None:
    """A scope that two share means both; one of the contract's own is none of the dialect."""
    document = read(vendor(), "getToken", 200, {"token": "abc", "granted": "api reports.ack"})[1]
    assert document == {"access_token": "abc", "scope": "status.read reports.read reports.ack"}
    assert as_unreadable(read(vendor(), "getToken", 200, {"granted": "status.read"})[1]["scope"])
    challenge = ("WWW-Authenticate", 'Bearer error="insufficient_scope", scope="api"')
    answer, _ = read(vendor(), "getStatus", 403, None, headers=(challenge,))
    assert 'scope="status.read reports.read"' in dict(answer.headers)["WWW-Authenticate"]


def test_an_acknowledgement_that_says_nothing_has_no_body() -> None:
    """Whatever came with it."""
    answer, document = read(vendor(), "acknowledgeReports", 204, {"count": 3})
    assert (int(answer.status), document) == (200, None)


def test_the_media_type_of_a_report_is_that_of_the_contract() -> None:
    """The dialect's for the type that was asked for; any other stays."""
    for given, expected in (("hl7v2", "application/hl7-v2+er7"), ("pdf", "text/plain")):
        answer, _ = read(vendor(), "getResult", 200, None, media_type="text/plain", report_type=given)
        assert dict(answer.headers)["Content-Type"] == expected


def test_an_answer_past_a_bound_keeps_its_status_alone() -> None:
    """Its JSON is not read."""
    deep = b"[" * 200 + b"]" * 200
    request = Request("GET", BASE, operation="getStatus")
    answer = AnswerReader(vendor()).read(request, Answer(200, (("Content-Type", "application/json"),), deep, deep))
    assert (answer.body, answer.exceeded_bound) == (b"", "JSON nested more than 64 deep")
