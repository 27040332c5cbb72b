"""YAML files of users, checked against a JSON schema; each error names file, line and what was expected."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from pacsimile_contract.errors import TargetFileError

Path_ = tuple[str | int, ...]


def schema(name: str) -> dict[str, Any]:
    """Return one of this package's published JSON schemas, by file name."""
    found: dict[str, Any] = json.loads(files("pacsimile_contract").joinpath(name).read_text("utf-8"))
    return found


def load(path: Path, rules: Mapping[str, Any]) -> tuple[Any, "Marks"]:
    """Read a YAML (or JSON) file, type its plain words by the schema, and check it; TargetFileError with the line."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TargetFileError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise TargetFileError(f"{path}:{line}: is not YAML: {getattr(error, 'problem', None) or error}") from None
    marks = Marks(path)
    empty: Any = [] if rules.get("type") == "array" else {}
    document = empty if root is None else _typed(root, rules, rules, (), marks)
    _check(document, rules, marks)
    return document, marks


class Marks:
    """Where in the file each value stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[Path_, int] = {}

    def put(self, place: Path_, line: int) -> None:
        """Remember that the value at `place` begins on `line`, counted from 1."""
        self._lines[place] = line

    def error(self, place: Path_, message: str) -> TargetFileError:
        """Return the error to raise about the value at `place`, or the nearest above it."""
        line = next((self._lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self._lines), 1)
        name = ".".join(str(step) for step in place)
        return TargetFileError(f"{self.path}:{line}: {name + ': ' if name else ''}{message}")


def _resolved(rule: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in rule:
        found: Any = root
        for step in str(rule["$ref"]).removeprefix("#/").split("/"):
            found = found[step]
        rule = found
    return rule


def _typed(node: yaml.Node, rule: Mapping[str, Any], root: Mapping[str, Any], place: Path_, marks: Marks) -> Any:
    rule = _resolved(rule, root)
    marks.put(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return dict(_members(node, rule, root, place, marks))
    if isinstance(node, yaml.SequenceNode):
        items = rule.get("items", {})
        return [_typed(one, items, root, (*place, index), marks) for index, one in enumerate(node.value)]
    return _scalar(str(node.value), rule, quoted=bool(getattr(node, "style", None)))


def _members(
    node: yaml.MappingNode, rule: Mapping[str, Any], root: Mapping[str, Any], place: Path_, marks: Marks
) -> Iterator[tuple[str, Any]]:
    known, other, seen = rule.get("properties", {}), rule.get("additionalProperties", {}), set()
    for key, value in node.value:
        name = str(key.value)
        inside = known.get(name, other if isinstance(other, Mapping) else {})
        member = _typed(value, inside, root, (*place, name), marks)
        marks.put((*place, name), key.start_mark.line + 1)
        if name in seen:
            raise marks.error((*place, name), "stands twice; expected once")
        seen.add(name)
        yield name, member


def _scalar(text: str, rule: Mapping[str, Any], *, quoted: bool) -> Any:
    wanted = rule.get("type")
    if wanted == "boolean" and not quoted and text in ("true", "false"):
        return text == "true"
    if wanted == "integer" and not quoted and text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        return int(text)
    if wanted is None and "enum" not in rule and not quoted and text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    return text


def _check(document: Any, rules: Mapping[str, Any], marks: Marks) -> None:
    from jsonschema import Draft202012Validator

    errors = sorted(
        Draft202012Validator(rules).iter_errors(document), key=lambda one: list(map(str, one.absolute_path))
    )
    if not errors:
        return
    first = errors[0]
    place: Path_ = tuple(first.absolute_path)
    if first.validator == "additionalProperties":
        known = first.schema.get("properties", {})
        unknown = next(name for name in first.instance if name not in known)
        raise marks.error((*place, unknown), f"unknown key; expected one of {', '.join(known)}")
    if first.validator == "required":
        lacking = next(name for name in first.validator_value if name not in first.instance)
        raise marks.error(place, f"lacks {lacking}; expected {', '.join(first.validator_value)}")
    raise marks.error(place, f"expected {first.schema.get('description', first.message)}; got {_shown(first.instance)}")


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return json.dumps(value)[:60]
