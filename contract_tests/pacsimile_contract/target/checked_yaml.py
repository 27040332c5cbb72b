"""Users' YAML files, checked against a JSON schema. Each error names file, line and what was expected."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from pacsimile_contract.errors import TargetFileError
from pacsimile_contract.schemas import is_surely_valid
from pacsimile_contract.target.suggestions import suggestion
from pacsimile_spec.given_documents import DocumentError, Node, read_yaml
from pacsimile_spec.given_files import MIB, UnusableFile

Place = tuple[str | int, ...]
"""The path to a value in a document: keys and list indexes."""

MOST_BYTES = MIB
"""Largest size of a file, in bytes."""


def schema(name: str) -> dict[str, Any]:
    """Return a published JSON schema of this package, by file name."""
    document: dict[str, Any] = json.loads(files("pacsimile_contract").joinpath(name).read_text("utf-8"))
    return document


def load(path: Path, rules: Mapping[str, Any]) -> tuple[Any, "YamlPlaces"]:
    """Read a YAML (or JSON) file, convert its unquoted scalars by the schema, and check it.

    Returns the document, and the place of each value in the file.

    Raises:
        TargetFileError: it cannot be read or does not fit, with file, line and what was expected.
    """
    try:
        root = read_yaml(path, MOST_BYTES)
    except UnusableFile as error:
        raise TargetFileError(f"{path}: cannot be read: {error}") from None
    except DocumentError as error:
        raise TargetFileError(f"{path}:{error.line}: {error}") from None
    places = YamlPlaces(path)
    empty: Any = [] if rules.get("type") == "array" else {}
    document = empty if root is None else _typed(root, rules, rules, (), places)
    _check(document, rules, places)
    return document, places


class YamlPlaces:
    """The line of each value in the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[Place, int] = {}
        self._nodes: dict[Place, Node] = {}

    def put(self, place: Place, node: Node, key: Node | None = None) -> None:
        """Remember the value at `place`, and the key before it."""
        self._lines[place] = (key or node).line
        self._nodes[place] = node

    def error(self, place: Place, message: str) -> TargetFileError:
        """Return the error to raise about the value at `place`, or the nearest above it."""
        line = next((self._lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self._lines), 1)
        name = ".".join(_one_line(str(step)) for step in place)
        return TargetFileError(f"{self.path}:{line}: {name + ': ' if name else ''}{message}")

    def shown(self, place: Place) -> str:
        """Return the value at `place` as the file has it, in one line, cut after 60 characters.

        `true`, `null` and numbers are quoted where the file quotes them; other words always are. The name and password
        of an address are left out.
        """
        node = self._nodes.get(place)
        if node is None:
            return "nothing"
        if node.text is None:
            return "a list" if node.members is None else "a mapping"
        text = node.text if "@" not in node.text else "..." + node.text[node.text.rindex("@") :]
        return text if node.literal else json.dumps(text)[:60]


def _resolved(rule: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in rule:
        node: Any = root
        for step in str(rule["$ref"]).removeprefix("#/").split("/"):
            node = node[step]
        rule = node
    return rule


def _typed(
    node: Node,
    rule: Mapping[str, Any],
    root: Mapping[str, Any],
    place: Place,
    places: YamlPlaces,
    key: Node | None = None,
) -> Any:
    rule = _resolved(rule, root)
    places.put(place, node, key)
    if node.text is not None:
        return _scalar(node.text, rule, quoted=node.quoted)
    if node.items is not None:
        items = rule.get("items", {})
        return [_typed(item, items, root, (*place, index), places) for index, item in enumerate(node.items)]
    known, other = rule.get("properties", {}), rule.get("additionalProperties", {})
    others = other if isinstance(other, Mapping) else {}
    return {
        name.text: _typed(value, known.get(name.text, others), root, (*place, str(name.text)), places, name)
        for name, value in node.members or ()
    }


def _scalar(text: str, rule: Mapping[str, Any], *, quoted: bool) -> Any:
    wanted = rule.get("type")
    if wanted == "boolean" and not quoted and text in ("true", "false"):
        return text == "true"
    if wanted == "integer" and not quoted and re.fullmatch("-?[0-9]{1,18}", text):
        return int(text)
    if wanted is None and "enum" not in rule and not quoted and text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    return text


def _check(document: Any, rules: Mapping[str, Any], places: YamlPlaces) -> None:
    if is_surely_valid(document, jsonschema_rs.Draft202012Validator(dict(rules))):
        return  # jsonschema words what is wrong, but takes long to import
    from jsonschema import Draft202012Validator, validators

    exact: Any = validators
    checking = exact.extend(Draft202012Validator, {"pattern": _matches})
    errors = sorted(checking(rules).iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    if not errors:
        return
    first = errors[0]
    place: Place = tuple(first.absolute_path)
    if first.validator == "additionalProperties":
        known = first.schema.get("properties", {})
        unknown = next(name for name in first.instance if name not in known)
        raise places.error(
            (*place, unknown), f"unknown key; expected one of {', '.join(known)}{suggestion(unknown, tuple(known))}"
        )
    if first.validator == "required":
        lacking = next(name for name in first.validator_value if name not in first.instance)
        raise places.error(place, f"lacks {lacking}; expected {', '.join(first.validator_value)}")
    hint = suggestion(str(first.instance), first.validator_value) if first.validator == "enum" else ""
    words = f"expected {first.schema.get('description', first.message)}"
    secret = first.schema.get("writeOnly", False)  # a user may have written a secret there by mistake
    raise places.error(place, words if secret else f"{words}; got {places.shown(place)}{hint}")


def _matches(_: Any, pattern: str, value: Any, __: Any) -> Iterator[Any]:
    """Match as JSON Schema does, where `$` is the very end of the text. Python's `$` allows a line break after it."""
    from jsonschema import ValidationError

    exact = pattern.removesuffix("$") + (r"\Z" if pattern.endswith("$") else "")
    if isinstance(value, str) and not re.search(exact, value):
        yield ValidationError(f"{pattern} does not match")


def _one_line(text: str) -> str:
    return text if text.isprintable() and len(text) <= 60 else json.dumps(text)[:60]
