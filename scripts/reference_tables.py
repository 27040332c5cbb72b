"""Tables of Markdown, and what JSON schemas say as rows of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pacsimile_spec.documents import resolve

Row = tuple[str, ...]


def table(head: Row, rows: Iterable[Row]) -> str:
    """A table in Markdown."""
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
        """Its path, or those of several that are alike."""
        return ", ".join(f"`{one}`" for one in self.path.split(" "))


def merged(found: Iterable[Key]) -> Iterator[Key]:
    """Let a key that may be given in several forms stand once."""
    known: dict[str, Key] = {}
    for key in found:
        before = known.get(key.path, key._replace(form=""))
        forms = dict.fromkeys(one for one in (*before.form.split(" or "), *key.form.split(" or ")) if one != "anything")
        known[key.path] = before._replace(form=" or ".join(one for one in forms if one))
    return iter(known.values())


def alike(found: Iterable[Key]) -> list[Key]:
    """Let neighbours that are told in the same way, without words, stand in one row."""
    told: list[Key] = []
    for key in found:
        parent = key.path.rpartition(".")[0]
        before = told[-1] if told else None
        if (
            before
            and not key.words
            and before[1:] == key[1:]
            and before.path.split(" ")[0].rpartition(".")[0] == parent
        ):
            told[-1] = before._replace(path=f"{before.path} {key.path}")
        else:
            told.append(key)
    return told


def keys(node: Mapping[str, Any], root: Mapping[str, Any], path: str) -> Iterator[Key]:
    """The keys below a place of a schema."""
    for name, member in node.get("properties", {}).items():
        found = {**followed(member, root), **{key: value for key, value in member.items() if key != "$ref"}}
        words = "" if named(member) and "description" not in member else found.get("description", "")
        items = followed(found.get("items", {}), root)
        inner = items if found.get("type") == "array" else found
        place = f"{path}{name}{'[]' if inner is items and items.get('type') == 'object' else ''}"
        yield Key(place, form(member, root), name in node.get("required", ()), words)
        for branch in (inner, *inner.get("oneOf", ()), *inner.get("anyOf", ())):
            yield from keys(followed(branch, root), root, f"{place}.")


def followed(node: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a `$ref`."""
    return resolve(node, root)


def named(node: Mapping[str, Any]) -> str | None:
    """The name of a form that the page explains once."""
    name = str(node.get("$ref", "")).rpartition("/")[2]
    return name if name in ("duration", "polls") else None


def form(node: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    """The form of a value, in few words."""
    if name := named(node):
        return name
    node = {**followed(node, root), **{key: value for key, value in node.items() if key != "$ref"}}
    if "enum" in node:
        return ", ".join(
            f"`{json.dumps(one) if not isinstance(one, str) else one}`" for one in node["enum"] if one is not None
        )
    if "const" in node:
        return f"`{json.dumps(node['const']) if not isinstance(node['const'], str) else node['const']}`"
    for word in ("oneOf", "anyOf"):
        if word in node and "type" not in node:
            return " or ".join(dict.fromkeys(form(one, root) for one in node[word] if one.get("type") != "null"))
    kinds = [one for one in as_list(node.get("type", "anything")) if one != "null"]
    if kinds == ["array"]:
        inner = form(node.get("items", {}), root)
        return "list" if inner == "object" else f"list of {inner}"
    bounds = [f"{name} {node[key]}" for key, name in (("minimum", "from"), ("maximum", "to")) if key in node]
    return " ".join([" or ".join(kinds), *bounds])


def as_list(value: Any) -> list[Any]:
    """A value that may stand alone."""
    return value if isinstance(value, list) else [value]
