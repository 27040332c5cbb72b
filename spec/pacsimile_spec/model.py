"""What the two documents say, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["MUST", "SHOULD"]
Source = Literal["D", "R", "C"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter of an operation; `schema` is its JSON Schema with its own `$ref` resolved."""

    name: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API.

    `scope` is the one that opens it, None for the token operations. `parameters` are those of the query, in the
    document's order. `exactly_one_of` names the selectors of which a call carries exactly one (STATUS-3), or is empty.
    """

    operation_id: str
    method: str
    path: str
    scope: str | None
    parameters: tuple[Parameter, ...]
    exactly_one_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One clause of the contract.

    `title` says it in at most 60 characters, without its conditions; `words` are the clause, complete in itself.
    `source` is D (the public description says it), R (an RFC or DICOM does) or C (the contract decides it); `harm` is
    true where breaking it gives access, wrong data or a lost report. `not_tested_because` is None for what is judged.
    `since` names the minor release that brought it (None: the first), as `0.3`: until the next it only warns.
    """

    id: str
    title: str
    level: Level
    source: Source
    harm: bool
    words: str
    not_tested_because: str | None = None
    since: str | None = None

    @property
    def named(self) -> str:
        """The id with its title, as people are shown it: `AUTH-12 forged and foreign tokens are refused`."""
        return f"{self.id} {self.title}"
