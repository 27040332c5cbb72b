"""Convert OpenAPI 3.1 to 3.0.3. This is our own code, because openapi-downgrade also rewrites the content of examples.

It is for generators that do not support 3.1. In what this project uses, the two versions differ only in their dialect
of JSON Schema. So only schemas are rewritten: paths, parameters, responses, security and links stay as they are.
"""

from collections.abc import Callable, Mapping
from typing import Any

Schema = dict[str, Any]

_LITERAL = frozenset({"example", "examples", "value", "default", "enum", "const"})
_ONE = frozenset({"items", "not", "additionalProperties"})
_MANY = frozenset({"allOf", "anyOf", "oneOf"})
_UNKNOWN = frozenset(
    {
        *("$anchor", "$comment", "$defs", "$dynamicRef", "$id", "$schema"),
        *("contains", "minContains", "maxContains", "prefixItems", "unevaluatedItems"),
        *("dependentRequired", "dependentSchemas", "patternProperties", "propertyNames", "unevaluatedProperties"),
        *("if", "then", "else", "contentSchema"),
    }
)


class InexpressibleError(ValueError):
    """A schema says what OpenAPI 3.0 cannot express. The message names the place and the keyword."""


def downgrade(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same API as a valid OpenAPI 3.0.3 document. The argument is not changed.

    Raises:
        InexpressibleError: a schema uses what 3.0 cannot express.
    """
    return {**_document(document, "#"), "openapi": "3.0.3"}


def _document(node: Any, place: str) -> Any:
    """Copy what is not a schema, and rewrite the schemas inside."""
    if isinstance(node, list):
        return [_document(item, f"{place}/{index}") for index, item in enumerate(node)]
    if not isinstance(node, Mapping):
        return node
    return {key: _member(key, value, f"{place}/{key}") for key, value in node.items()}


def _member(key: str, value: Any, place: str) -> Any:
    if key in _LITERAL or key.startswith("x-"):
        return value
    if key == "schema":
        return _schema(value, place)
    if place == "#/components/schemas":
        return _named(value, place)
    return _document(value, place)


def _named(schemas: Mapping[str, Any], place: str) -> dict[str, Any]:
    return {name: _schema(schema, f"{place}/{name}") for name, schema in schemas.items()}


def _schema(schema: Any, place: str) -> Any:
    if isinstance(schema, bool):
        return schema if place.endswith("/additionalProperties") else ({} if schema else {"not": {}})
    unknown = sorted(_UNKNOWN.intersection(schema))
    if unknown:
        raise InexpressibleError(f"{place}: OpenAPI 3.0 does not know {', '.join(unknown)}")
    result = {key: _subschemas(key, value, f"{place}/{key}") for key, value in schema.items()}
    for rewrite in _REWRITES:
        rewrite(result, place)
    return result


def _subschemas(key: str, value: Any, place: str) -> Any:
    if key in _ONE:
        return _schema(value, place)
    if key in _MANY:
        return [_schema(item, f"{place}/{index}") for index, item in enumerate(value)]
    return _named(value, place) if key == "properties" else value


def _types(schema: Schema, place: str) -> None:
    """Turn `type: [string, "null"]` into `type: string, nullable: true`. An enumeration then includes null."""
    types = schema.get("type")
    if not isinstance(types, list):
        return
    named = [name for name in types if name != "null"]
    if len(named) != 1:
        raise InexpressibleError(f"{place}: OpenAPI 3.0 knows one type a schema, not {types}")
    schema["type"] = named[0]
    if "null" in types:
        schema["nullable"] = True


def _const(schema: Schema, place: str) -> None:
    del place
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]


def _examples(schema: Schema, place: str) -> None:
    """Turn `examples` of a schema into `example`, with the first of them."""
    del place
    if "examples" in schema:
        schema["example"] = schema.pop("examples")[0]


def _content(schema: Schema, place: str) -> None:
    """Turn `contentMediaType` and `contentEncoding` into `format`: binary, or byte for base64."""
    del place
    media_type, encoding = schema.pop("contentMediaType", None), schema.pop("contentEncoding", None)
    if media_type or encoding:
        schema.setdefault("type", "string")
        schema["format"] = "byte" if encoding == "base64" else "binary"


def _bounds(schema: Schema, place: str) -> None:
    """Turn `exclusiveMinimum: 0` into `minimum: 0, exclusiveMinimum: true`, and the maximum likewise."""
    del place
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if exclusive in schema:
            schema[bound], schema[exclusive] = schema[exclusive], True


def _reference(schema: Schema, place: str) -> None:
    """Put a `$ref` with other members into `allOf`, because 3.0 ignores members beside a reference."""
    del place
    if "$ref" in schema and len(schema) > 1:
        schema["allOf"] = [{"$ref": schema.pop("$ref")}, *schema.get("allOf", [])]


_REWRITES: tuple[Callable[[Schema, str], None], ...] = (_types, _const, _examples, _content, _bounds, _reference)
