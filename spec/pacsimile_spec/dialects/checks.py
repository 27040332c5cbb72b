"""Refuses impossible dialects: two facts in one place, one word for two facts, one address for two operations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from pacsimile_spec.dialects.model import Dialect
from pacsimile_spec.dialects.pointers import first_clash, spell
from pacsimile_spec.dialects.section import Section
from pacsimile_spec.dialects.syntax import HEADER, RESERVED_HEADERS, SCOPE
from pacsimile_spec.documents import operations

_SHARED = frozenset({"scope", "problem"})
"""Vocabularies in which two words of the contract may share one word of the service."""
REQUIRED_MEMBERS = {
    "Token": ("access_token",),
    "OrderStatus": ("order_id", "status"),
    "OrderIds": ("order_ids",),
    "ReportList": ("reports",),
    "ReportList.reports": ("report_id", "order_id"),
    "AcknowledgementRequest": ("report_ids",),
}
"""Members without which a client cannot use an answer or a body."""


def check(dialect: Dialect, root: Section) -> None:
    """Refuse a dialect that no service can speak or no client can read.

    Raises:
        DocumentError: with the place in the file.
    """
    for place, problem in _problems(dialect):
        raise _at(root, place).error(problem)


def _at(root: Section, place: tuple[str, ...]) -> Section:
    """Return the section at a place, or the nearest section above it in the file."""
    for step in place:
        if root.node.members is None:
            break
        members = root.members()
        if step not in members:
            break
        root = members[step]
    return root


def _problems(dialect: Dialect) -> Iterator[tuple[tuple[str, ...], str]]:
    yield from _places(dialect)
    yield from _vocabularies(dialect)
    yield from _addresses(dialect)
    yield from _parameters(dialect)
    yield from _headers(dialect)
    if dialect.credentials == "body" and "postToken" not in dialect.paths:
        yield ("token", "credentials"), "expected basic, query or headers: without postToken no request has a body"


def _places(dialect: Dialect) -> Iterator[tuple[tuple[str, ...], str]]:
    for table, members in dialect.fields.items():
        own = {"Problem": ("errors",), "AcknowledgementRequest": ("acknowledgement", "body")}.get(table)
        where = own or ("fields", table)
        clash = first_clash({name: pointer for name, pointer in members.items() if pointer is not None})
        if clash:
            former, latter = clash
            first, second = (spell(members[name] or ()) for name in clash)
            what = f"both stand at {first}" if first == second else f"stand at {first} and inside of it, at {second}"
            yield (*where, latter), f"expected a place of its own for each fact; {former} and {latter} {what}"
        for name in REQUIRED_MEMBERS.get(table, ()):
            if members[name] is None:
                yield (*where, name), f"expected a place: without {name} nobody can use a service"


def _vocabularies(dialect: Dialect) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, words in dialect.values.items():
        for (ours, theirs), (other, others) in combinations(words.theirs.items(), 2):
            twice = [word for word in theirs if any(type(word) is type(o) and word == o for o in others)]
            if twice and name not in _SHARED:
                problem = f"expected each word once; {twice[0]!r} stands for {ours} and for {other}"
                yield ("values", name, other), problem
    for ours, theirs in dialect.values["scope"].theirs.items():
        if not all(SCOPE.fullmatch(str(word)) for word in theirs):
            problem = "expected a scope: visible ASCII characters without space, double quote and backslash"
            yield ("values", "scope", ours), problem


def _addresses(dialect: Dialect) -> Iterator[tuple[tuple[str, ...], str]]:
    known = operations()
    addresses: dict[tuple[str, str], str] = {}
    for operation, templates in dialect.paths.items():
        asked: set[frozenset[str]] = set()
        for template in templates:
            address = (known[operation].method, template.shape)
            other = addresses.setdefault(address, operation)
            if other != operation:
                method, path = address
                problem = f"expected an address of its own; {method} {path} is that of {other} too"
                yield ("paths", operation), problem
            inside = frozenset(template.parameters)
            if inside in asked:
                yield ("paths", operation), "expected paths that differ in the parameters that stand in them"
            asked.add(inside)


def _parameters(dialect: Dialect) -> Iterator[tuple[tuple[str, ...], str]]:
    seen: dict[str, str] = {}
    for ours, theirs in dialect.parameters.items():
        other = seen.setdefault(theirs, ours)
        if other != ours:
            yield ("parameters", ours), f"expected a name of its own; {theirs} is that of {other} too"
        if theirs in dialect.constants:
            yield ("constants", theirs), f"expected a name that no parameter has; {theirs} is that of {ours}"
    if dialect.credentials == "headers":
        for ours in ("client_id", "client_secret"):
            theirs = dialect.parameters[ours]
            if not HEADER.fullmatch(theirs) or theirs.lower() in RESERVED_HEADERS:
                yield (
                    ("parameters", ours),
                    f"expected the name of a header that HTTP itself does not need; got {theirs}",
                )


def _headers(dialect: Dialect) -> Iterator[tuple[tuple[str, ...], str]]:
    seen: dict[str, str] = {}
    for ours, theirs in dialect.headers.items():
        if theirs is not None and seen.setdefault(theirs.lower(), ours) != ours:
            yield ("headers", ours), f"expected a name of its own; {theirs} is that of {seen[theirs.lower()]} too"
