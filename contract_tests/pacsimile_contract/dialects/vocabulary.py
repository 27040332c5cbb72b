"""What a dialect can express: which scopes differ, which report types are offered, how exact times are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from pacsimile_spec.dialects import Dialect
from pacsimile_spec.operation_ids import OperationId
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ, STATUS_READ

API_SCOPES = (STATUS_READ, REPORTS_READ, REPORTS_ACK)
_SELECTORS = frozenset({"order_id", "study_uid"})
"""Parameters of which a call has one."""


def scopes_meant(dialect: Dialect | None, scopes: Iterable[str]) -> frozenset[str]:
    """Return these scopes and those that share a word with them in the dialect."""
    names = frozenset(scopes)
    if dialect is None:
        return names
    words = dialect.values["scope"]
    alike = (words.meanings(words.written(name)) for name in names)
    return names.union(*alike)


def scopes_without(dialect: Dialect | None, scope: str) -> list[str]:
    """Return the scopes of the API that a client without `scope` may have: those that do not share its word."""
    return [name for name in API_SCOPES if scope not in scopes_meant(dialect, [name])]


def order_types(dialect: Dialect | None) -> tuple[str, ...]:
    """Return the types in which the service offers an order's report."""
    return tuple(name for name in ORDER_TYPES if dialect is None or name in dialect.report_types)


def group_types(dialect: Dialect | None) -> tuple[str, ...]:
    """Return the types in which the service offers a study group's report."""
    return tuple(name for name in GROUP_TYPES if dialect is None or name in dialect.report_types)


def plain_type(types: Sequence[str]) -> str:
    """Return the type that is asked for where any will do: json, where it is offered."""
    return "json" if "json" in types or not types else types[0]


def only_of_groups(dialect: Dialect | None) -> str | None:
    """Return a type that a group's report has and an order's never; None where none is offered."""
    return next((name for name in group_types(dialect) if name not in ORDER_TYPES), None)


def only_of_orders(dialect: Dialect | None) -> str | None:
    """Return a type that an order's report has and a group's never; None where none is offered."""
    return next((name for name in order_types(dialect) if name not in GROUP_TYPES), None)


def distinguishes_not_ready(dialect: Dialect | None) -> bool:
    """Whether a client can tell a report that is not ready yet from one that there will never be.

    Not where both are answered 404, with one word or none.
    """
    if dialect is None or dialect.codes.not_ready != 404:
        return True
    words = dialect.values["problem"]
    shared = words.meanings(words.written("report-not-ready"))
    return dialect.says("Problem", "type") and not any(PROBLEMS[reason].status == 404 for reason in shared)


def acknowledges_listings(dialect: Dialect | None) -> bool:
    """Whether an acknowledgement without a body is one of the last listing."""
    return dialect is None or dialect.acknowledgements.without_body


def acknowledges_names(dialect: Dialect | None) -> bool:
    """Whether an acknowledgement can name reports."""
    return dialect is None or dialect.acknowledgements.with_body


def token_method(dialect: Dialect | None, method: str) -> str:
    """Return the method by which tokens are asked for: the other one, where the dialect does not have this one.

    A GET has no body for credentials that stand there.
    """
    if dialect is None or method not in ("GET", "POST"):
        return method
    if method == "GET":
        return "POST" if "getToken" not in dialect.paths or dialect.credentials == "body" else "GET"
    return "POST" if "postToken" in dialect.paths else "GET"


def in_seconds(dialect: Dialect | None) -> bool:
    """Whether the dialect's times are known to a second only."""
    if dialect is None:
        return False
    times = dialect.times
    return times.kind == "epoch_s" or (times.kind == "pattern" and "%f" not in str(times.pattern))


def selects_by(dialect: Dialect | None, operation: str, name: str) -> bool:
    """Whether an operation can be asked by `order_id` or `study_uid`: not where each of its paths holds the other."""
    templates = () if dialect is None else dialect.paths.get(cast("OperationId", operation), ())
    return not templates or any(_SELECTORS.isdisjoint({*template.parameters} - {name}) for template in templates)


def untaken_selector(dialect: Dialect | None, operation: str, names: Iterable[str]) -> str | None:
    """Return a selector among the parameters of a call by which the operation cannot be asked; None for no such."""
    return next((name for name in names if name in _SELECTORS and not selects_by(dialect, operation, name)), None)
