"""A wrong line of a dialect leads to itself, whatever it is about; a service that speaks its dialect has no note."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from cli.tests.helpers.judged_day import EMPTY_VENDOR, VENDOR, notes_of
from pacsimile_spec.dialects import SHIPPED, dialect_text
from pacsimile_spec.given_documents import Node, compose


def text_of(spoken: str) -> str:
    """Return the file of a dialect that is given by its name or as its text."""
    return dialect_text(spoken) if spoken in SHIPPED else spoken


def changed(spoken: str, right: str, wrong: str) -> tuple[str, int]:
    """Return the file with a line changed, and the number of this line."""
    text = text_of(spoken)
    assert text.count(right) == 1, right
    return text.replace(right, wrong), text[: text.index(right)].count("\n") + 1


KINDS = [
    ("legacy", "getOrderIds: /v1/order/list", "getOrderIds: /v1/orders", "paths.getOrderIds: /v1/orders: each call"),
    (VENDOR, "/v2/studies/{study_uid}/status", "/v2/study/{study_uid}", "paths.getStatus: /v2/study/{study_uid}: "),
    ("minimal", "getOrderIds: false", "getOrderIds: true", "paths.getOrderIds: /orderId: each call"),
    (VENDOR, '"2025-06"', '"2024-01"', "constants.api-version: 2024-01: each call with it is refused (400)"),
    ("legacy", "order_id: order\n", "order_id: auftrag\n", "parameters.order_id: auftrag: each call with it"),
    ("legacy", "report_type: format", "report_type: form", "parameters.report_type: form: each call"),
    ("legacy", "study_group: group", "study_group: folder", "parameters.study_group: folder: each call"),
    ("legacy", "organizationId: site", "organizationId: org", "parameters.organizationId: org: each call"),
    (VENDOR, "limit: top", "limit: most", "parameters.limit: most: each call"),
    (VENDOR, "scope: rights", "scope: scopes", "parameters.scope: scopes: no token has only the scope that was asked"),
    ("camel", "status: /data/status", "status: /data/state", "OrderStatus.status: /data/state: no answer of getStatus"),
    ("camel", "order_ids: /data/orderIds", "order_ids: /orderIds", "OrderIds.order_ids: /orderIds: no answer of"),
    ("camel", "reports: /data/reports", "reports: /data/items", "ReportList.reports: /data/items: no answer of"),
    ("camel", "report_id: /reportId\n    order_id: /orderId\n    study_uid: /studyInstanceUid\n    study_group",
     "report_id: /id\n    order_id: /orderId\n    study_uid: /studyInstanceUid\n    study_group",
     "ReportList.reports.report_id: /id: no answer of listReports has it"),
    ("camel", "code_system: /codeSystem", "code_system: /system", "JsonReport.procedure.code_system: /system: no "),
    ("camel", "birth_date: /birthDate", "birth_date: /born", "JsonReport.patient.birth_date: /born: no answer"),
    (VENDOR, "expires_in: /ttl", "expires_in: /seconds", "Token.expires_in: /seconds: no answer of postToken"),
    (VENDOR, "acknowledged: /done", "acknowledged: /marked", "Acknowledgement.acknowledged: /marked: no answer of"),
    (VENDOR, "status: /data/state", "status: /data/orderId2", "OrderStatus.status: /data/orderId2: no answer"),
    ("legacy", "COMPLETED: 2", "COMPLETED: 7", "values.OrderStatus.status: COMPLETED: 7: answers have 2, which no"),
    (VENDOR, "FAILED: error", "FAILED: broken", "values.OrderStatus.status: FAILED: broken: answers have error, which"),
    ("legacy", "amended: C", "amended: A", "values.report_status: amended: A: answers have C, which no line has"),
    (VENDOR, "pdf: PDF", "pdf: Pdf", "values.report_type: pdf: Pdf: "),
    (VENDOR, "reports.read: documents", "reports.read: reports", "values.scope: reports.read: reports: "),
    (VENDOR, "order-not-found: NO_ORDER", "order-not-found: NONE", "values.problem: order-not-found: NONE: answers"),
    ("legacy", "times: epoch_s", "times: epoch_ms", "times: epoch_ms: no time in any answer can be read so"),
    (VENDOR, 'times: "%Y%m%d%H%M%S%z"', "times: rfc3339", "times: rfc3339: no time in any answer can be read so"),
    (VENDOR, "not_ready: 425", "not_ready: 202", "codes.not_ready: 202: each such answer is 425"),
    (VENDOR, "bad_request: 422", "bad_request: 400", "codes.bad_request: 400: each such answer is 422"),
    (VENDOR, "foreign_organization: 404", "foreign_organization: 403", "codes.foreign_organization: 403: each such"),
    ("legacy", "acknowledged: 204", "acknowledged: 202", "codes.acknowledged: 202: each such answer is 204 No Content"),
    (EMPTY_VENDOR, "unknown: 200-empty", "unknown: 404", "codes.unknown: 404: each such answer is 200-empty"),
    ("legacy", "X-Request-Id: X-Correlation-Id", "X-Request-Id: X-Call", "headers.X-Request-Id: X-Call: no answer"),
    ("legacy", "fhir: application/json", "fhir: text/xml", "media_types.fhir: text/xml: answers have application/json"),
    (VENDOR, "[json, txt, pdf, fhir]", "[json, txt, pdf, fhir, hl7v2]", "report_types: hl7v2: the service refuses it"),
    (EMPTY_VENDOR, "/document/content", "/document/bytes", "reports_carried: base64: /document/bytes: no answer of"),
    ("legacy", "media_type: application/json", "media_type: text/json", "errors.media_type: text/json: refusals have"),
    ("legacy", "type: /code", "type: /kind", "Problem.type: /kind: no refusal has it"),
    (VENDOR, "parameter: /name", "parameter: /field", "Problem.errors.parameter: /field: no refusal has it"),
    (VENDOR, "credentials: body", "credentials: basic", "token.credentials: basic: no token request is granted"),
    (VENDOR, "report_ids: /ids", "report_ids: /names", "acknowledgement.body.report_ids: /names: each call with it"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoken", "right", "wrong", "words"), KINDS, ids=[kind[3].partition(": ")[0] for kind in KINDS]
)
def test_a_line_of_each_kind_leads_to_itself(spoken: str, right: str, wrong: str, words: str) -> None:
    """The only note names it, with its value and the reason."""
    text, number = changed(spoken, right, wrong)
    (note,) = notes_of(spoken, text)
    assert note.startswith(f"vendor.yaml:{number}: {words}")


@pytest.mark.parametrize("spoken", [*SHIPPED, VENDOR, EMPTY_VENDOR])
def test_a_service_that_speaks_its_dialect_has_no_note(spoken: str) -> None:
    """Whatever the file says."""
    assert notes_of(spoken, text_of(spoken)) == []


def test_several_wrong_lines_are_noted_in_the_order_of_the_file() -> None:
    """A name, a word and the times, each once."""
    text = text_of("legacy").replace("order_id: order\n", "order_id: auftrag\n")
    notes = notes_of("legacy", text.replace("COMPLETED: 2", "COMPLETED: 7").replace("epoch_s", "epoch_ms"))
    places = [note.split(": ")[1] for note in notes]
    assert places == ["parameters.order_id", "values.OrderStatus.status", "times"]


def leaves(node: Node, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield each value of a file with the keys that lead to it."""
    for key, value in node.members or ():
        yield from leaves(value, (*place, str(key.text)))
    if node.members is None and node.text not in ("null", None) and place != ("name",):
        yield place, node


def mutated(spoken: str, place: tuple[str, ...], node: Node) -> tuple[str, int]:
    """Return a file with another value at a place, and the number of its line."""
    other = {"codes": {"404": "425", "204": "202"}, "times": {"epoch_s": "epoch_ms"}}.get(place[0], {})
    value = str(node.text)
    wrong = other.get(value) or (str(int(value) + 40) if value.isdigit() else value + "x")
    rows = text_of(spoken).splitlines()
    row, column = rows[node.line - 1], node.column - 1
    rows[node.line - 1] = row[:column] + wrong + row[column + len(value) :]
    return "\n".join(rows), node.line


def test_single_mutations_lead_to_their_lines() -> None:
    """Thirty, drawn from two dialects: each is noted at its line, and at no other."""
    every = [
        (spoken, *leaf) for spoken in ("legacy", "camel") for leaf in leaves(compose(text_of(spoken)) or Node(1, 1))
    ]
    missed = []
    for spoken, place, node in random.Random(7).sample(every, 30):
        text, number = mutated(spoken, place, node)
        notes = notes_of(spoken, text)
        if [note.split(":")[1] for note in notes] != [str(number)]:
            missed.append((spoken, place, notes))
    assert missed == []
