"""What a run asked for: each operation by the responses it gave and the parameters it was given."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec import Operation, description, operations

NO_ANSWER = "no answer"
"""In the place of a status, where none came."""
NOT_DESCRIBED = "one not described"
"""In the place of a parameter that the description does not know."""


@dataclass(frozen=True, slots=True)
class Response:
    """One status of an operation: how often it came, and for each parameter, how often it came with that."""

    status: str
    described: bool
    calls: int
    parameters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """An operation: its responses, described and seen, and the parameters that it was never given."""

    operation: Operation
    calls: int
    responses: tuple[Response, ...]
    never_given: tuple[str, ...]

    @property
    def seen(self) -> int:
        """How many of the described responses came."""
        return sum(response.described and response.calls > 0 for response in self.responses)

    @property
    def described(self) -> int:
        """How many responses the description has."""
        return sum(response.described for response in self.responses)


@dataclass
class _Seen:
    calls: Counter[str] = field(default_factory=Counter)
    parameters: dict[str, Counter[str]] = field(default_factory=dict)


def coverage(exchanges: Sequence[Exchange]) -> list[Coverage]:
    """Return what was asked of each operation, in the description's order."""
    seen = {name: _Seen() for name in operations()}
    for exchange in exchanges:
        if exchange.operation in seen:
            counts, status = seen[exchange.operation], str(exchange.status or NO_ANSWER)
            named = _named(exchange, operations()[exchange.operation])
            counts.calls[status] += 1
            counts.parameters.setdefault(status, Counter()).update(named)
    return [_covered(operation, seen[name]) for name, operation in operations().items()]


def _covered(operation: Operation, seen: _Seen) -> Coverage:
    statuses = described_statuses(operation)
    more = sorted(status for status in seen.calls if status not in statuses)
    responses = tuple(
        Response(status, status in statuses, seen.calls[status], _most_first(seen.parameters.get(status, Counter())))
        for status in [*statuses, *more]
    )
    given = {name for counts in seen.parameters.values() for name in counts}
    never = tuple(name for name in _possible(operation) if name not in given)
    return Coverage(operation, seen.calls.total(), responses, never)


def _most_first(counts: Counter[str]) -> Mapping[str, int]:
    """Return counts from the highest, equal ones by name: the same run has the same report in every process."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def described_statuses(operation: Operation) -> list[str]:
    """Return the statuses that the description has for an operation."""
    return list(description()["paths"][operation.path][operation.method.lower()]["responses"])


def _possible(operation: Operation) -> Iterator[str]:
    for parameter in operation.parameters:
        values = parameter.schema.get("enum")
        yield from (f"{parameter.name}={value}" for value in values) if values else [parameter.name]


def _named(exchange: Exchange, operation: Operation) -> set[str]:
    """Return the parameters of a call as `_possible` spells them: by name, with the value where it is a listed one."""
    query = parse_qsl(urlsplit(exchange.request.url).query, keep_blank_values=True, errors="replace")
    known = {parameter.name: parameter.schema.get("enum") for parameter in operation.parameters}
    if operation.operation_id == "postToken":
        known = dict.fromkeys(("grant_type", "scope", "client_id", "client_secret"))
    return {_spelt(name, value, known) for name, value in {**exchange.given, **dict(query)}.items()}


def _spelt(name: str, value: str, known: Mapping[str, Sequence[str] | None]) -> str:
    if name not in known:
        return NOT_DESCRIBED
    values = known[name]
    if values is None:
        return name
    return f"{name}={value}" if value in values else f"{name}=another"


def undescribed(exchanges: Sequence[Exchange]) -> Mapping[str, int]:
    """Count the answers to calls of no operation (other paths, methods, bytes that are no HTTP) by status."""
    others = [exchange for exchange in exchanges if exchange.operation is None]
    return dict(sorted(Counter(str(exchange.status or NO_ANSWER) for exchange in others).items()))
