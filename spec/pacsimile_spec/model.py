"""The content of the two documents as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["MUST", "SHOULD"]
Source = Literal["D", "R", "C"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter of an operation. `schema` is its JSON Schema with its own `$ref` resolved."""

    name: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API.

    `scope` is the one that it requires, None for the token operations. `parameters` are those of the query, in the
    document's order. `exactly_one_of` names the selectors of which a call must have exactly one (STATUS-3), or is
    empty.
    """

    operation_id: str
    method: str
    path: str
    scope: str | None
    parameters: tuple[Parameter, ...]
    exactly_one_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement of the contract.

    `title` has at most 60 characters and leaves conditions out. `words` are the whole requirement. `source` is D (the
    public description says it), R (an RFC or DICOM does) or C (the contract decides it). `harm` is true if breaking it
    means unauthorized access, wrong data or a lost report. `not_tested_because` is None for what is judged. `since`
    names the minor release that added it, such as `0.3`, or is None for the first release. Until the next one it only
    warns.
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
        """The id with its title, as shown to people: `AUTH-12 forged and foreign tokens are refused`."""
        return f"{self.id} {self.title}"
