"""A wrong line of a dialect is named by the report: the file, the line, and where nothing stood."""

import json
from typing import Any

import pytest

from pacsimile_contract.checkers.description_match import differences
from pacsimile_contract.dialects import Translation
from pacsimile_contract.dialects.wrong_lines import wrong_lines
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request, Respelled
from pacsimile_spec.dialects import Dialect, parse_dialect
from pacsimile_spec.dialects.spelling import writer_of_table
from pacsimile_spec.dialects.tables import tables

TEXT = """\
name: vendor
fields:
  OrderStatus:
    order_id: /data/orderId
    status: /data/state
    progress: null
  ReportList.reports: {report_id: /id, order_id: /order}
values:
  OrderStatus.status: {COMPLETED: done}
"""
DIALECT = parse_dialect(TEXT)


def answered(operation: str, path: str, document: Any, dialect: Dialect = DIALECT) -> Exchange:
    """Return an exchange with the vendor's service."""
    base = "http://127.0.0.1:1"
    request, body = Request("GET", base + path, operation=operation), json.dumps(document).encode()
    exchange = Exchange(1, request, respelled=Respelled(dialect, request))
    answer = Answer(200, (("Content-Type", "application/json"),), body, body)
    Translation(dialect, base, base + "/oauth2").translate_answer(exchange, answer)
    return exchange


def lines(*exchanges: Exchange) -> list[str]:
    """Return what no answer bears out."""
    return list(wrong_lines(DIALECT, TEXT, "vendor.yaml", exchanges))


def test_a_place_where_nothing_ever_stood_is_named_by_its_line() -> None:
    """Of a fact that each answer has; one answer that has it is enough."""
    wrong = answered("getStatus", "/status", {"data": {"orderId": "O", "status": "done"}})
    assert lines(wrong) == ["vendor.yaml:5: fields.OrderStatus.status: /data/state: no answer of getStatus has it"]
    assert lines(wrong, answered("getStatus", "/status", {"data": {"orderId": "O", "state": "done"}})) == []
    assert lines() == []


def test_an_entry_of_a_list_is_looked_into() -> None:
    """By the table of its entries."""
    listing = answered("listReports", "/reports", {"reports": [{"id": "R", "order_id": "O"}]})
    assert lines(listing) == [
        "vendor.yaml:7: fields.ReportList.reports.order_id: /order: no answer of listReports has it"
    ]


@pytest.mark.parametrize("entries", [5, "text", {"id": "R"}, [5, None], True])
def test_what_is_no_list_of_entries_has_none(entries: Any) -> None:
    """A service may answer with anything."""
    assert lines(answered("listReports", "/reports", {"reports": entries})) == []


STATUS = {
    "order_id": "O", "study_uid": "1.2", "study_group": None, "status": "COMPLETED", "report_types": ["json"],
    "created_at": "2026-01-01T10:00:00Z", "updated_at": "2026-01-01T10:00:00Z", "completed_at": "2026-01-01T10:00:00Z",
}  # fmt: skip


def test_a_finding_tells_both_spellings() -> None:
    """What the contract calls the member, where the dialect has it, and a word as it was on the wire."""
    document = writer_of_table(DIALECT, "OrderStatus")(STATUS)
    wrong_word = {**document, "data": {**document["data"], "state": "COMPLETED"}}
    got = [got for expected, got in differences(answered("getStatus", "/status", wrong_word)) if "status" in expected]
    assert '"COMPLETED"' in got[0]
    assert "is not how the dialect vendor spells it" in got[0]
    lacking = {**document, "data": {"orderId": "O"}}
    words = [got for _, got in differences(answered("getStatus", "/status", lacking))]
    assert any("lacks the member `status`: in the dialect vendor /data/state" in got for got in words), words


def test_times_that_can_never_be_read_name_their_line() -> None:
    """Numbers of another unit, or where the file says nothing; one time that can be read is enough."""
    document = {"data": {"orderId": "O", "state": "done"}, "created_at": 1_767_261_600, "completed_at": None}
    numbers = answered("getStatus", "/status", document)
    (line,) = lines(numbers)
    assert line == "vendor.yaml: times: rfc3339: no time in any answer can be read so"
    assert lines(numbers, answered("getStatus", "/status", document | {"created_at": "2026-01-01T10:00:00Z"})) == []
    text = f"{TEXT}times: epoch_ms\n"
    read = answered("getStatus", "/status", document, parse_dialect(text))
    (line,) = wrong_lines(parse_dialect(text), text, "vendor.yaml", [read])
    assert line == "vendor.yaml:10: times: epoch_ms: no time in any answer can be read so"


@pytest.mark.parametrize("value", [{}, [], [[]], {"a": {}}, None, True, 0.5, -1, "", "\ud800", "²", [None, 5, {}]])
def test_an_answer_may_have_anything_anywhere(value: Any) -> None:
    """A service that answers with another kind of value gets no traceback."""
    own = {name: value for table in tables().values() for name in table} | {"code": value}
    placed = own | {"data": own}
    operations = ("getStatus", "getToken", "getOrderIds", "listReports", "acknowledgeReports", "getResult")
    for document in (placed, placed | {"reports": [own, value]}, value):
        exchanges = [answered(operation, "/status?order_id=O&limit=%C2%B2", document) for operation in operations]
        assert isinstance(lines(*exchanges), list)


def test_a_further_word_beside_all_of_the_contract_is_no_wrong_line() -> None:
    """It is the service's own fault. So is one where the file says nothing of the vocabulary."""
    words = ("RECEIVED", "PROCESSING", "done", "FAILED", "CANCELLED", "LOST")
    right = [answered("getStatus", "/status", {"data": {"orderId": "O", "state": word}}) for word in words]
    assert lines(*right) == []
    assert "values.OrderStatus.status: COMPLETED: done: answers have" in lines(*right[:2], *right[3:])[0]
