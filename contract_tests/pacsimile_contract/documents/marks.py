"""The marks by which synthetic data is recognised. Without one nothing that a document says may be shown or kept."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from pacsimile_spec.identifiers import is_synthetic_uid

BANNER = "SYNTHETIC DATA"
_BANNER = "".join(BANNER.split())


def says_synthetic(said: Mapping[str, Any]) -> bool:
    """Whether a JSON object carries the mark of a report: its own member `synthetic`."""
    return said.get("synthetic") is True


def is_marked(said: Mapping[str, Any], echoes: Container[str] = ()) -> bool:
    """Whether a JSON object carries the mark: it says so, or every study UID in it names nothing real.

    A UID that is among `echoes` was ours before: repeated, it says nothing of the rest.
    """
    uids = list(_study_uids(dict(said)))
    own = any(one not in echoes for one in uids)
    return says_synthetic(said) or (own and all(map(is_synthetic_uid, uids)))


def _study_uids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "study_uid" and isinstance(member, str):
                yield member
            elif name != "study_uid":
                yield from _study_uids(member)
    elif isinstance(value, list):
        for member in value:
            yield from _study_uids(member)


def bears_banner(text: str) -> bool:
    """Whether a text carries the banner, however it is broken into lines."""
    return _BANNER in "".join(text.split())


def names_nobody(family_names: tuple[str, ...], identifiers: tuple[str, ...]) -> bool:
    """Whether a patient is marked by name and number alike: `ZZTEST-` and `SYN`, each of them."""
    named = bool(family_names) and bool(identifiers)
    return (
        named
        and all(one.upper().startswith("ZZTEST-") for one in family_names)
        and all(one.startswith("SYN") for one in identifiers)
    )
