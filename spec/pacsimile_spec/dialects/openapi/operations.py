"""Respells requests: paths, parameters, bodies and security."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pacsimile_spec.dialects.identity import TOKEN_PARAMETERS
from pacsimile_spec.dialects.model import Dialect, PathTemplate
from pacsimile_spec.dialects.openapi.nodes import METHODS, Node, is_token_operation
from pacsimile_spec.documents import resolve


def respell_operations(document: Node, dialect: Dialect) -> None:
    """Respell the requests of all operations."""
    paths: dict[str, Node] = {}
    for item in document["paths"].values():
        for method in METHODS:
            if method in item and item[method]["operationId"] in dialect.paths:
                for path, operation in _variants(item[method], document, dialect):
                    paths.setdefault(path, {})[method] = operation
    document["paths"] = paths
    _respell_security(document, dialect)
    _respell_form(document, dialect)


def _variants(operation: Node, document: Node, dialect: Dialect) -> list[tuple[str, Node]]:
    """Return the operation once for each of its paths."""
    result = []
    for index, template in enumerate(dialect.paths[operation["operationId"]]):
        variant = deepcopy(operation)
        if index:
            variant["operationId"] += "".join(
                "By" + "".join(word.title() for word in name.split("_")) for name in template.parameters
            ) or str(index + 1)
        _respell_parameters(variant, template, document, dialect)
        _respell_body(variant, dialect)
        result.append((_path(template, dialect), variant))
    return result


def _path(template: PathTemplate, dialect: Dialect) -> str:
    text = template.text
    for name in template.parameters:
        text = text.replace("{" + name + "}", "{" + dialect.parameters[name] + "}")
    return text


def _respell_parameters(operation: Node, template: PathTemplate, document: Node, dialect: Dialect) -> None:
    alternatives = tuple(operation.get("x-exactly-one-of", ()))
    inside = [name for name in alternatives if name in template.parameters]
    parameters = []
    for reference in operation.pop("parameters", ()):
        node = deepcopy(dict(resolve(reference, document)))
        name = node["name"]
        if inside and name in alternatives and name not in inside:
            continue
        node["name"] = dialect.parameters[name]
        if name in template.parameters:
            node |= {"in": "path", "required": True}
            node.pop("allowEmptyValue", None)
        parameters.append(_respelled_example(name, node, dialect))
    if is_token_operation(operation):
        parameters += _credentials(operation, dialect)
    for name, value in dialect.constants.items():
        schema = {"type": "string", "const": value}
        parameters.append(
            {"name": name, "in": "query", "required": True, "description": "The same in every call.", "schema": schema}
        )
    if alternatives and not inside:
        operation["x-exactly-one-of"] = [dialect.parameters[name] for name in alternatives]
    else:
        operation.pop("x-exactly-one-of", None)
    if parameters:
        operation["parameters"] = parameters


def _respelled_example(name: str, node: Node, dialect: Dialect) -> Node:
    if name == "scope" and "example" in node:
        words = dialect.values["scope"]
        node["example"] = " ".join(dict.fromkeys(str(words.written(scope)) for scope in node["example"].split()))
    return node


def _credentials(operation: Node, dialect: Dialect) -> list[Node]:
    """Return the query parameters for the client's credentials."""
    if dialect.credentials != "query":
        return []
    return [
        {"name": dialect.parameters[name], "in": "query", "required": True, "description": text,
         "schema": {"type": "string", "minLength": 1}}
        for name, text in (("client_id", "Your client."), ("client_secret", "Its secret."))
    ]  # fmt: skip


def _respell_body(operation: Node, dialect: Dialect) -> None:
    if operation["operationId"].startswith("acknowledgeReports"):
        if not dialect.acknowledgements.with_body:
            operation.pop("requestBody")
        elif not dialect.acknowledgements.without_body:
            operation["requestBody"]["required"] = True


def _respell_security(document: Node, dialect: Dialect) -> None:
    """Say how to authenticate for the token operations, and which scopes exist."""
    components, scopes = document["components"], dialect.values["scope"]
    flow = components["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    texts: dict[str, str] = {}
    for ours, text in flow["scopes"].items():
        texts.setdefault(str(scopes.written(ours)), text)
    flow["scopes"] = texts
    token = dialect.paths.get("postToken") or dialect.paths.get("getToken")
    if token:
        flow["tokenUrl"] = token[0].text
    own = _token_security(components["securitySchemes"], dialect)
    for item in document["paths"].values():
        for operation in item.values():
            if is_token_operation(operation):
                if own is not None:
                    operation["security"] = deepcopy(own)
                continue
            operation["security"] = [
                {scheme: [str(scopes.written(name)) for name in names] for scheme, names in entry.items()}
                for entry in operation["security"]
            ]


def _token_security(schemes: Node, dialect: Dialect) -> list[Any] | None:
    """Return the security of the token operations, or None if it remains HTTP Basic."""
    if dialect.credentials == "basic":
        return None
    del schemes["basic"]
    if dialect.credentials != "headers":
        return [{}]
    names = {name: dialect.parameters[name] for name in ("client_id", "client_secret")}
    for name, theirs in names.items():
        text = "Your client." if name == "client_id" else "Its secret."
        schemes[name] = {"type": "apiKey", "in": "header", "name": theirs, "description": text}
    return [{name: [] for name in names}]


def _respell_form(document: Node, dialect: Dialect) -> None:
    """Respell the form of a token request."""
    form = document["components"]["schemas"]["TokenRequest"]
    form["properties"] = {dialect.parameters.get(name, name): node for name, node in form["properties"].items()}
    form["required"] = [dialect.parameters[name] for name in form["required"]]
    if dialect.credentials == "body":
        form["required"] += [dialect.parameters[name] for name in TOKEN_PARAMETERS[2:]]
