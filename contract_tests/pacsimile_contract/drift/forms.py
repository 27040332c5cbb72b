"""The form of a text, of which a difference is told without the text: `an instant in UTC`, `a UUID`."""

from __future__ import annotations

import re
from collections.abc import Iterable

TEXT = "a text"
_FORMS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("an instant in UTC", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("an instant in UTC with a fraction", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"),
        ("an instant with an offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d"),
        ("an instant with a fraction and an offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+[+-]\d\d:?\d\d"),
        ("a time without an offset", r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?"),
        ("a date", r"\d{4}-\d\d-\d\d"),
        ("a UUID", r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
        ("a DICOM UID", r"[0-2](\.(0|[1-9]\d*)){2,}"),
        ("digits", r"\d+"),
        ("a URN", r"urn:[A-Za-z0-9][A-Za-z0-9-]*:.*"),
        ("a URL", r"https?://.*"),
        ("an identifier with letters and digits", r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]+([._-]+[A-Za-z0-9]+)*"),
    )
)
_COARSER = {
    "an instant in UTC with a fraction": "an instant in UTC",
    "an instant with a fraction and an offset": "an instant with an offset",
}
_LONGEST = 256


def form(text: str) -> str:
    """Return the form of a text: `a text` where it has none that a program would rely on."""
    if not text or len(text) > _LONGEST:
        return TEXT
    return next((name for name, pattern in _FORMS if pattern.fullmatch(text)), TEXT)


def with_coarser(forms: Iterable[str]) -> set[str]:
    """Return these forms and those that a reader of them reads too: an instant that happens to have no fraction."""
    given = set(forms)
    return given | {_COARSER[name] for name in given if name in _COARSER}
