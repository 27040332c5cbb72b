"""Files that are given as OpenAPI: what cannot be used is told in one line, what is odd is read all the same."""

import json

import pytest

from pacsimile_contract.errors import UsageError
from pacsimile_contract.learn.matching.proposals import proposal_of
from pacsimile_contract.learn.sources.documents import load_document, parse_document
from pacsimile_contract.learn.sources.openapi import service_of
from pacsimile_spec.dialects import load_dialect
from pacsimile_spec.dialects.openapi import describe
from pacsimile_spec.openapi30 import downgrade


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("openapi: [", "this is neither YAML nor JSON"),
        ("{", "this is neither YAML nor JSON"),
        ("openapi: \x00", "this is neither YAML nor JSON"),
        ("", "expected an OpenAPI document"),
        ("- a", "expected an OpenAPI document"),
        ("swagger: '2.0'", "convert it to OpenAPI 3 first"),
        ("openapi: 4.0.0", "expected OpenAPI 3.0 or 3.1"),
        ("openapi: 3.1.0", "expected `paths`"),
        ("openapi: 3.1.0\npaths: {}", "expected `paths`"),
        ("[" * 100_000, "nest"),
        ("a: " + "{b: " * 100_000, "nest"),
    ],
)
def test_what_is_no_description_is_told_in_one_line(text, problem):
    with pytest.raises(UsageError) as caught:
        parse_document(text, "vendor.yaml")
    assert str(caught.value).startswith("vendor.yaml")
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    for path, content in ((tmp_path, None), (tmp_path / "missing", None), (tmp_path / "latin", b"\xff")):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(UsageError, match="cannot be read"):
            load_document(path)


def test_dates_and_words_stay_what_they_are():
    """YAML 1.1 would make a date of an example, and booleans of NO and ON."""
    text = "openapi: 3.0.3\npaths: {/a: {get: {x: 2025-06-23, y: NO, z: on, t: true, n: 5}}}"
    node = parse_document(text, "vendor.yaml")["paths"]["/a"]["get"]
    assert node == {"x": "2025-06-23", "y": "NO", "z": "on", "t": True, "n": 5}


def test_references_in_circles_and_to_nowhere_are_left_out_and_told():
    document = {
        "openapi": "3.1.0",
        "paths": {
            "/orders/status": {
                "get": {
                    "parameters": [{"$ref": "#/components/parameters/Lost"}, {"$ref": "other.yaml#/P"}],
                    "responses": {"200": {"$ref": "#/components/responses/R"}},
                }
            }
        },
        "components": {
            "responses": {"R": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}},
            "schemas": {
                "Tree": {"properties": {"orderId": {"type": "string"}, "parent": {"$ref": "#/components/schemas/Tree"},
                                        "self": {"$ref": "#/components/schemas/Self"}}},
                "Self": {"$ref": "#/components/schemas/Self"},
            },
        },
    }  # fmt: skip
    service = service_of(document, "vendor.yaml")
    shape = service.operations[0].answers["200"].contents["application/json"].shape
    assert set(shape.members) == {"orderId", "parent", "self"}
    assert [note.partition(" was")[0] for note in proposal_of(service).notes if note.startswith("$ref")] == [
        "$ref #/components/parameters/Lost", "$ref #/components/schemas/Self", "$ref other.yaml#/P",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "named", "why"),
    [
        ({"$ref": "https://vendor.example/a.json#/A"}, "https://vendor.example/a.json#/A", "leads out of the file"),
        ({"$ref": "file.yaml"}, "file.yaml", "leads out of the file"),
        ({"$ref": "#/components/schemas/Lost"}, "#/components/schemas/Lost", "there is nothing there"),
        ({"$ref": 5}, "5", "it is no text"),
        ({"$ref": "#/components/schemas/A"}, "#/components/schemas/A", "it leads back to itself"),
        ({"$dynamicRef": "#node"}, "#node", "not supported"),
        ({"type": "object", "properties": {"status": {"$ref": 5}}}, "5", "it is no text"),
    ],
)
def test_what_a_reference_may_hide_is_asked(schema, named, why):
    """No operation and no member is surely absent where a reference was not followed; a note names it."""
    answer = {"content": {"application/json": {"schema": schema}}}
    parameters = [{"name": "orderId", "in": "path", "required": True, "schema": {"type": "string"}}]
    document = {
        "openapi": "3.1.0",
        "paths": {"/orders/{orderId}/status": {"get": {"parameters": parameters, "responses": {"200": answer}}}},
        "components": {
            "schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}},
        },
    }
    proposal = proposal_of(service_of(document, "vendor.yaml"))
    assert any(named in note and why in note for note in proposal.notes), proposal.notes
    assert named in proposal.questions["operations", "getResult"]
    assert not [line for line in proposal.lines.values() if line.sure and line.value in (False, None)]


JUNK = [
    *(None, 5, "x", [], ["x"], {"get": 5}),
    {"get": {"parameters": 5, "responses": [1]}},
    {"get": {"responses": {"200": {"content": {"application/json": {"schema": []}}}}}},
    {"get": {"parameters": [{"name": 5, "schema": {"enum": 7, "properties": 3}}]}},
]


@pytest.mark.parametrize("junk", JUNK)
def test_nodes_of_the_wrong_kind_are_passed_over(junk):
    proposal_of(service_of({"openapi": "3.1.0", "paths": {"/orders": junk}, "components": junk}, "vendor.yaml"))


def test_openapi_30_and_json_are_read_as_31_is(tmp_path):
    document = describe(load_dialect("camel"))
    path = tmp_path / "vendor.json"
    path.write_text(json.dumps(downgrade(document)), "utf-8")
    old = proposal_of(service_of(load_document(path), "vendor"))
    new = proposal_of(service_of(document, "vendor"))
    assert {place: line.value for place, line in old.lines.items()} == {
        place: line.value for place, line in new.lines.items()
    }
