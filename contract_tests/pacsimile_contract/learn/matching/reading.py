"""What the steps of learning share: the service, its matched operations, and the proposal that they fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pacsimile_contract.learn.matching.fields import FieldMatcher, TableMatch
from pacsimile_contract.learn.matching.operations import OperationMatch
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_contract.learn.service import Leaf, Operation, Service
from pacsimile_spec.dialects.tables import Member, tables
from pacsimile_spec.operation_ids import API_OPERATIONS


@dataclass(slots=True)
class Reading:
    """One source while it is read. `recognized` has the objects of answers that were matched with tables."""

    service: Service
    operations: dict[str, OperationMatch]
    fields: FieldMatcher
    proposal: Proposal
    recognized: list[TableMatch] = field(default_factory=list)
    carried: str = "bytes"

    def calls(self, *operations: str) -> Iterator[Operation]:
        """Yield the service's calls for some operations: every way to ask."""
        for operation in operations:
            if operation in self.operations:
                yield self.operations[operation].theirs
                yield from self.operations[operation].others

    def api_calls(self) -> Iterator[Operation]:
        """Yield the service's calls that need a token."""
        yield from self.calls(*API_OPERATIONS)

    def placed(self) -> Iterator[tuple[str, Member, Leaf]]:
        """Yield (table, member, place) of each fact that was found in an answer."""
        for match in self.recognized:
            for name in match.pairs:
                leaf = match.place_of(name)
                if leaf is not None:
                    yield match.table, tables()[match.table][name], leaf
