"""What a rule of a report type is, and a breach of one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """A place of a document that breaks a rule.

    `where` and `what` are in words that tell nothing of a patient; `value` is what stands there, and may.
    """

    rule: str
    where: str
    what: str
    value: str | None = None


Breaches = Iterable[Breach]


def nothing_remarked(body: bytes) -> list[str]:
    """Remark on nothing: of a type that no library reads."""
    del body
    return []


@dataclass(frozen=True, slots=True)
class Rules:
    """The closed list of one report type: its rules in words, by id, and what finds the breaches in a document.

    `form` names those whose breach spoils nothing but the shape. `of_group` is for a study group's report, where it
    differs. `remarks` are what a library complains of beyond the list: notes, never a verdict.
    """

    report_type: str
    words: Mapping[str, str]
    breaches: Callable[[bytes], Breaches]
    of_group: Callable[[bytes], Breaches] | None = None
    form: frozenset[str] = frozenset()
    remarks: Callable[[bytes], list[str]] = nothing_remarked


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text: how a long closed list is written down here."""
    return frozenset(text.split())
