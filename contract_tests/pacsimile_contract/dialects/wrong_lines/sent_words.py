"""Lines that say the words of requests: report types and scopes that the service refuses."""

from collections.abc import Iterator, Sequence

from pacsimile_contract.dialects.wrong_lines.calls import Call
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_contract.unreadable import as_unreadable
from pacsimile_spec.dialects.tables import VOCABULARIES
from pacsimile_spec.operation_ids import RETRIEVALS
from pacsimile_spec.report_types import REPORT_TYPES

_REFUSED = (400, 422)


def refused_words(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the words of report types and scopes that were refused in each call, where another word was not."""
    yield from _report_types(lines, calls)
    yield from _scopes(lines, calls)


def _report_types(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the types that are refused as a parameter for what is answered in another type."""
    retrievals = [call for call in calls if call.operation in RETRIEVALS and "report_type" in call.exchange.given]
    served = {_without_type(call) for call in retrievals if call.succeeded}
    for name in lines.dialect.report_types:
        asked = [call for call in retrievals if call.report_type == name and _has(call.operation, name)]
        refused = [call for call in asked if call.status in _REFUSED and _without_type(call) in served]
        if not refused or any(call.succeeded or call.reason == "report-type-not-available" for call in asked):
            continue
        why = f"the service refuses it ({refused[0].status}), and answers in other types"
        word = lines.dialect.values["report_type"].written(name)
        own_line, offered = lines.line("values", "report_type", name), lines.line("report_types")
        if own_line is not None:
            yield Note(own_line, "values.report_type", f"{name}: {word}", why)
        elif offered is not None:
            yield Note(offered, "report_types", name, why)


def _has(operation: str, name: str) -> bool:
    kind = REPORT_TYPES[name]
    return kind.of_order if operation == "getResult" else kind.of_group


def _without_type(call: Call) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what a call asks for, whatever the type."""
    return call.operation, tuple(sorted(pair for pair in call.asked if pair[0] != "report_type"))


def _scopes(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the scopes that nobody gets, though other scopes are granted.

    A client may lack a scope. So it counts only where the client `primary` is refused too, or where a token has a scope
    that no line has.
    """
    asked = [(call, frozenset(dict(call.asked).get("scope", "").split())) for call in calls if call.is_for_token]
    granted = [(call, scopes) for call, scopes in asked if call.succeeded]
    echoed = [(call.document or {}).get("scope") for call, _ in granted]
    understood = frozenset[str]().union(*(scopes for _, scopes in granted))
    understood |= frozenset(word for scope in echoed if isinstance(scope, str) for word in scope.split())
    has_unknown = any(as_unreadable(scope) is not None for scope in echoed)
    for name in VOCABULARIES["scope"]:
        line = lines.line("values", "scope", name)
        refused = [call for call, scopes in asked if scopes - understood == {name} and _is_unknown_scope(call)]
        by_primary = any(call.exchange.request.client in (None, "primary") for call in refused)
        if line is not None and granted and refused and name not in understood and (by_primary or has_unknown):
            word = lines.dialect.values["scope"].written(name)
            yield Note(line, "values.scope", f"{name}: {word}", "the service refuses it as an unknown scope")


def _is_unknown_scope(call: Call) -> bool:
    return call.status == 400 and (call.document or {}).get("error") == "invalid_scope"
