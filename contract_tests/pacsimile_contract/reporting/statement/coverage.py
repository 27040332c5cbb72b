"""Which operations and report types of the contract a service offers, and which the run exercised."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pacsimile_contract.dialects.requests import described_path
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.type_parts import part_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.statement.document import Column, Row, Table
from pacsimile_contract.reporting.statement.stored_report import StoredReport
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES, REPORT_TYPES

YES, NO, NOT_KNOWN = "yes", "no", "not known"
_RETRIEVALS = (
    ("getResult", "order", "RESULTS-1", ORDER_TYPES),
    ("getGroupReport", "study group", "GROUP-1", GROUP_TYPES),
)


def operations_table(stored: StoredReport) -> Table:
    """Return a row for each operation of the contract: whether it is offered, and how it was answered."""
    columns = (
        Column("Operation", 5, "code"), Column("Request", 5, "code"), Column("Offered", 4), Column("Exercised", 4),
    )  # fmt: skip
    return Table(columns, tuple(_operation_rows(stored)))


def _operation_rows(stored: StoredReport) -> Iterator[Row]:
    for name, operation in operations().items():
        calls = [exchange for exchange in stored.exchanges if exchange.operation == name]
        exercised = _exercised(calls)
        offered = YES if exercised == YES else NOT_KNOWN
        if name in stored.dialect.absent_operations:
            offered = "no: the dialect lacks it"
        elif name in stored.absent_operations:
            offered = "no: declared absent"
        yield name, f"{operation.method} {_paths(stored.dialect, name) or operation.path}", offered, exercised


def _paths(dialect: Dialect, operation: str) -> str:
    """Return the paths of an operation as the service spells them; empty if it does not have it."""
    own = (templates for name, templates in dialect.paths.items() if name == operation)
    return ", ".join(described_path(template, dialect) for templates in own for template in templates)


def _exercised(calls: Iterable[Exchange]) -> str:
    """Return `yes` if a call succeeded; else how the calls were answered."""
    calls = list(calls)
    if any(exchange.succeeded for exchange in calls):
        return YES
    statuses = sorted({str(exchange.status) for exchange in calls if exchange.status is not None})
    if not statuses:
        return "asked, but never answered" if calls else NO
    return f"only answered {', '.join(statuses)}"


def report_types_table(stored: StoredReport) -> Table:
    """Return a row for each report type of an order and of a study group."""
    columns = (
        Column("Report type", 3, "code"), Column("Report of", 3), Column("Media type", 6, "code"),
        Column("Offered", 6), Column("Exercised", 4),
    )  # fmt: skip
    return Table(columns, tuple(_type_rows(stored)))


def _type_rows(stored: StoredReport) -> Iterator[Row]:
    reasons = _reasons(stored.report)
    for operation, of, requirement, names in _RETRIEVALS:
        for name in names:
            calls = [
                exchange
                for exchange in stored.exchanges
                if exchange.operation == operation and exchange.given.get("report_type") == name and exchange.succeeded
            ]
            exercised = YES if calls else NO
            offered = YES if calls else reasons.get(f"{requirement}/{part_of(name)}", NOT_KNOWN)
            if name not in stored.dialect.report_types:
                offered = "no: the dialect lacks it"
            yield name, of, stored.dialect.media_types.get(name, REPORT_TYPES[name].media_type), offered, exercised


def _reasons(report: Mapping[str, Any]) -> Mapping[str, str]:
    """Return for each part that does not apply the reason."""
    return {
        part["check"]: f"no: {part['evidence'][0]['note']}"
        for row in report["verdicts"]
        for part in row["parts"]
        if part["verdict"] == Verdict.NOT_APPLICABLE.value and part["evidence"]
    }
