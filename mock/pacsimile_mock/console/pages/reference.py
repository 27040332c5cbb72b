"""The API's reference, in the world's own spelling, with each operation to be tried with ids of this world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Response

from pacsimile_mock.console.control_calls import in_path
from pacsimile_mock.console.visit import Visit, public_path
from pacsimile_mock.worlds.worlds import DEFAULT

METHODS = ("get", "post")


def show(visit: Visit) -> Response:
    """Show the operations, each with its parameters and answers."""
    document = visit.of_world("GET", "/openapi.json")
    world = visit.of_world("GET")
    prefix = public_path(visit.state.options) + ("" if visit.name == DEFAULT else f"/w/{visit.name}")
    orders = list(visit.calls.all_of(f"/worlds/{in_path(visit.name)}/orders", "orders", {"status": "COMPLETED"}, 200))
    return visit.page(
        "reference", "reference", "API", operations=list(_operations(document, _examples(visit, orders))),
        prefix=prefix, owner=orders[0]["organization_id"] if orders else None,
        clients=world["clients"], dialect=world["dialect"], token_path=urlsplit(world["token_endpoint"]).path,
    )  # fmt: skip


def _examples(visit: Visit, orders: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return identifiers of this world by the names that parameters have in its dialect."""
    if not orders:
        return {}
    first = orders[0]
    own = (order for order in orders if order["organization_id"] == first["organization_id"])
    grouped = next((order for order in own if order["study_group"]), None)
    known = {"order_id": first["order_id"], "study_uid": first["study_uid"], "organizationId": first["organization_id"]}
    known |= {"report_type": "json", **({"study_group": grouped["study_group"]} if grouped else {})}
    translator = visit.world.translator
    if translator is None:
        return known
    return {spelled: value for name, value in known.items() for spelled in translator.parameter_names((name,))}


def _operations(document: Mapping[str, Any], examples: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation is None:
                continue
            parameters = [
                _resolved(document, each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))
            ]
            yield {
                "id": operation.get("operationId", f"{method} {path}"), "method": method.upper(), "path": path,
                "summary": operation.get("summary", ""), "description": operation.get("description", ""),
                "parameters": list(_parameters(document, parameters, examples)),
                "has_body": "requestBody" in operation, "needs_token": operation.get("security") != [],
                "answers": [
                    {"status": status, "description": _resolved(document, answer).get("description", "")}
                    for status, answer in operation["responses"].items()
                ],
            }  # fmt: skip


def _parameters(
    document: Mapping[str, Any], parameters: Sequence[Mapping[str, Any]], examples: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield the parameters of an operation. Of several that are optional, such as selectors, the first has a value."""
    is_filled = False
    for parameter in parameters:
        row = _parameter(document, parameter, examples)
        if row["value"] and not row["required"]:
            row["value"] = "" if is_filled else row["value"]
            is_filled = True
        yield row


def _parameter(
    document: Mapping[str, Any], parameter: Mapping[str, Any], examples: Mapping[str, str]
) -> dict[str, Any]:
    schema = _resolved(document, parameter.get("schema", {}))
    name = parameter["name"]
    return {
        "name": name, "place": parameter["in"], "required": bool(parameter.get("required")),
        "description": parameter.get("description", ""), "choices": schema.get("enum", []),
        "value": examples.get(name, ""),
    }  # fmt: skip


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a reference of the document refers to."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node
