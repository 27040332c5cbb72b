"""Every example of the description is what its schema says."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pacsimile_spec import description
from pacsimile_spec.documents import resolve

Example = tuple[str, Mapping[str, Any], Any]


def media_types(node: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Find each media type object below `node`, with its place."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from media_types(item, f"{place}/{index}")
    elif isinstance(node, Mapping):
        for name, value in node.items():
            if name == "content":
                yield from ((f"{place}/{media}", body) for media, body in value.items())
            yield from media_types(value, f"{place}/{name}")


def of_bodies() -> Iterator[Example]:
    """Yield the examples of requests and answers."""
    document = description()
    for place, body in media_types({"paths": document["paths"], "responses": document["components"]["responses"]}, ""):
        for name, example in body.get("examples", {}).items():
            yield f"{place}/{name}", body["schema"], resolve(example)["value"]


def of_components() -> Iterator[Example]:
    """Yield the examples of parameters, headers and schemas."""
    components = description()["components"]
    for kind in ("parameters", "headers"):
        for name, node in components[kind].items():
            if "example" in node:
                yield f"{kind}/{name}", node["schema"], node["example"]
    for name, schema in components["schemas"].items():
        yield from of_schema(f"schemas/{name}", schema)


def of_schema(place: str, schema: Mapping[str, Any]) -> Iterator[Example]:
    """Yield the examples of a schema and of those within it."""
    yield from ((place, schema, example) for example in schema.get("examples", []))
    for member, node in schema.get("properties", {}).items():
        yield from of_schema(f"{place}/{member}", node)
    if "items" in schema:
        yield from of_schema(f"{place}/items", schema["items"])


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Make a validator of a schema that refers to the description's components; formats are judged too."""
    rooted = {**schema, "components": description()["components"]}
    return Draft202012Validator(rooted, format_checker=Draft202012Validator.FORMAT_CHECKER)


EXAMPLES = [*of_bodies(), *of_components()]


@pytest.mark.parametrize(("schema", "value"), [pytest.param(*one[1:], id=one[0]) for one in EXAMPLES])
def test_example_is_valid(schema: Mapping[str, Any], value: Any) -> None:
    """An example validates against the schema beside it, formats included."""
    assert [error.message for error in validator(schema).iter_errors(value)] == []


def test_formats_are_really_judged() -> None:
    """The formats of dates, times and URIs are known to the validator, or an example could not fail on them."""
    assert {"date", "date-time", "uri", "uri-reference"} <= set(Draft202012Validator.FORMAT_CHECKER.checkers)


def test_examples_of_problems_are_those_of_the_closed_list() -> None:
    """A problem in an example has the status and title that belong to its reason."""
    kinds = description()["components"]["schemas"]["Problem"]["x-problem-types"]
    problems = [value for _, _, value in EXAMPLES if isinstance(value, dict) and "title" in value]
    assert problems
    for problem in problems:
        kind = kinds[problem["type"].rpartition(":")[2]]
        assert (problem["status"], problem["title"]) == (kind["status"], kind["title"])


def test_every_json_answer_has_an_example() -> None:
    """Each 200 in JSON shows at least one whole answer."""
    bodies = dict(media_types(description()["paths"], "")) | dict(media_types(description()["components"], ""))
    answers = {
        place: body for place, body in bodies.items() if "/200/" in place and place.endswith("/application/json")
    }
    assert answers
    assert all(body.get("examples") for body in answers.values())


def test_requests_are_closed_and_answers_are_open() -> None:
    """A JSON object in a request may have no further members; one in an answer may (and a form, by RFC 6749)."""
    schemas = description()["components"]["schemas"]
    closed = {name for name, schema in schemas.items() if schema.get("additionalProperties") is False}
    assert closed == {"AcknowledgementRequest"}
