"""The rules of a report type, and a breach of one of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """A place in a document that breaks a rule.

    `where` and `what` are words that hold nothing of a patient. `value` is what stands there, and may.
    """

    rule: str
    where: str
    what: str
    value: str | None = None


Breaches = Iterable[Breach]


def no_remarks(body: bytes) -> list[str]:
    """Return no remarks, for a type that no library reads."""
    del body
    return []


@dataclass(frozen=True, slots=True)
class Rules:
    """The closed list of rules of one report type.

    `words` words each rule, by id. `breaches` finds the breaches in a document, and `of_group` in a study group's
    report where that differs. `form` names the rules whose breach spoils only the form. `remarks` returns what a
    library complains of beyond the list: notes, never a verdict.
    """

    report_type: str
    words: Mapping[str, str]
    breaches: Callable[[bytes], Breaches]
    of_group: Callable[[bytes], Breaches] | None = None
    form: frozenset[str] = frozenset()
    remarks: Callable[[bytes], list[str]] = no_remarks


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set, to write down a long closed list."""
    return frozenset(text.split())
