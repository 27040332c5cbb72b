"""YAML files of users, checked against a JSON schema; each error names file, line and what was expected."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from pacsimile_contract.errors import TargetFileError
from pacsimile_contract.target.nearest import meant
from pacsimile_spec import given_files
from pacsimile_spec.given_files import UnusableFile

Path_ = tuple[str | int, ...]

MOST_BYTES = given_files.MIB
"""Of one file."""
MOST_LEVELS = 20
"""Of mappings and lists in one another; a file of ours has five."""
MOST_NODES = 100_000


def schema(name: str) -> dict[str, Any]:
    """Return one of this package's published JSON schemas, by file name."""
    found: dict[str, Any] = json.loads(files("pacsimile_contract").joinpath(name).read_text("utf-8"))
    return found


def load(path: Path, rules: Mapping[str, Any]) -> tuple[Any, "Marks"]:
    """Read a YAML (or JSON) file, type its plain words by the schema, and check it; TargetFileError with the line."""
    try:
        text = given_files.read_text(path, MOST_BYTES)
    except UnusableFile as error:
        raise TargetFileError(f"{path}: cannot be read: {error}") from None
    marks = Marks(path)
    root = _composed(text, marks)
    empty: Any = [] if rules.get("type") == "array" else {}
    document = empty if root is None else _typed(root, rules, rules, (), marks)
    _check(document, rules, marks)
    return document, marks


def _composed(text: str, marks: "Marks") -> yaml.Node | None:
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1 + text[: getattr(error, "position", 0)].count("\n")
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
        raise TargetFileError(f"{marks.path}:{line}: is not YAML: {what}") from None
    except RecursionError:
        raise TargetFileError(f"{marks.path}:1: is nested too deeply; expected {MOST_LEVELS} levels at most") from None
    if root is not None:
        _check_size(root, marks)
    return root


def _check_size(root: yaml.Node, marks: "Marks") -> None:
    """Refuse what aliases make endless or huge, and keys that are no words."""
    left, seen = [(root, 0)], 0
    while left:
        node, depth = left.pop()
        seen += 1
        line = node.start_mark.line + 1
        if depth > MOST_LEVELS:
            raise TargetFileError(f"{marks.path}:{line}: is nested too deeply; expected {MOST_LEVELS} levels at most")
        if seen > MOST_NODES:
            raise TargetFileError(f"{marks.path}:{line}: is too long; expected {MOST_NODES} values at most")
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    where = f"{marks.path}:{key.start_mark.line + 1}"
                    raise TargetFileError(f"{where}: a list or mapping stands where a key is expected")
                left.append((value, depth + 1))
        elif isinstance(node, yaml.SequenceNode):
            left.extend((one, depth + 1) for one in node.value)


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
        name = ".".join(_one_line(str(step)) for step in place)
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
    if wanted == "integer" and not quoted and re.fullmatch("-?[0-9]{1,18}", text):
        return int(text)
    if wanted is None and "enum" not in rule and not quoted and text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    return text


def _check(document: Any, rules: Mapping[str, Any], marks: Marks) -> None:
    from jsonschema import Draft202012Validator, validators

    exact: Any = validators
    checking = exact.extend(Draft202012Validator, {"pattern": _matches})
    errors = sorted(checking(rules).iter_errors(document), key=lambda one: list(map(str, one.absolute_path)))
    if not errors:
        return
    first = errors[0]
    place: Path_ = tuple(first.absolute_path)
    if first.validator == "additionalProperties":
        known = first.schema.get("properties", {})
        unknown = next(name for name in first.instance if name not in known)
        raise marks.error(
            (*place, unknown), f"unknown key; expected one of {', '.join(known)}{meant(unknown, tuple(known))}"
        )
    if first.validator == "required":
        lacking = next(name for name in first.validator_value if name not in first.instance)
        raise marks.error(place, f"lacks {lacking}; expected {', '.join(first.validator_value)}")
    hint = meant(str(first.instance), first.validator_value) if first.validator == "enum" else ""
    words = f"expected {first.schema.get('description', first.message)}; got {shown(first.instance)}{hint}"
    raise marks.error(place, words)


def _matches(_: Any, pattern: str, value: Any, __: Any) -> Iterator[Any]:
    """Match as JSON Schema does, whose `$` is the very end: Python's lets a line break follow."""
    from jsonschema import ValidationError

    exact = pattern.removesuffix("$") + (r"\Z" if pattern.endswith("$") else "")
    if isinstance(value, str) and not re.search(exact, value):
        yield ValidationError(f"{pattern} does not match")


def _one_line(text: str) -> str:
    return text if text.isprintable() and len(text) <= 60 else json.dumps(text)[:60]


def shown(value: Any) -> str:
    """Return a value as an error may show it: in one line, and not all of a long one."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return json.dumps(value)[:60]
