"""Messages for people have no names of the code in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pacsimile_mock

COMPOUND = re.compile(r"\b(?:[A-Z][a-z0-9]+){2,}\b")
"""A name such as `CallView`, which no sentence has."""


def messages(tree: ast.AST) -> Iterator[str]:
    """Yield the sentences in a module: texts of several words that are no docstring, with or without values in them."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield from [node.value] if " " in node.value.strip() else []


def test_no_message_names_a_class_of_the_code() -> None:
    """As a rename that runs through texts too would have it."""
    trees = [ast.parse(path.read_text("utf-8")) for path in Path(pacsimile_mock.__file__).parent.rglob("*.py")]
    classes = {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    texts = [text for tree in trees for text in messages(tree)]
    assert len(texts) > 100, "the messages are looked at"
    assert [text for text in texts if classes & set(COMPOUND.findall(text))] == []
