"""The spelling table: what of a dialect differs from the contract, and nothing else."""

from dataclasses import fields, replace

import pytest

from pacsimile_spec.dialects import SHIPPED, Dialect, identity, load_dialect, parse_dialect
from pacsimile_spec.dialects.differences import NOTHING, differences

ALL = """
name: all
operations: {getOrderIds: false}
paths: {getStatus: ["/v2/orders/{order_id}", "/v2/studies/{study_uid}/status"]}
constants: {api-version: "2025-06"}
parameters: {order_id: orderId}
fields: {OrderStatus: {order_id: /data/order~1id, progress: null}}
values:
  OrderStatus.status: {RECEIVED: 0, PROCESSING: [running, finalizing]}
times: "%Y%m%d%H%M%S%z"
codes: {not_ready: 404, unknown: 200-empty}
headers: {X-Request-Id: X-Correlation-Id, Retry-After: null}
media_types: {pdf: application/x-pdf}
report_types: [pdf, json]
reports_carried: {base64: /content}
errors: {media_type: application/json, detail: /message}
token: {credentials: body}
unknown_parameters: ignored
acknowledgement: {without_body: false, answer: null}
"""


def rows(dialect: Dialect) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the table by fact and kind."""
    listed = differences(dialect)
    table = {(row.fact, row.kind): (row.contract, row.service) for row in listed}
    assert len(table) == len(listed), "a fact stands twice"
    return table


def test_the_identity_differs_in_nothing() -> None:
    """As built, and as shipped."""
    assert differences(identity()) == []
    assert differences(load_dialect("identity")) == []


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "identity"])
def test_a_shipped_dialect_has_rows_that_differ(name: str) -> None:
    """Each row has two spellings; each fact stands once."""
    table = rows(load_dialect(name))
    assert table
    assert all(contract != service and contract and service for contract, service in table.values())


def test_each_key_of_a_file_gives_its_row() -> None:
    """Facts by the contract's names, both spellings beside them."""
    table = rows(parse_dialect(ALL))
    expected = {
        ("getOrderIds", "path"): ("/orderId", NOTHING),
        ("getStatus", "path"): ("/status", "/v2/orders/{order_id}, /v2/studies/{study_uid}/status"),
        ("parameter api-version of every call", "parameter"): (NOTHING, "api-version=2025-06"),
        ("parameter order_id", "parameter"): ("order_id", "orderId"),
        ("OrderStatus.order_id", "place"): ("/order_id", "/data/order~1id"),
        ("OrderStatus.progress", "place"): ("/progress", NOTHING),
        ("OrderStatus.status: RECEIVED", "word"): ("RECEIVED", "0 (a number)"),
        ("OrderStatus.status: PROCESSING", "word"): ("PROCESSING", "running, finalizing"),
        ("every instant", "time"): ("RFC 3339", "%Y%m%d%H%M%S%z"),
        ("not ready", "code"): ("409", "404"),
        ("unknown", "code"): ("404", "200-empty"),
        ("header X-Request-Id", "header"): ("X-Request-Id", "X-Correlation-Id"),
        ("header Retry-After", "header"): ("Retry-After", NOTHING),
        ("report type pdf", "media type"): ("application/pdf", "application/x-pdf"),
        ("report type csv", "report type"): ("csv", NOTHING),
        ("the bytes of a report", "conduct"): ("the body of the answer", "base64 at /content"),
        ("a refusal", "media type"): ("application/problem+json", "application/json"),
        ("Problem.detail", "place"): ("/detail", "/message"),
        ("id and secret of a token request", "token"): ("basic", "body"),
        ("a parameter that an operation does not have", "conduct"): ("refused", "ignored"),
        ("acknowledgement without a body", "conduct"): ("there", NOTHING),
        ("answer to an acknowledgement", "conduct"): ("there", NOTHING),
    }
    assert {key: table[key] for key in expected} == expected


def test_no_member_of_a_dialect_is_left_out() -> None:
    """Each that differs is seen, so that one which comes later cannot be forgotten; a name alone spells nothing."""
    other = parse_dialect(ALL)
    unseen = [
        member.name
        for member in fields(Dialect)
        if not differences(replace(identity(), **{member.name: getattr(other, member.name)}))
    ]
    assert unseen == ["name"]


def test_the_table_comes_in_the_contracts_order() -> None:
    """The same for two dialects, whatever the order of their files."""
    reversed_file = "name: r\ncodes: {unknown: 200-empty, not_ready: 404}\nparameters: {study_uid: s, order_id: o}\n"
    same_file = "name: r\nparameters: {order_id: o, study_uid: s}\ncodes: {not_ready: 404, unknown: 200-empty}\n"
    assert differences(parse_dialect(reversed_file)) == differences(parse_dialect(same_file))
