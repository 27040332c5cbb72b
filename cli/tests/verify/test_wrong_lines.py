"""A wrong line of a dialect leads to itself, whatever it is about; a service that speaks its dialect has no note."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from cli.tests.helpers.judged_day import EMPTY_VENDOR, VENDOR, Day, day_of, notes_of, vendor
from mock.tests.helpers.in_process import URL
from pacsimile_contract.client.tokens import token_request
from pacsimile_contract.dialects.wrong_lines import wrong_lines
from pacsimile_contract.evidence.exchange import Request
from pacsimile_spec.dialects import SHIPPED, dialect_text, parse_dialect
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
    ("camel", "status: /data/status", "status: /data/state", "fields.OrderStatus.status: /data/state: no answer"),
    ("camel", "order_ids: /data/orderIds", "order_ids: /orderIds", "fields.OrderIds.order_ids: /orderIds: no answer"),
    ("camel", "reports: /data/reports", "reports: /data/items", "fields.ReportList.reports: /data/items: no answer of"),
    ("camel", "report_id: /reportId\n    order_id: /orderId\n    study_uid: /studyInstanceUid\n    study_group",
     "report_id: /id\n    order_id: /orderId\n    study_uid: /studyInstanceUid\n    study_group",
     "fields.ReportList.reports.report_id: /id: no answer of listReports has it"),
    ("camel", "code_system: /codeSystem", "code_system: /system", "fields.JsonReport.procedure.code_system: /system:"),
    ("camel", "birth_date: /birthDate", "birth_date: /born", "fields.JsonReport.patient.birth_date: /born: no answer"),
    (VENDOR, "expires_in: /ttl", "expires_in: /seconds", "fields.Token.expires_in: /seconds: no answer of postToken"),
    (VENDOR, "acknowledged: /done", "acknowledged: /marked", "fields.Acknowledgement.acknowledged: /marked: no "),
    (VENDOR, "status: /data/state", "status: /data/orderId2", "fields.OrderStatus.status: /data/orderId2: no answer"),
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
    ("legacy", "type: /code", "type: /kind", "errors.type: /kind: no refusal has it"),
    (VENDOR, "parameter: /name", "parameter: /field", "fields.Problem.errors.parameter: /field: no refusal has it"),
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


def test_paths_of_two_operations_that_are_swapped_are_both_named() -> None:
    """By the shapes of the answers; what their calls are refused for is no other line's fault."""
    text = text_of("legacy").replace("/v1/order/status", "HERE").replace("/v1/order/list", "/v1/order/status")
    notes = notes_of("legacy", text.replace("HERE", "/v1/order/list"))
    assert [note.partition(": ")[2] for note in notes] == [
        "paths.getStatus: /v1/order/list: each answer has the shape of getOrderIds",
        "paths.getOrderIds: /v1/order/status: each answer has the shape of getStatus",
    ]


def test_a_constant_that_the_service_does_not_know_is_named_alone() -> None:
    """The token endpoint ignores unknown parameters, so its tokens confirm nothing."""
    text = text_of("legacy") + 'constants:\n  api-version: "2025"\n'
    (note,) = notes_of("legacy", text)
    assert note.startswith(f"vendor.yaml:{text.count(chr(10))}: constants.api-version: 2025: each call with it")


def test_a_vocabulary_that_the_file_does_not_have_is_not_named() -> None:
    """Only lines of the file are."""
    scopes = "  scope:\n    status.read: status\n    reports.read: documents\n"
    assert scopes in VENDOR
    assert [note for note in notes_of(VENDOR, VENDOR.replace(scopes, "")) if "values.scope" in note] == []


@pytest.mark.parametrize(
    ("spoken", "here", "there", "places"),
    [
        ("legacy", "COMPLETED: 2, FAILED: 8", "COMPLETED: 8, FAILED: 2", ["COMPLETED", "FAILED"]),
        ("legacy", "final: F, amended: C", "final: C, amended: F", ["amended", "final"]),
    ],
)
def test_two_swapped_words_are_both_named(spoken: str, here: str, there: str, places: list[str]) -> None:
    """Where a fact stands beside one of them alone."""
    text, number = changed(spoken, here, there)
    notes = notes_of(spoken, text)
    assert all(note.startswith(f"vendor.yaml:{number}: ") for note in notes)
    assert sorted(note.split(": ")[2] for note in notes) == places


@pytest.mark.parametrize("spoken", ["legacy", "camel", VENDOR, EMPTY_VENDOR])
def test_bodies_that_were_not_stored_contradict_no_line(spoken: str) -> None:
    """A stored run keeps some bodies alone, and facts of others."""
    text = text_of(spoken)
    calls = day_of(spoken, parse_dialect(text))
    for call in calls:
        call.body_was_stored = call.operation == "getStatus" and call.number % 2 == 0
    assert list(wrong_lines(parse_dialect(text), text, "vendor.yaml", calls)) == []


def test_a_wrong_scope_is_named_where_only_clients_of_states_ask_for_it() -> None:
    """Beside other scopes, and never by the client `primary`."""
    text = text_of("legacy").replace("values:\n", "values:\n  scope: {status.read: state.read}\n")
    assumed = parse_dialect(text)
    day = Day(vendor("legacy"), assumed)
    day.client = replace(day.client, name="state-org-default")
    for scope in (None, "status.read reports.read", "reports.read"):
        day.send(token_request(day.target, day.client, "getToken", scope))
    (note,) = wrong_lines(assumed, text, "vendor.yaml", day.exchanges)
    assert "values.scope: status.read: state.read: the service refuses it" in note


@pytest.mark.parametrize("style", ["headers", "query"])
def test_a_token_by_a_body_of_its_own_confirms_no_other_style(style: str) -> None:
    """AUTH-2 posts the credentials in the body, whatever the dialect says."""
    text = text_of("legacy") + f"token: {{credentials: {style}}}\n"
    assumed = parse_dialect(text)
    day = Day(vendor("legacy"), assumed)
    day.ask_tokens()
    body = urlencode({"grant_type": "client_credentials", "client_id": day.client.client_id,
                      "client_secret": day.client.client_secret}).encode()  # fmt: skip
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    posted = day.send(Request("POST", f"{URL}/oauth2/token", form, body, operation="postToken"))
    assert posted.succeeded
    (note,) = wrong_lines(assumed, text, "vendor.yaml", day.exchanges)
    assert f": token.credentials: {style}: no token request is granted so" in note


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
