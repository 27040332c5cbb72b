"""Tables in Markdown, and the content of JSON schemas as their rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pacsimile_spec.documents import resolve

Row = tuple[str, ...]


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a table in Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, row)) + " |" for row in lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


class Key(NamedTuple):
    """A key of a YAML file, or a member of a JSON object."""

    path: str
    form: str
    required: bool
    words: str

    @property
    def names(self) -> str:
        """Its path, or the paths of several equal keys."""
        return ", ".join(f"`{path}`" for path in self.path.split(" "))


def merged(rows: Iterable[Key]) -> Iterator[Key]:
    """Merge the rows of a key that has several forms."""
    known: dict[str, Key] = {}
    for key in rows:
        before = known.get(key.path, key._replace(form=""))
        forms = dict.fromkeys(
            form for form in (*before.form.split(" or "), *key.form.split(" or ")) if form != "anything"
        )
        known[key.path] = before._replace(form=" or ".join(filter(None, forms)))
    return iter(known.values())


def alike(rows: Iterable[Key]) -> list[Key]:
    """Merge adjacent rows that have no description and differ only in the path."""
    merged_rows: list[Key] = []
    for key in rows:
        parent = key.path.rpartition(".")[0]
        before = merged_rows[-1] if merged_rows else None
        if (
            before
            and not key.words
            and before[1:] == key[1:]
            and before.path.split(" ")[0].rpartition(".")[0] == parent
        ):
            merged_rows[-1] = before._replace(path=f"{before.path} {key.path}")
        else:
            merged_rows.append(key)
    return merged_rows


def keys(node: Mapping[str, Any], root: Mapping[str, Any], path: str) -> Iterator[Key]:
    """Yield the keys below a place of a schema."""
    for name, member in node.get("properties", {}).items():
        whole = {**followed(member, root), **{key: value for key, value in member.items() if key != "$ref"}}
        words = "" if named(member) and "description" not in member else whole.get("description", "")
        items = followed(whole.get("items", {}), root)
        inner = items if whole.get("type") == "array" else whole
        place = f"{path}{name}{'[]' if inner is items and items.get('type') == 'object' else ''}"
        yield Key(place, form(member, root), name in node.get("required", ()), words)
        for branch in (inner, *inner.get("oneOf", ()), *inner.get("anyOf", ())):
            yield from keys(followed(branch, root), root, f"{place}.")


def followed(node: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the target of a `$ref`."""
    return resolve(node, root)


def named(node: Mapping[str, Any]) -> str | None:
    """Return the name of a form that the page explains once."""
    name = str(node.get("$ref", "")).rpartition("/")[2]
    return name if name in ("duration", "polls") else None


def form(node: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    """Return the form of a value in a few words."""
    if name := named(node):
        return name
    node = {**followed(node, root), **{key: value for key, value in node.items() if key != "$ref"}}
    if "enum" in node:
        return ", ".join(
            f"`{json.dumps(value) if not isinstance(value, str) else value}`"
            for value in node["enum"]
            if value is not None
        )
    if "const" in node:
        return f"`{json.dumps(node['const']) if not isinstance(node['const'], str) else node['const']}`"
    for word in ("oneOf", "anyOf"):
        if word in node and "type" not in node:
            return " or ".join(
                dict.fromkeys(form(branch, root) for branch in node[word] if branch.get("type") != "null")
            )
    kinds = [kind for kind in as_list(node.get("type", "anything")) if kind != "null"]
    if kinds == ["array"]:
        inner = form(node.get("items", {}), root)
        return "list" if inner == "object" else f"list of {inner}"
    bounds = [f"{name} {node[key]}" for key, name in (("minimum", "from"), ("maximum", "to")) if key in node]
    return " ".join([" or ".join(kinds), *bounds])


def as_list(value: Any) -> list[Any]:
    """Return a list, also for a value that may be single."""
    return value if isinstance(value, list) else [value]
