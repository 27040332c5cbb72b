"""Reads a vendor's OpenAPI file within bounds, and follows its local references."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from pacsimile_contract.errors import UsageError
from pacsimile_spec.given_files import MIB, UnusableFile, read_text
from pacsimile_spec.plain import one_line

MOST_BYTES = 32 * MIB
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """Reads scalars as YAML 1.2 does: dates stay text, `no` and `on` are words."""


_KEPT = ("int", "float", "null", "merge")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in _KEPT]
    for first, resolvers in _BASE.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^([Tt]rue|TRUE|[Ff]alse|FALSE)$"), list("tTfF"))


def load_document(path: Path) -> dict[str, Any]:
    """Read an OpenAPI 3.0 or 3.1 document, YAML or JSON.

    Raises:
        UsageError: it cannot be read, or is no such document; names the file and says what to do.
    """
    try:
        text = read_text(path, MOST_BYTES)
    except UnusableFile as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    return parse_document(text, str(path))


def parse_document(text: str, name: str) -> dict[str, Any]:
    """Read the text of an OpenAPI document; `name` stands in errors.

    Raises:
        UsageError: it is no such document.
    """
    document = load_value(text, name)
    if not isinstance(document, dict):
        raise UsageError(f"{name}: expected an OpenAPI document, a mapping with the key `openapi`")
    version = str(document.get("openapi", ""))
    if "swagger" in document:
        raise UsageError(f"{name}: this is Swagger {document['swagger']}; convert it to OpenAPI 3 first")
    if not version.startswith(("3.0", "3.1")):
        shown = f"`openapi: {version[:20]}`" if version else "no key `openapi`"
        raise UsageError(f"{name}: expected OpenAPI 3.0 or 3.1; got {one_line(shown)}")
    if not isinstance(document.get("paths"), dict) or not document["paths"]:
        raise UsageError(f"{name}: expected `paths` with operations; there are none")
    return document


def load_value(text: str, name: str) -> Any:
    """Read YAML or JSON.

    Raises:
        UsageError: it is neither.
    """
    try:
        if text.lstrip()[:1] == "{":
            try:
                return json.loads(text)
            except ValueError:
                pass  # YAML may begin so too
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UsageError(f"{name}{line}: this is neither YAML nor JSON: {one_line(str(error.problem))}") from None
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise UsageError(f"{name}: this is neither YAML nor JSON: {one_line(str(error))[:200]}") from None
    except RecursionError:
        raise UsageError(f"{name}: is nested too deeply") from None


class References:
    """Follows the references of a document. One that leads nowhere, outside or to itself is an empty mapping."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.broken: dict[str, str] = {}
        """Each reference that could not be followed, and why."""

    def follow(self, node: Any) -> dict[str, Any]:
        """Return a mapping, or the target of its `$ref` together with the keys beside it (OpenAPI 3.1)."""
        seen: set[str] = set()
        beside: dict[str, Any] = {}
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            beside = {**{key: value for key, value in node.items() if key != "$ref"}, **beside}
            if reference in seen:
                self.broken[reference] = "it leads back to itself"
                return beside
            seen.add(reference)
            node = self._target(reference)
        self.check(node)
        if not isinstance(node, dict):
            return beside
        return {**node, **beside} if beside else node

    def check(self, node: Any) -> None:
        """Note a reference of a kind that is not followed."""
        if not isinstance(node, dict):
            return
        if "$ref" in node and not isinstance(node["$ref"], (str, dict)):
            self.broken[repr(node["$ref"])] = "it is no text"
        if isinstance(node.get("$dynamicRef"), str):
            self.broken[node["$dynamicRef"]] = "a $dynamicRef is not supported: use $ref"

    def _target(self, reference: str) -> Any:
        if not reference.startswith("#"):
            self.broken[reference] = "it leads out of the file: bundle the description into one file"
            return None
        node: Any = self.document
        for step in reference.removeprefix("#").split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
            if isinstance(node, list) and step.isdigit() and int(step) < len(node):
                node = node[int(step)]
            elif isinstance(node, dict) and step in node:
                node = node[step]
            else:
                self.broken[reference] = "there is nothing there"
                return None
        return node
