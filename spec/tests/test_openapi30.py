"""The description in OpenAPI 3.0: valid, and the same API."""

import copy
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from pacsimile_spec import description
from pacsimile_spec.openapi30 import InexpressibleError, downgrade


def document(**schema: Any) -> dict[str, Any]:
    """Make a document with one schema."""
    return {"openapi": "3.1.0", "components": {"schemas": {"X": schema}}}


def downgraded(**schema: Any) -> Any:
    """Say one schema in 3.0."""
    return downgrade(document(**schema))["components"]["schemas"]["X"]


def upgraded(schema: dict[str, Any]) -> dict[str, Any]:
    """Undo the rewrites of one schema: an independent reading of what each word of 3.0 means in 3.1."""
    back = dict(schema)
    if back.pop("nullable", False):
        back["type"] = [back["type"], "null"]
    if "example" in back:
        back["examples"] = [back.pop("example")]
    if back.get("format") == "binary":
        back = {"contentMediaType": "*"}
    if len(back.get("enum", [])) == 1:
        back["const"] = back.pop("enum")[0]
    return back


def same(new: Any, old: Any) -> Any:
    """Compare a 3.0 document with its 3.1 original, place by place; yield the places that differ in meaning."""
    if isinstance(new, dict) and isinstance(old, dict):
        if new != old and "schema" not in new and ("type" in new or "example" in new):
            new = upgraded(new)
            old = {"contentMediaType": "*"} if "contentMediaType" in old else old
        yield from ((key, "only in one") for key in set(new) ^ set(old))
        for key in set(new) & set(old):
            yield from ((f"{key}/{place}", what) for place, what in same(new[key], old[key]))
    elif isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        for index, pair in enumerate(zip(new, old, strict=True)):
            yield from ((f"{index}/{place}", what) for place, what in same(*pair))
    elif new != old:
        yield "", (new, old)


def test_is_valid_openapi_30() -> None:
    """The document is valid by the OpenAPI 3.0 schema."""
    OpenAPIV30SpecValidator(downgrade(description())).validate()


def test_only_the_dialect_of_json_schema_changed() -> None:
    """Undone, the rewrites give the 3.1 document back: every path, parameter, answer, link, scope and schema."""
    new = downgrade(description())
    assert new.pop("openapi") == "3.0.3"
    old = {key: value for key, value in description().items() if key != "openapi"}
    assert list(same(new, old)) == []


def test_outside_schemas_nothing_changed() -> None:
    """With the schemas taken out, both documents are equal."""

    def bare(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: bare(value) for key, value in node.items() if key not in {"schema", "schemas"}}
        return [bare(item) for item in node] if isinstance(node, list) else node

    assert bare(downgrade(description())) == {**bare(description()), "openapi": "3.0.3"}


def test_the_original_is_left_alone() -> None:
    """Downgrading changes nothing in the document it is given."""
    before = copy.deepcopy(description())
    downgrade(description())
    assert description() == before


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ["string"]}, {"type": "string"}),
        ({"type": ["string", "null"], "enum": ["a", None]}, {"type": "string", "nullable": True, "enum": ["a", None]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"examples": [1, 2]}, {"example": 1}),
        ({"contentMediaType": "application/pdf"}, {"type": "string", "format": "binary"}),
        ({"type": "string", "contentEncoding": "base64"}, {"type": "string", "format": "byte"}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"$ref": "#/x", "description": "d"}, {"allOf": [{"$ref": "#/x"}], "description": "d"}),
        ({"$ref": "#/x"}, {"$ref": "#/x"}),
        ({"items": {"const": 1}}, {"items": {"enum": [1]}}),
        ({"properties": {"const": {"const": 1}}}, {"properties": {"const": {"enum": [1]}}}),
        ({"anyOf": [{"const": 1}, True]}, {"anyOf": [{"enum": [1]}, {}]}),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"default": {"const": 1}}, {"default": {"const": 1}}),
        ({"x-note": {"const": 1}}, {"x-note": {"const": 1}}),
    ],
)
def test_rewrites(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    """Each word of JSON Schema 2020-12 becomes what OpenAPI 3.0 has for it, and values are left as they are."""
    assert downgraded(**schema) == expected


@pytest.mark.parametrize("schema", [{"if": {}}, {"type": ["string", "integer"]}, {"items": {"prefixItems": []}}])
def test_what_has_no_words_is_refused(schema: dict[str, Any]) -> None:
    """A schema that 3.0 cannot say is an error that names its place, never a silent loss."""
    with pytest.raises(InexpressibleError, match=r"^#/components/schemas/X"):
        downgraded(**schema)
