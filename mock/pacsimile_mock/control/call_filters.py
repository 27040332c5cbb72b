"""Reads filters of calls, from a query or from an expectation.

Each value must be one that a call can have: an expectation about an unknown operation could never fail.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from pacsimile_mock.clock import Instant, as_instant
from pacsimile_mock.control.times import parse_rfc3339
from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.journal.query import JournalQuery
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS
from pacsimile_mock.worlds.world import World
from pacsimile_spec import operations, requirements
from pacsimile_spec.operation_ids import JOURNALLED_IDS
from pacsimile_spec.suggestions import did_you_mean

CALL = ("operation", "client_id", "status", "requirement", "method")
"""The filters; each is a member of an expectation and a query parameter."""
FIELDS = (*CALL, "since", "until")

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
"""RFC 9110 section 9.3, and PATCH (RFC 5789)."""
TOKEN_PARAMETERS = ("grant_type", "scope", "client_id", "token", "token_type_hint")
"""The parameters of the token operations (RFC 6749 section 4.4.2, RFC 7662, RFC 7009); openapi.yaml omits them."""
STATUS = re.compile("([1-5])([0-9]{2}|xx)")


def status_of(texts: Mapping[str, str]) -> range | None:
    """Read the status of a query, or the class of statuses."""
    if "status" not in texts:
        return None
    parts = STATUS.fullmatch(texts["status"])
    if parts is None:
        raise bad_request("'status' must be an HTTP status such as 404, or a class such as 4xx")
    if parts[2] == "xx":
        return range(int(parts[1]) * 100, int(parts[1]) * 100 + 100)
    return range(int(parts[0]), int(parts[0]) + 1)


def read(
    world: World, texts: Mapping[str, str], status: range | None, parameters: Mapping[str, str] | None = None
) -> JournalQuery:
    """Make a match of filters.

    Args:
        world: The world whose calls are filtered.
        texts: The filters by name, each with the text of its value.
        status: The HTTP statuses; None for any.
        parameters: The parameters of the calls, as clients send them.

    Raises:
        ControlError: 400, for an operation, client, requirement, method or parameter that does not exist.
    """
    operation = texts.get("operation")
    _check(texts, "operation", JOURNALLED_IDS)
    _check(texts, "method", METHODS)
    _check(texts, "requirement", requirements(), listed=False)
    _check(texts, "client_id", _clients(world, texts.get("client_id")))
    _check_parameters(world, operation, parameters or {})
    return JournalQuery(
        operation=operation,
        client_id=texts.get("client_id"),
        status=status,
        requirement=texts.get("requirement"),
        method=texts.get("method"),
        since=_time(texts.get("since")),
        until=_time(texts.get("until")),
        parameters=world.journal.redact(parameters or {}),
    )


def _clients(world: World, wanted: str | None) -> Iterable[str]:
    """Return the ids that calls can have: those of the world's clients, and of former clients with calls."""
    if wanted is None or wanted in world.clients:
        return tuple(world.clients)
    callers = {key.client_id for key in world.journal.store.counters()}
    return dict.fromkeys((*world.clients, *(name for name in callers if name is not None)))


def _check(texts: Mapping[str, str], name: str, known: Iterable[str], *, listed: bool = True) -> None:
    """Refuse a value that no call can have."""
    value = texts.get(name)
    if value is None or (value in known if isinstance(known, Container) else value in tuple(known)):
        return
    choice = f"one of {', '.join(known)}" if listed else "a clause of requirements.yaml, such as STATUS-4"
    raise bad_request(f"{name!r} must be {choice}, not {value[:100]!r}{did_you_mean(value, known)}")


def _check_parameters(world: World, operation: str | None, names: Iterable[str]) -> None:
    """Refuse a parameter that the operation does not have; without an operation, one that no operation has."""
    known = _parameters(operation)
    if world.translator is not None:
        known = world.translator.parameter_names(known)
    for name in names:
        if name not in known:
            owner = operation or "any operation"
            raise bad_request(
                f"'parameters' has {name[:100]!r}, which is none of {owner}: {', '.join(known) or 'it takes none'}"
                f"{did_you_mean(name, known)}"
            )


def _parameters(operation: str | None) -> tuple[str, ...]:
    """Return the parameters of an operation; of all operations where it is None."""
    if operation in CREDENTIAL_OPERATIONS:
        return TOKEN_PARAMETERS
    selected = operations().values() if operation is None else [operations()[operation]]
    names = (parameter.name for operation in selected for parameter in operation.parameters)
    return tuple(dict.fromkeys((*names, *(TOKEN_PARAMETERS if operation is None else ()))))


def _time(text: str | None) -> Instant | None:
    if text is None:
        return None
    try:
        return as_instant(parse_rfc3339(text))
    except ValueError as error:
        raise bad_request(str(error)) from None
