"""Reads a vendor's OpenAPI description as a service."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pacsimile_contract.learn.service import Answer, Content, Operation, Parameter, Service, Shape
from pacsimile_contract.learn.sources.documents import References, load_document
from pacsimile_contract.learn.sources.schemas import examples_of, shape_of_media, shape_of_schema

_METHODS = ("get", "put", "post", "delete", "patch")
MOST_OPERATIONS = 2000


def read_openapi(path: Path) -> Service:
    """Read a description from a file.

    Raises:
        UsageError: it cannot be read, or is no OpenAPI 3.0 or 3.1.
    """
    return service_of(load_document(path), path.name)


def service_of(document: dict[str, Any], source: str) -> Service:
    """Return the service that a parsed description describes."""
    return _Reader(document, source).service()


class _Reader:
    def __init__(self, document: dict[str, Any], source: str) -> None:
        self._document, self._references = document, References(document)
        self._service = Service(source, whole=True)
        components = self._references.follow(document.get("components"))
        self._schemes = self._references.follow(components.get("securitySchemes"))

    def service(self) -> Service:
        for path, item in self._document["paths"].items():
            followed = self._references.follow(item)
            for method in _METHODS:
                if isinstance(followed.get(method), dict) and len(self._service.operations) < MOST_OPERATIONS:
                    operation = self._operation(str(path), method, followed[method], followed)
                    self._service.operations.append(operation)
        self._read_flows()
        self._read_servers()
        self._service.unfollowed = self._references.broken
        return self._service

    def _operation(self, path: str, method: str, node: dict[str, Any], item: dict[str, Any]) -> Operation:
        operation = Operation(method.upper(), path)
        named: dict[tuple[str, str], Parameter] = {}
        for given in (*_list(item.get("parameters")), *_list(node.get("parameters"))):
            parameter = self._parameter(self._references.follow(given))
            parameter.context = _before(path, parameter.name) if parameter.place == "path" else ""
            named[parameter.place, parameter.name] = parameter
        operation.parameters = list(named.values())
        body = self._references.follow(node.get("requestBody"))
        if body:
            operation.body_required = body.get("required") is True
            operation.bodies = self._contents(body)
        for code, answer in self._references.follow(node.get("responses")).items():
            operation.answers[str(code)] = self._answer(str(code), self._references.follow(answer))
        operation.scopes, operation.schemes = self._security(node)
        texts = [node.get("operationId"), node.get("summary"), *_list(node.get("tags"))]
        operation.names = tuple(text for text in texts if isinstance(text, str))
        return operation

    def _parameter(self, node: dict[str, Any]) -> Parameter:
        shape = self._valued(node)
        return Parameter(str(node.get("name", "")), str(node.get("in", "")), shape, node.get("required") is True)

    def _valued(self, node: dict[str, Any]) -> Shape:
        """Return the shape of a parameter or header: its schema, or its content's."""
        shape = shape_of_schema(node.get("schema"), self._references)
        for media in self._references.follow(node.get("content")).values():
            shape = shape_of_media(media, self._references)
        for example in examples_of(node, self._references):
            shape.observe(example)
        if isinstance(node.get("description"), str):
            shape.texts.append(node["description"])
        return shape

    def _contents(self, node: dict[str, Any]) -> dict[str, Content]:
        return {
            str(media_type): Content(partial(shape_of_media, media, self._references))
            for media_type, media in self._references.follow(node.get("content")).items()
        }

    def _answer(self, code: str, node: dict[str, Any]) -> Answer:
        headers = {
            str(name): self._valued(self._references.follow(header))
            for name, header in self._references.follow(node.get("headers")).items()
        }
        texts = [node["description"]] if isinstance(node.get("description"), str) else []
        return Answer(code, self._contents(node), headers, texts)

    def _security(self, node: dict[str, Any]) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        given = node.get("security", self._document.get("security"))
        scopes: list[str] = []
        schemes: list[str] = []
        for entry in _list(given):
            for name, needed in entry.items() if isinstance(entry, dict) else ():
                scheme = self._references.follow(self._schemes.get(name))
                schemes.append(_scheme(scheme))
                if scheme.get("type") in ("oauth2", "openIdConnect") or _list(needed):
                    scopes += [str(scope) for scope in _list(needed)]
        named = any(scheme in ("oauth2", "bearer") for scheme in schemes)
        return (tuple(dict.fromkeys(scopes)) if named and scopes else None), tuple(schemes)

    def _read_flows(self) -> None:
        for scheme in self._schemes.values():
            flows = self._references.follow(self._references.follow(scheme).get("flows"))
            flow = self._references.follow(flows.get("clientCredentials"))
            if isinstance(flow.get("tokenUrl"), str):
                self._service.token_url = flow["tokenUrl"]
            for name, text in self._references.follow(flow.get("scopes")).items():
                self._service.scopes.append(str(name))
                self._service.texts.append(f"{name}: {text}")

    def _read_servers(self) -> None:
        for server in _list(self._document.get("servers"))[:1]:
            path = urlsplit(str(self._references.follow(server).get("url", ""))).path.rstrip("/")
            if path:
                self._service.notes.append(f"its paths are below {path[:80]}: let base_url of the target file end so")


def _before(path: str, name: str) -> str:
    """Return the segment before a parameter in a path."""
    before = path.partition("{" + name + "}")[0].rstrip("/")
    return before.rpartition("/")[2]


def _scheme(node: dict[str, Any]) -> str:
    kind = node.get("type")
    if kind == "http":
        return str(node.get("scheme", "")).lower()
    if kind == "apiKey":
        return f"{node.get('in')} {node.get('name')}"
    return str(kind)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
