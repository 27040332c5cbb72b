"""A source with its matches, and the proposal that is made from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pacsimile_contract.learn.matching.fields import FieldMatcher, TableMatch
from pacsimile_contract.learn.matching.operations import OperationMatch
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_contract.learn.service import Leaf, Operation, Service
from pacsimile_spec.dialects.tables import Member, tables
from pacsimile_spec.operation_ids import API_OPERATIONS


@dataclass(slots=True)
class MatchedSource:
    """What the steps of learning from one source share.

    `recognized` has the objects of answers that matched tables. `carried` is how reports come: see `reports_carried` of
    a dialect.
    """

    service: Service
    operations: dict[str, OperationMatch]
    fields: FieldMatcher
    proposal: Proposal
    recognized: list[TableMatch] = field(default_factory=list)
    carried: str = "bytes"

    def calls(self, *operations: str) -> Iterator[Operation]:
        """Yield all calls of the service for some operations."""
        for operation in operations:
            if operation in self.operations:
                yield self.operations[operation].theirs
                yield from self.operations[operation].others

    def api_calls(self) -> Iterator[Operation]:
        """Yield the service's calls that need a token."""
        yield from self.calls(*API_OPERATIONS)

    def shown(self, names: Sequence[str], most: int = 4) -> str:
        """Return names that are not understood, for a comment; of recorded calls their number, as they may be data."""
        return ", ".join(names[:most]) if self.service.whole else f"{len(names)} of what was seen"

    def placed(self) -> Iterator[tuple[str, Member, Leaf]]:
        """Yield (table, member, place) of each fact that was recognized in an answer."""
        for match in self.recognized:
            for name in match.pairs:
                leaf = match.place_of(name)
                if leaf is not None:
                    yield match.table, tables()[match.table][name], leaf
