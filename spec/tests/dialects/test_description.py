"""The OpenAPI document of a dialect: valid, complete in itself, with examples that fit, and free of our spelling."""

import json
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from openapi_spec_validator import validate

from pacsimile_spec import description
from pacsimile_spec.dialects import SHIPPED, identity, load_dialect, parse_dialect
from pacsimile_spec.dialects.openapi import describe
from pacsimile_spec.dialects.openapi.nodes import Node, contents, follow, operations_of
from pacsimile_spec.dialects.openapi.unused import references
from pacsimile_spec.documents import resolve
from pacsimile_spec.openapi30 import downgrade
from spec.tests.helpers.dialect_drawing import dialect_files


def parsed(text: str) -> Node:
    """Describe a dialect by its text."""
    return describe(parse_dialect("name: vendor\n" + text))


def operation(document: Node, name: str) -> Node:
    """Return an operation by its id."""
    return next(node for node in operations_of(document) if node["operationId"] == name)


def check_examples(document: Node) -> None:
    """Check each example by its schema."""
    for content in contents(document):
        for media in content.values():
            schema = {**media.get("schema", {}), "components": document["components"]}
            for example in media.get("examples", {}).values():
                jsonschema.validate(follow(example, document)["value"], schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_dialects_are_described(name: str) -> None:
    """As a valid document, in both versions of OpenAPI."""
    document = describe(load_dialect(name))
    validate(document)
    validate(downgrade(document))
    check_examples(document)


@settings(max_examples=15, deadline=None)
@given(dialect_files())
def test_every_dialect_is_described(file: dict[str, Any]) -> None:
    """Whatever it moves, renames or leaves out."""
    document = describe(parse_dialect(yaml.safe_dump(file)))
    check_examples(document)
    downgrade(document)
    for reference in references(document):
        resolve({"$ref": reference}, document)


def test_the_identity_is_the_contract_and_a_copy() -> None:
    """Nobody changes the contract by it."""
    document = describe(identity())
    assert document == description()
    document["info"]["title"] = "changed"
    assert description()["info"]["title"] != "changed"


def test_what_moved_or_is_named_otherwise_keeps_no_trace() -> None:
    """Not as a member, not as a parameter, not in a text."""
    document = describe(load_dialect("camel"))
    text = json.dumps(document)
    for ours in ("order_id", "study_uid", "report_type", "created_at", "study_group", "organization_id"):
        assert ours not in text, ours
    status = document["components"]["schemas"]["OrderStatus"]
    assert status["required"] == ["data"]
    assert "orderId" in status["properties"]["data"]["required"]
    assert operation(document, "getStatus")["x-exactly-one-of"] == ["orderId", "studyInstanceUid"]


def test_a_parameter_in_the_path_makes_an_operation_of_each_path() -> None:
    """Each with an id of its own, since an id stands once."""
    document = parsed('paths: {getStatus: ["/orders/{order_id}", "/studies/{study_uid}/status"]}')
    by_order, by_study = (
        document["paths"][path]["get"] for path in ("/orders/{order_id}", "/studies/{study_uid}/status")
    )
    assert (by_order["operationId"], by_study["operationId"]) == ("getStatus", "getStatusByStudyUid")
    assert [(p["name"], p["in"]) for p in by_order["parameters"]] == [("order_id", "path")]
    assert [(p["name"], p["in"]) for p in by_study["parameters"]] == [("study_uid", "path")]


def test_what_stands_in_the_errors_of_a_refusal_is_respelled() -> None:
    """Each of them is an object with places of its own."""
    document = parsed("fields: {Problem.errors: {parameter: /field, reason: /why/text}}\nerrors: {errors: /violations}")
    schemas = document["components"]["schemas"]
    (error,) = (node for node in schemas.values() if "field" in node.get("properties", {}))
    assert set(error["properties"]) == {"field", "why"}
    assert "violations" in schemas["Problem"]["properties"]


def test_codes_move() -> None:
    """What is not ready apart from what failed; an answer without content has none."""
    document = parsed("codes: {not_ready: 425, bad_request: 422, foreign_organization: 404, acknowledged: 204}")
    result = operation(document, "getResult")["responses"]
    assert "Retry-After" in result["425"]["headers"]
    assert "Retry-After" not in result["409"]["headers"]
    assert "400" not in result
    assert "400" in operation(document, "getToken")["responses"]
    acknowledged = operation(document, "acknowledgeReports")["responses"]
    assert "content" not in acknowledged["204"]
    assert "404" in acknowledged


def test_what_is_not_ready_may_be_a_404() -> None:
    """One answer then says both, and may tell when to come back."""
    answer = operation(parsed("codes: {not_ready: 404}"), "getResult")["responses"]["404"]
    assert "Retry-After" in answer["headers"]
    assert "notReady" in answer["content"]["application/problem+json"]["examples"]


def test_reports_come_as_the_dialect_carries_them() -> None:
    """As a link, in its media types, in the types that are offered."""
    document = parsed("reports_carried: {url: /data/link}")
    media = operation(document, "getResult")["responses"]["200"]["content"]["application/json"]
    assert media["schema"]["properties"]["data"]["properties"]["link"]["format"] == "uri"
    document = parsed("report_types: [pdf, csv]\nmedia_types: {pdf: application/x-pdf}")
    assert list(operation(document, "getResult")["responses"]["200"]["content"]) == ["application/x-pdf"]
    assert list(operation(document, "getGroupReport")["responses"]["200"]["content"]) == [
        "application/x-pdf",
        "text/csv",
    ]
    assert document["components"]["schemas"]["ReportType"]["enum"] == ["pdf", "csv"]


def test_links_lead_where_the_dialect_has_the_member() -> None:
    """By its pointers, and nowhere where it lacks what is needed."""
    document = describe(load_dialect("camel"))
    links = operation(document, "listReports")["responses"]["200"]["links"]
    assert links["status"]["parameters"] == {"orderId": "$response.body#/data/reports/0/orderId"}
    links = operation(parsed("fields: {OrderStatus: {study_uid: null}}"), "getStatus")["responses"]["200"]["links"]
    assert "orders" not in links


@pytest.mark.parametrize("where", ["basic", "body", "query", "headers"])
def test_credentials_stand_where_the_dialect_has_them(where: str) -> None:
    """In one place each."""
    document = parsed(f"token: {{credentials: {where}}}")
    token, schemes = operation(document, "getToken"), document["components"]["securitySchemes"]
    names = [follow(parameter, document)["name"] for parameter in token["parameters"]]
    assert ("client_secret" in names) == (where == "query")
    assert ("client_secret" in schemes) == (where == "headers")
    assert ("basic" in schemes) == (where == "basic")
    form = document["components"]["schemas"]["TokenRequest"]
    assert ("client_secret" in form["required"]) == (where == "body")
