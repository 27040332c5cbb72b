"""Read `openapi.yaml` and `requirements.yaml`, from the installed package, else from the repository."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from pacsimile_spec.model import Operation, Parameter, Requirement

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PACKAGE = Path(__file__).parent
_REPOSITORY = _PACKAGE.parents[1]


def read(name: str) -> bytes:
    """Read one of the two documents by its file name. Raise FileNotFoundError if neither place has it."""
    packaged = _PACKAGE / name
    return (packaged if packaged.exists() else _REPOSITORY / name).read_bytes()


@cache
def description() -> dict[str, Any]:
    """Return the parsed `openapi.yaml` (OpenAPI 3.1). All callers share one object: copy it before you change it."""
    document: dict[str, Any] = yaml.load(read("openapi.yaml"), Loader=_LOADER)  # noqa: S506 (the safe loader, in C)
    return document


def resolve(node: Mapping[str, Any], document: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """Return the target of `node` if it is a local `$ref`, else `node`. Raise KeyError if the target does not exist."""
    document = description() if document is None else document
    while "$ref" in node:
        target: Any = document
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _parameters(nodes: list[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    resolved = (resolve(node) for node in nodes)
    return tuple(
        Parameter(node["name"], bool(node.get("required", False)), resolve(node["schema"]))
        for node in resolved
        if node["in"] == "query"
    )


def _scope(node: Mapping[str, Any]) -> str | None:
    scopes = [scope for scheme in node.get("security", []) for names in scheme.values() for scope in names]
    return scopes[0] if scopes else None


def _operation(path: str, method: str, node: Mapping[str, Any]) -> Operation:
    return Operation(
        operation_id=node["operationId"],
        method=method.upper(),
        path=path,
        scope=_scope(node),
        parameters=_parameters(node.get("parameters", [])),
        exactly_one_of=tuple(node.get("x-exactly-one-of", ())),
    )


@cache
def operations() -> Mapping[str, Operation]:
    """Return the eight operations by `operationId`, in the document's order."""
    resolved = (
        _operation(path, method, item[method])
        for path, item in description()["paths"].items()
        for method in _METHODS
        if method in item
    )
    return MappingProxyType({operation.operation_id: operation for operation in resolved})


@cache
def requirements() -> Mapping[str, Requirement]:
    """Return the requirements by id, in the order of `requirements.yaml`."""
    rows = yaml.load(read("requirements.yaml"), Loader=_LOADER)["requirements"]  # noqa: S506 (as above)
    return MappingProxyType({row["id"]: Requirement(**row) for row in rows})
