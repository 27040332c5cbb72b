"""Calls of the crossing table: one property meets each operation, selector and report type, first and later."""

from collections.abc import Callable, Iterator, Mapping

from pacsimile_contract.crossing.table import CROSSED, NONE, Cell, call_forms, cells
from pacsimile_contract.evidence.exchange import Exchange, Headers
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import ORDINARY, Delivery
from pacsimile_contract.session.sample_calls import Sample, SampleCalls, known_names
from pacsimile_contract.session.second_faults import (
    WITHOUT_SCOPE_PROPERTY,
    ask_with_second_fault,
    fault_of_other_call,
    faults_of,
)
from pacsimile_contract.target.model import Client

FEWEST = "1"
"""The `limit` of a listing that has one."""


class CrossedCalls(SampleCalls):
    """Calls the cells of a property, and notes which were asked.

    A cell of use `later` asks for what the primary client was just given. One of use `first` asks for an order and a
    group that nobody asked for yet, where states make them.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._cells = cells(call_forms(session.target), session.level, session.seed)
        self._faults = faults_of(self._cells, session.seed)
        self._asked: list[Cell] = []
        self._names = {"later": known_names(session)}
        self._turns: dict[tuple[str, str], int] = {}

    def cells_of(self, name: str) -> Iterator[Cell]:
        """Yield the cells of a property, those of use `first` before the others."""
        of_property = [cell for cell in self._cells if cell.property == name]
        return iter(sorted(of_property, key=lambda cell: cell.use))

    def turn(self, cell: Cell) -> int:
        """Count the cells of one property and operation: its variants take turns."""
        key = cell.property, cell.operation
        self._turns[key] = self._turns.get(key, -1) + 1
        return self._turns[key]

    def ask_cell(
        self,
        cell: Cell,
        label: str,
        is_refused: Callable[[Exchange], bool],
        *,
        token: str | None = None,
        client: Client | None = None,
    ) -> None:
        """Call a cell, with a second fault if it is its turn.

        Call it without that fault too, unless the first call was refused for its token or scope.
        """
        fault = self._faults.get(cell)
        if fault is None or not self.ask_with_second_fault(cell, label, fault, is_refused, token=token, client=client):
            self.ask(cell, label, token=token, client=client)

    def ask_with_second_fault(
        self,
        cell: Cell,
        label: str,
        fault: str,
        is_refused: Callable[[Exchange], bool],
        *,
        token: str | None = None,
        client: Client | None = None,
        headers: Headers = (),
    ) -> bool:
        """Call a cell with this fault besides. Tell whether it is refused for its token or scope: then it was asked."""
        sample, step = self._sample(cell), _step(label, cell)
        done = ask_with_second_fault(
            self._session, self, sample, step, fault, is_refused, token=token, client=client, headers=headers
        )
        if done:
            self.count(cell)
        return done

    def next_fault(self, operation: str) -> str:
        """Return the second fault of a call outside the table. Its turn follows the cells without the scope."""
        before = sum(cell.property == WITHOUT_SCOPE_PROPERTY and cell.operation == operation for cell in self._faults)
        return fault_of_other_call(operation, before + self._session.seed)

    def ask(
        self,
        cell: Cell,
        label: str,
        *,
        token: str | None = None,
        client: Client | None = None,
        headers: Headers = (),
        extra: Mapping[str, object] | None = None,
        delivery: Delivery = ORDINARY,
    ) -> Exchange | None:
        """Call a cell as step `label/<operation>/<selector>.<type>.<use>`, as `Session.call` has it.

        Returns:
            The exchange; None where the call was skipped.
        """
        sample = self._sample(cell)
        if cell.use == "later":
            self._ask_rightly(sample)
        step, before = _step(label, cell), len(self._session.story.steps)
        self.call(sample, step, token=token, client=client, headers=headers, extra=extra, delivery=delivery)
        if len(self._session.story.steps) == before:
            return None
        self.count(cell)
        return self._session.story.steps[-1].exchange

    def count(self, cell: Cell) -> None:
        """Note that a cell was asked."""
        self._asked.append(cell)
        self._session.note(CROSSED, {"cells": [list(asked) for asked in self._asked]})

    def _ask_rightly(self, sample: Sample) -> None:
        """Ask as the primary client, once in a run. An acknowledgement names nothing, so any earlier one will do."""
        if sample.operation == "acknowledgeReports":
            earlier = (asked for asked in self._session.asked_so_far if asked.operation == sample.operation)
            if sample.body is None or any(asked.succeeded for asked in earlier):
                return
        with self.skipping():
            self._session.call(
                sample.operation, f"right/{sample.operation}", sample.parameters, body=sample.body,
                reuse=sample.body is None,
            )  # fmt: skip

    def _sample(self, cell: Cell) -> Sample:
        """Return the call of a cell. The acknowledgement names no report, or is of the last listing."""
        if cell.use not in self._names:
            self._names[cell.use] = known_names(self._session, own=True)
        selector = _SELECTORS.get(cell.selector) or _NAMED[cell.operation]
        parameters = {selector: self._names[cell.use][selector]}
        if cell.type != NONE:
            parameters["report_type"] = cell.type
        if cell.selector == "limit":
            parameters["limit"] = FEWEST
        return Sample(cell.operation, parameters, {"report_ids": []} if cell.selector == "named" else None)


def _step(label: str, cell: Cell) -> str:
    return f"{label}/{cell.operation}/{cell.selector}.{cell.type}.{cell.use}"


_SELECTORS = {"order": "order_id", "study": "study_uid"}
_NAMED: Mapping[str, str] = {
    "getOrderIds": "study_uid", "getGroupReport": "study_group",
    "listReports": "organizationId", "acknowledgeReports": "organizationId",
}  # fmt: skip
"""By operation, the parameter that selects, where there is but one."""
