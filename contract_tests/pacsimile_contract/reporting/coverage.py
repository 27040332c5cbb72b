"""Counts the calls of a run by operation, response and parameter."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec import Operation, description, operations

NO_ANSWER = "no answer"
"""Stands for a status where no answer came."""
NOT_DESCRIBED = "one not described"
"""Stands for a parameter that the description does not have."""


@dataclass(frozen=True, slots=True)
class Response:
    """A status of an operation: the number of calls that it answered, and how many of them had each parameter."""

    status: str
    described: bool
    calls: int
    parameters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """An operation with its described and received responses, and the parameters that no call had."""

    operation: Operation
    calls: int
    responses: tuple[Response, ...]
    never_sent: tuple[str, ...]

    @property
    def seen(self) -> int:
        """The number of described responses that were received."""
        return sum(response.described and response.calls > 0 for response in self.responses)

    @property
    def described(self) -> int:
        """The number of described responses."""
        return sum(response.described for response in self.responses)


@dataclass
class _Counts:
    calls: Counter[str] = field(default_factory=Counter)
    parameters: dict[str, Counter[str]] = field(default_factory=dict)


def coverage(exchanges: Sequence[Exchange]) -> list[Coverage]:
    """Return the coverage of each operation, in the description's order."""
    counts_of = {name: _Counts() for name in operations()}
    for exchange in exchanges:
        if exchange.operation in counts_of:
            counts, status = counts_of[exchange.operation], str(exchange.status or NO_ANSWER)
            names = _parameters(exchange, operations()[exchange.operation])
            counts.calls[status] += 1
            counts.parameters.setdefault(status, Counter()).update(names)
    return [_coverage(operation, counts_of[name]) for name, operation in operations().items()]


def _coverage(operation: Operation, counts: _Counts) -> Coverage:
    statuses = described_statuses(operation)
    others = sorted(status for status in counts.calls if status not in statuses)
    responses = tuple(
        Response(
            status, status in statuses, counts.calls[status], _most_first(counts.parameters.get(status, Counter()))
        )
        for status in [*statuses, *others]
    )
    sent = {name for names in counts.parameters.values() for name in names}
    never = tuple(name for name in _possible(operation) if name not in sent)
    return Coverage(operation, counts.calls.total(), responses, never)


def _most_first(counts: Counter[str]) -> Mapping[str, int]:
    """Return counts in descending order, and equal ones by name, so that a run gives the same report everywhere."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def described_statuses(operation: Operation) -> list[str]:
    """Return the statuses that the description has for an operation."""
    return list(description()["paths"][operation.path][operation.method.lower()]["responses"])


def _possible(operation: Operation) -> Iterator[str]:
    for parameter in operation.parameters:
        values = parameter.schema.get("enum")
        yield from (f"{parameter.name}={value}" for value in values) if values else [parameter.name]


def _parameters(exchange: Exchange, operation: Operation) -> set[str]:
    """Return the parameters of a call in the form of `_possible`: names, with values where the schema lists them."""
    query = parse_qsl(urlsplit(exchange.request.url).query, keep_blank_values=True, errors="replace")
    known = {parameter.name: parameter.schema.get("enum") for parameter in operation.parameters}
    if operation.operation_id == "postToken":
        known = dict.fromkeys(("grant_type", "scope", "client_id", "client_secret"))
    return {_parameter(name, value, known) for name, value in {**exchange.given, **dict(query)}.items()}


def _parameter(name: str, value: str, known: Mapping[str, Sequence[str] | None]) -> str:
    if name not in known:
        return NOT_DESCRIBED
    values = known[name]
    if values is None:
        return name
    return f"{name}={value}" if value in values else f"{name}=another"


def undescribed(exchanges: Sequence[Exchange]) -> Mapping[str, int]:
    """Count the answers to calls of no operation by status: other paths, other methods, and bytes that are not HTTP."""
    others = [exchange for exchange in exchanges if exchange.operation is None]
    return dict(sorted(Counter(str(exchange.status or NO_ANSWER) for exchange in others).items()))
