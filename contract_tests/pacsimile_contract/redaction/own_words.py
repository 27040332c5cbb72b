"""Our own words: what no secret can hide in, since everybody may read it."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from pacsimile_spec.documents import read

_PACKAGES = ("pacsimile_contract", "pacsimile_spec")
_DOCUMENTS = ("openapi.yaml", "requirements.yaml")


@cache
def _text() -> str:
    """Return all that we can say: each literal of our modules, the requirements, the description."""
    modules = [module.read_text("utf-8") for name in _PACKAGES for module in _modules(files(name))]
    return "\n".join([*modules, *(read(name).decode() for name in _DOCUMENTS)])


def _modules(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _modules(entry)
        elif entry.name.endswith(".py"):
            yield entry


@cache
def _words() -> frozenset[str]:
    """Return each word of it: letters, digits and underscores between other signs."""
    return frozenset(re.findall(r"\w+", _text()))


@cache
def _word_list() -> str:
    """Return these words one below the other: a twentieth of the text to look through."""
    return "\n".join(_words())


@cache
def is_word_of_ours(text: str) -> bool:
    """Whether a text is one of our own words, and no more: letters alone, as people's and orders' numbers are not."""
    return text.isalpha() and text in _words()


@cache
def is_ours(text: str) -> bool:
    """Whether a text stands in our own words, whole or as a part of them."""
    longest = max(re.findall(r"\w+", text), key=len, default="")
    return longest in _word_list() and text in _text()
