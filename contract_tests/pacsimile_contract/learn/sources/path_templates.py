"""Tells names from identifiers in the paths of recorded calls."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from urllib.parse import unquote

from pacsimile_contract.learn.matching.kinds import kinds_of_value
from pacsimile_contract.learn.sources.disclosure import Disclosure, is_known
from pacsimile_contract.learn.words import known_words

_VERSION = re.compile(r"v?\d{1,2}(\.\d{1,2})?|hl7v2|oauth2|r4|base64")


def path_template(
    path: str, values: set[str], disclosure: Disclosure | None, among: Collection[str] = ()
) -> tuple[str, dict[str, str]]:
    """Return a path with names in braces instead of its identifiers, and the identifiers by these names.

    A segment that may not be written counts as an identifier, and so do those in `among`.
    """
    inside: dict[str, str] = {}
    segments = []
    for segment in path.split("/"):
        text = unquote(segment)
        hidden = disclosure is not None and bool(text) and not _is_named(text, disclosure)
        if not hidden and text not in among and not _is_identifier(text, values):
            segments.append(segment)
            continue
        name = "uid" if "uid" in kinds_of_value(text) else "id"
        while name in inside:
            name += "2"
        inside[name] = text
        segments.append("{" + name + "}")
    return "/".join(segments), inside


def beside_identifiers(paths: Iterable[str], values: set[str], disclosure: Disclosure) -> dict[str, set[str]]:
    """Return the inner segments of paths that stand where another path, which is else the same, has an identifier."""
    templates = {path: path_template(path, values, disclosure)[0].split("/") for path in paths}
    shapes = {tuple("{}" if "{" in step else step for step in steps) for steps in templates.values()}
    result: dict[str, set[str]] = {}
    for path, steps in templates.items():
        plain = ["{}" if "{" in step else step for step in steps]
        for index in range(1, len(plain) - 1):
            if plain[index] != "{}" and (*plain[:index], "{}", *plain[index + 1 :]) in shapes:
                result.setdefault(path, set()).add(unquote(plain[index]))
    return result


def note_resources(paths: Iterable[str], values: set[str], disclosure: Disclosure) -> None:
    """Note the segments that stand beside names of resources, and beside no identifier."""
    beside: dict[str, set[str]] = {}
    for path in paths:
        prefix = ""
        for segment in path.split("/")[1:]:
            beside.setdefault(prefix, set()).add(unquote(segment))
            prefix = f"{prefix}/{segment}"
    for segments in beside.values():
        names = {text for text in segments if text and _is_named(text, disclosure)}
        if sum(map(is_known, names)) > 1 and not any(_is_identifier(text, values) for text in segments - names):
            for text in segments:
                disclosure.note_public("segment", text)


def _is_named(text: str, disclosure: Disclosure) -> bool:
    return bool(_VERSION.fullmatch(text.lower())) or disclosure.allows("segment", text)


def _is_identifier(text: str, values: set[str]) -> bool:
    if not text or _VERSION.fullmatch(text.lower()) or known_words(text):
        return False
    return text in values or any(char.isdigit() for char in text) or " " in text or len(text) > 40
