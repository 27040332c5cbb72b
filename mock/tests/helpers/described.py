"""The control API as its OpenAPI file describes it, and a mock whose control API is called."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jsonschema import Draft202012Validator

from mock.tests.helpers.in_process import Reply, Service
from pacsimile_mock import control
from pacsimile_spec.documents import resolve

FILE = Path(control.__file__).with_name("openapi.yaml")
METHODS = ("get", "post", "delete", "put", "patch")


class Described(NamedTuple):
    """An operation of the control API."""

    method: str
    path: str
    """A template, as the file has it: `/_mock/worlds/{world}`."""
    node: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        """Its operationId."""
        return str(self.node["operationId"])

    @property
    def query(self) -> set[str]:
        """The names of its query parameters."""
        return {one["name"] for one in self.parameters if one["in"] == "query"}

    @property
    def body(self) -> Mapping[str, Any] | None:
        """The schema of its body, if it takes one."""
        content = self.node.get("requestBody", {}).get("content")
        return None if content is None else content["application/json"]["schema"]

    def matches(self, method: str, path: str) -> bool:
        """Whether a call is one of this operation."""
        pattern = re.sub(r"\\{[a-z_]+\\}", "[^/]+", re.escape(self.path))
        return method == self.method and re.fullmatch(pattern, path) is not None


@cache
def document() -> dict[str, Any]:
    """The whole file."""
    loaded: dict[str, Any] = yaml.load(FILE.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


@cache
def operations() -> tuple[Described, ...]:
    """All operations of the file."""
    return tuple(_operations())


def _operations() -> Iterator[Described]:
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                nodes = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                parameters = tuple(resolve(one, document()) for one in nodes)
                yield Described(method.upper(), path, item[method], parameters)


def schema(name: str) -> dict[str, Any]:
    """A named schema."""
    found: dict[str, Any] = document()["components"]["schemas"][name]
    return found


def members(node: Mapping[str, Any]) -> set[str]:
    """The members that a body's schema knows, in whatever form it may be given."""
    node = resolve(node, document())
    inner = [one for word in ("anyOf", "oneOf") for one in node.get(word, ())]
    return set(node.get("properties", {})).union(*(members(one) for one in inner))


def closed(node: Any) -> Any:
    """The same schema, in which no object has members that are not described."""
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {name: closed(value) for name, value in node.items()}
    if isinstance(node.get("properties"), dict) and "type" in node:
        found.setdefault("additionalProperties", False)
    return found


@cache
def _strict_components() -> Any:
    return {"schemas": closed(document()["components"]["schemas"])}


def faults_of(node: Mapping[str, Any], value: Any) -> list[str]:
    """What of a value is not as described, members that are not described included."""
    rooted = {**closed(node), "components": _strict_components()}
    validator = Draft202012Validator(rooted, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(value)]


class Control:
    """Calls the control API of a mock without a socket, and holds every answer against the description."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.seen: set[tuple[str, int]] = set()
        """Operations and the statuses that they answered."""

    def __call__(self, method: str, target: str, content: Any = None, status: int = 200, **headers: str) -> Any:
        """Call, and give the JSON; `target` without `/_mock`."""
        reply = self.raw(
            method, "/_mock" + target, None if content is None else json.dumps(content).encode(), **headers
        )
        assert reply.status == status, reply.body
        return reply.json if reply.body else None

    def raw(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Reply:
        """Call, and give the answer as it is."""
        given = {"Authorization": f"Bearer {self.service.state.control_token}", **headers}
        reply = self.service.call(method, target, {name: value for name, value in given.items() if value}, body)
        self.check(method, target.partition("?")[0], reply)
        return reply

    def check(self, method: str, path: str, reply: Reply) -> None:
        """Hold an answer against the description: status, headers, media type, body."""
        operation = next(one for one in operations() if one.matches(method, path))
        assert str(reply.status) in operation.node["responses"], (operation.name, reply.status, reply.body)
        described = resolve(operation.node["responses"][str(reply.status)], document())
        self.seen.add((operation.name, reply.status))
        for name, header in described["headers"].items():
            sent, wanted = reply.headers.get(name), resolve(header, document())["schema"]
            assert sent is not None, f"{operation.name}: {name} is missing"
            assert not faults_of(wanted, int(sent) if wanted["type"] == "integer" else sent), (name, sent)
        if "content" not in described:
            assert (reply.body, reply.headers.get("Content-Type")) == (b"", None)
            return
        (media_type,) = described["content"]
        assert reply.headers["Content-Type"].partition(";")[0] == media_type
        if media_type.endswith("json"):
            assert not faults_of(described["content"][media_type]["schema"], reply.json), operation.name


def made(control: Control, **options: Any) -> str:
    """A new world's part of the path."""
    created = control("POST", "/worlds", {"scenario": "empty", "pace": "manual", **options}, 201)
    return f"/worlds/{created['world']}"
