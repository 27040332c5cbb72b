"""The marks of synthetic data. Nothing of a document without one may be shown or kept."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from pacsimile_spec.identifiers import is_synthetic_uid

BANNER = "SYNTHETIC DATA"
_BANNER = "".join(BANNER.split())


def says_synthetic(document: Mapping[str, Any]) -> bool:
    """Tell whether a JSON object carries the mark of a report: its own member `synthetic`."""
    return document.get("synthetic") is True


def is_marked(document: Mapping[str, Any], *echoes: Container[str]) -> bool:
    """Tell whether a JSON object carries the mark: it says so, or every study UID in it is a synthetic one.

    A UID in one of `echoes` was sent or known before, so its repetition says nothing of the rest.
    """
    uids = list(_study_uids(dict(document)))
    own = any(not any(uid in known for known in echoes) for uid in uids)
    return says_synthetic(document) or (own and all(map(is_synthetic_uid, uids)))


def _study_uids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "study_uid" and isinstance(member, str):
                yield member
            elif name != "study_uid" and isinstance(member, dict | list):
                yield from _study_uids(member)
    elif isinstance(value, list):
        for member in value:
            if isinstance(member, dict | list):
                yield from _study_uids(member)


def bears_banner(text: str) -> bool:
    """Tell whether a text carries the banner, however it is broken into lines."""
    return _BANNER in "".join(text.split())


def is_test_patient(family_names: tuple[str, ...], identifiers: tuple[str, ...]) -> bool:
    """Tell whether a patient is marked as synthetic: each family name by `ZZTEST-` and each number by `SYN`."""
    named = bool(family_names) and bool(identifiers)
    return (
        named
        and all(name.upper().startswith("ZZTEST-") for name in family_names)
        and all(number.startswith("SYN") for number in identifiers)
    )
