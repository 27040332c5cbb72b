"""A dialect: how a service spells the facts of the contract, including those that are as in the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeVar

from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.operation_ids import OperationId

CarriedBy = Literal["bytes", "redirect", "url", "base64"]
Credentials = Literal["basic", "body", "query", "headers"]
"""Where a token request has the client's id and secret."""

Key = TypeVar("Key")
Value = TypeVar("Value")

Word = str | int
"""A service's word for a word of a vocabulary: a string, or an integer code."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one vocabulary. A word of the contract has one or more of the service's.

    All of them are read, and the first is written.
    """

    theirs: Mapping[str, tuple[Word, ...]]

    def written(self, ours: str) -> Word:
        """Return what the service writes for a word of the contract. A word outside the vocabulary stays as it is."""
        return self.theirs[ours][0] if ours in self.theirs else ours

    def meanings(self, theirs: object) -> tuple[str, ...]:
        """Return the contract's words for a word of the service: none if it is unknown, several if they share it."""
        return tuple(ours for ours, words in self.theirs.items() if any(_same(theirs, word) for word in words))


def _same(value: object, word: Word) -> bool:
    return type(value) is type(word) and value == word


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A path of an operation, such as `/v2/orders/{order_id}`. Parameters in braces have the contract's names."""

    text: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The contract's names of the parameters in the path."""
        return tuple(_PLACEHOLDER.findall(self.text))

    @property
    def shape(self) -> str:
        """The path without the names. Two operations whose paths have the same shape cannot be distinguished."""
        return _PLACEHOLDER.sub("{}", self.text)


@dataclass(frozen=True, slots=True)
class Times:
    """How instants are written. `pattern` is the strptime pattern with `%z`, if the kind is `pattern`."""

    kind: Literal["rfc3339", "epoch_s", "epoch_ms", "pattern"]
    pattern: str | None = None


Code = int | str

CODES: Mapping[str, tuple[Code, ...]] = MappingProxyType(
    {
        "unknown": (404, "200-empty"),
        "not_ready": (409, 404, 202, 425),
        "bad_request": (400, 422),
        "foreign_organization": (403, 404),
        "acknowledged": (200, 202, 204),
    }
)
"""The choices for each code: HTTP status codes, and `200-empty` for a 200 without content."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The status codes of a dialect, each one of CODES."""

    unknown: Code = 404
    not_ready: Code = 409
    bad_request: Code = 400
    foreign_organization: Code = 403
    acknowledged: Code = 200

    def of_refusal(self, reason: str, status: int) -> Code:
        """Return the code of a refusal, where the contract has `status` for its reason."""
        if reason in ("invalid-parameter", "invalid-body"):
            return self.bad_request
        if reason == "report-not-ready":
            return self.not_ready
        return self.foreign_organization if reason == "organization-not-allowed" else status


@dataclass(frozen=True, slots=True)
class Carried:
    """How a report's bytes are sent: as the body, by a redirect, by a link, or in base64 in a JSON answer.

    `pointer` leads to the link or to the base64.
    """

    by: CarriedBy = "bytes"
    pointer: Pointer = ()


@dataclass(frozen=True, slots=True)
class Acknowledgements:
    """The supported forms of `POST /reports`, and whether its answer says what it did."""

    without_body: bool = True
    with_body: bool = True
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a service spells the contract.

    `paths`: the templates of each operation that the service has, one or more. `fields`: by table and member, the place
    within the table's object, or None if the service does not say it. `headers`: likewise, by the contract's name.
    `values`: by vocabulary. `report_types`: those offered, by the contract's name.
    """

    name: str
    paths: Mapping[OperationId, tuple[PathTemplate, ...]]
    constants: Mapping[str, str]
    parameters: Mapping[str, str]
    fields: Mapping[str, Mapping[str, Pointer | None]]
    values: Mapping[str, Words]
    times: Times
    codes: Codes
    headers: Mapping[str, str | None]
    media_types: Mapping[str, str]
    report_types: tuple[str, ...]
    carried: Carried
    error_media_type: str
    credentials: Credentials
    unknown_parameters: Literal["refused", "ignored"]
    acknowledgements: Acknowledgements

    def __hash__(self) -> int:
        """Return the hash of the name. It allows caches by dialect, although mappings cannot be hashed."""
        return hash(self.name)

    @property
    def absent_operations(self) -> tuple[OperationId, ...]:
        """The operations that the service does not have."""
        from pacsimile_spec.operation_ids import OPERATION_IDS

        return tuple(operation for operation in OPERATION_IDS if operation not in self.paths)

    def says(self, table: str, member: str) -> bool:
        """Tell whether answers of the service have a fact: it and each object around it have a place."""
        if table == "Acknowledgement" and not self.acknowledges_with_answer:
            return False
        within, _, name = table.rpartition(".")
        return self.fields[table][member] is not None and (not within or self.says(within, name))

    @property
    def acknowledges_with_answer(self) -> bool:
        """Whether the answer to an acknowledgement has a body. A 204 never has (RFC 9110 section 15.3.5)."""
        return self.acknowledgements.answered and self.codes.acknowledged != 204

    def absent_members(self) -> Iterator[tuple[str, str]]:
        """Yield (table, member) of each fact without a place."""
        for table, members in self.fields.items():
            for member, pointer in members.items():
                if pointer is None:
                    yield table, member


def frozen(values: Mapping[Key, Value]) -> Mapping[Key, Value]:
    """Return a read-only mapping."""
    return MappingProxyType(dict(values))
