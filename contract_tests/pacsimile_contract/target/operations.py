"""The operations of the API by name, and which of them the target lacks."""

from urllib.parse import urlsplit

from pacsimile_contract.target.model import Target
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.operation_ids import API_OPERATIONS

_SAYS = " says `operations: {"
"""Stands in the reason why an operation that the service lacks is not called."""


def absence_reason(target: Target, operation: str | None, url: str = "") -> str:
    """Return the reason why an operation is not called: the target file or the dialect says that there is none."""
    name = operation or next(name for name in _operations_at(url, target) if name in target.absent)
    given = target.dialect
    whose = f"the dialect {given.dialect.name}" if given and name in given.dialect.absent_operations else None
    return f"{whose or 'the target file'}{_SAYS}{name}: false}}`"


def untaken_reason(dialect: Dialect, operation: str, selector: str) -> str:
    """Return the reason why an operation is not asked by a selector: each of the dialect's paths has the other one."""
    return f"the dialect {dialect.name} says `{untaken_words(operation, selector)}`"


def untaken_words(operation: str, selector: str) -> str:
    """Return what the key of a dialect says whose operation cannot be asked by a selector."""
    other = "order_id" if selector == "study_uid" else "study_uid"
    return f"paths: {{{operation}: with {{{other}}} alone}}"


def is_absence(reason: str) -> bool:
    """Tell whether it is the reason of an operation that the service lacks."""
    return _SAYS in reason


def operation_of_absence(reason: str) -> str | None:
    """Return the operation that a reason says the service lacks; None for another reason."""
    return reason.partition(_SAYS)[2].partition(":")[0] or None


def is_absent(target: Target, operation: str | None, url: str) -> bool:
    """Tell whether a call is of an operation that the service lacks, or goes to a path that only such ones have."""
    if not target.absent:
        return False
    if operation is not None:
        return operation in target.absent
    operations_there = _operations_at(url, target)
    return bool(operations_there) and target.absent.issuperset(operations_there)


def _operations_at(url: str, target: Target) -> list[str]:
    path = urlsplit(url).path.removeprefix(urlsplit(target.base_url).path)
    return [name for name in API_OPERATIONS if operations()[name].path == path]
