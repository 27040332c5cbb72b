"""Reads recorded calls as a service: operations from their paths, shapes from the values that were seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pacsimile_contract.learn.service import (
    NOTHING,
    Answer,
    Content,
    Operation,
    Parameter,
    SeenCall,
    Service,
    Shape,
    is_json,
)
from pacsimile_contract.learn.sources.disclosure import (
    MOST_TEXT,
    Disclosure,
    identifiers_of,
    is_known,
    plain_media_type,
)
from pacsimile_contract.learn.sources.path_templates import beside_identifiers, note_resources, path_template
from pacsimile_contract.learn.words import known_words

MOST_BODY = 4 * 1024 * 1024
"""Bytes of a body that is looked into."""
_HARMLESS = re.compile(r"v?\d{1,4}([.-]\d{1,2}){0,2}")
"""A version or a date: such a value of a constant parameter identifies nobody. Nor do known words."""


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A call and its answer.

    `sent` and `body` are the headers, with names in lower case, and the body of the call. `received` and `content` are
    those of the answer. A body is None if there was none.
    """

    method: str
    url: str
    sent: Mapping[str, str]
    body: bytes | None
    status: int
    received: Mapping[str, str]
    content: bytes | None
    token_scopes: frozenset[str] = field(default_factory=frozenset)


def service_of_calls(
    calls: Sequence[RecordedCall], source: str, base_path: str = "", known: Mapping[str, str] = NOTHING
) -> Service:
    """Return the service that recorded calls show.

    Args:
        calls: in the order in which they were made.
        source: what they are called in evidence.
        base_path: what paths are relative to.
        known: facts by values that are known from elsewhere, `{"ORD-1": "order_id"}`; they stand for parameters too.
    """
    service = Service(source)
    values = _values(calls) | set(known)
    disclosure = _disclosure(calls, base_path, values)
    calls = [_disclosed(call, disclosure) for call in calls]
    grouped: dict[tuple[str, str], list[tuple[RecordedCall, dict[str, str]]]] = {}
    links = _links(calls)
    beside = beside_identifiers([_path(call, base_path) for call in calls], values, disclosure)
    for call in calls:
        link = next((text for text in (call.url, urlsplit(call.url).path) if text in links), None)
        if link is not None:
            service.linked_headers += call.received
            service.linked[link] = disclosure.pruned(read_json(call.content, _media_type(call.received)))
            continue
        path = _path(call, base_path)
        template, inside = path_template(path, values, disclosure, beside.get(path, ()))
        grouped.setdefault((call.method, template), []).append((call, inside))
    constants = _constants(calls)
    for (method, template), several in grouped.items():
        service.operations.append(_operation(method, template, several, constants, known, disclosure))
    _read_scopes(service, calls)
    disclosure.mark_words(service)
    return service


def _path(call: RecordedCall, base_path: str) -> str:
    return urlsplit(call.url).path.removeprefix(base_path) or "/"


def _disclosure(calls: Sequence[RecordedCall], base_path: str, values: set[str]) -> Disclosure:
    """Return what of the calls may be written to a file."""
    result = Disclosure()
    for call in calls:
        given = dict(parse_qsl(urlsplit(call.url).query, keep_blank_values=True))
        _, inside = path_template(_path(call, base_path), values, None)
        identifiers = identifiers_of({**{f"query {name}": value for name, value in given.items()}, **inside})
        asks_token = "client_credentials" in (*given.values(), *_form(call).values())
        for segment in _path(call, base_path).split("/"):
            result.note("segment", unquote(segment), identifiers)
            if asks_token:
                result.note_public("segment", unquote(segment))
        for name in call.received:
            result.note("header", name, identifiers)
        for name, value in given.items():
            result.note("parameter", name, identifiers)
            result.note_text(name, value)
            result.note(f"word of {name}", value, identifiers - {value})
        if call.content and _media_type(call.received).startswith("text/"):
            result.note_text("", call.content[:MOST_TEXT].decode("utf-8", "replace"))
        media_type = call.sent.get("content-type", "")
        for document in (read_json(call.content, _media_type(call.received)), read_json(call.body, media_type)):
            result.note_document(document, identifiers)
    note_resources([_path(call, base_path) for call in calls], values, result)
    return result


def _disclosed(call: RecordedCall, disclosure: Disclosure) -> RecordedCall:
    """Return a call without the headers of its answer whose names may not be written."""
    received = {name: value for name, value in call.received.items() if disclosure.allows("header", name)}
    scopes = frozenset(scope for scope in call.token_scopes if is_known(scope))
    return replace(call, received=received, token_scopes=scopes)


def read_json(content: bytes | None, media_type: str) -> Any:
    """Return the JSON of a body, None where it has none."""
    if content is None or len(content) > MOST_BODY or not is_json(media_type):
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _links(calls: Iterable[RecordedCall]) -> set[str]:
    """Return the links in answers, in JSON or in `Location`, except for paths that were called with a token."""
    result: set[str] = set()
    for call in calls:
        waiting = [read_json(call.content, _media_type(call.received)), _location(call.received)]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                waiting += value.values()
            elif isinstance(value, list):
                waiting += value
            elif isinstance(value, str) and value.startswith(("http://", "https://", "/")):
                result.add(value)
    return result - {urlsplit(call.url).path for call in calls if "authorization" in call.sent}


def _location(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "location"), "")


def _values(calls: Iterable[RecordedCall]) -> set[str]:
    """Return the values in the queries of calls. A segment of a path with such a value is an identifier, not a name."""
    return {value for call in calls for _, value in parse_qsl(urlsplit(call.url).query) if len(value) > 2}


def _constants(calls: Sequence[RecordedCall]) -> dict[str, str]:
    """Return the query parameters with one harmless value in every call with a bearer token."""
    queries = [
        dict(parse_qsl(urlsplit(call.url).query))
        for call in calls
        if call.sent.get("authorization", "").lower().startswith("bearer")
    ]
    if len(queries) < 4:
        return {}
    common = set.intersection(*(set(query.items()) for query in queries))
    return {name: value for name, value in sorted(common) if _HARMLESS.fullmatch(value) or known_words(value)}


def _operation(
    method: str,
    template: str,
    several: list[tuple[RecordedCall, dict[str, str]]],
    constants: Mapping[str, str],
    known: Mapping[str, str],
    disclosure: Disclosure,
) -> Operation:
    operation = Operation(method, template)
    shapes: dict[tuple[str, str], Shape] = {}
    bodies = [call for call, _ in several if call.body]
    understood = [call for call, _ in several if call.status not in (400, 422)]
    for call, inside in several:
        given = dict(parse_qsl(urlsplit(call.url).query, keep_blank_values=True))
        form = _form(call)
        for place, values in (("path", inside), ("query", given), ("form", form)):
            for name, value in values.items() if call in understood or not understood else ():
                if place != "path" and not disclosure.allows("parameter", name):
                    continue
                shape = shapes.setdefault((place, name), Shape())
                shape.observe(value, 0, known)
                shape.kinds |= {"integer"} if value.isdigit() and len(value) < 6 else set()
        _note_answer(operation, call, known, disclosure)
        headers = frozenset(name.lower() for name in call.received)
        media_type = _media_type(call.received)
        document = disclosure.pruned(read_json(call.content, media_type))
        sent = disclosure.pruned(read_json(call.body, call.sent.get("content-type", "")))
        values = {**given, **inside, **form}
        location = _location(call.received)
        operation.seen.append(SeenCall(values, call.status, media_type, document, headers, sent, location))
    for (place, name), shape in shapes.items():
        if place == "form":
            continue
        parameter = Parameter(name, place, shape, required=place == "path")
        if place == "path":
            before = template.partition("{" + name + "}")[0].rstrip("/")
            parameter.context = before.rpartition("/")[2]
        elif name in constants:
            shape.words, shape.closed, parameter.required = [constants[name]], True, True
        operation.parameters.append(parameter)
    _note_bodies(operation, bodies, several, known, disclosure)
    schemes = {call.sent.get("authorization", "").partition(" ")[0].lower() for call, _ in several}
    operation.schemes = tuple(sorted(schemes & {"basic", "bearer"}))
    return operation


def _media_type(headers: Mapping[str, str]) -> str:
    return plain_media_type(next((value for name, value in headers.items() if name.lower() == "content-type"), ""))


def _form(call: RecordedCall) -> dict[str, str]:
    if call.body is None or "form" not in call.sent.get("content-type", ""):
        return {}
    return dict(parse_qsl(call.body.decode("utf-8", "replace")))


def _note_bodies(
    operation: Operation,
    bodies: list[RecordedCall],
    several: list[tuple[RecordedCall, dict[str, str]]],
    known: Mapping[str, str],
    disclosure: Disclosure,
) -> None:
    """Note the bodies of calls. If a call without a body succeeded, the body is optional."""
    for call in bodies:
        media_type = plain_media_type(call.sent.get("content-type", "application/json")).partition(";")[0]
        if media_type not in operation.bodies:
            shape = Shape()
            operation.bodies[media_type] = Content(lambda shape=shape: shape)  # type: ignore[misc]
        value = disclosure.pruned(_form(call) or read_json(call.body, media_type))
        if value is not None:
            operation.bodies[media_type].shape.observe(value, 0, known)
    if any(not call.body and 200 <= call.status < 300 for call, _ in several):
        operation.body_required = False


def _note_answer(operation: Operation, call: RecordedCall, known: Mapping[str, str], disclosure: Disclosure) -> None:
    answer = operation.answers.setdefault(str(call.status), Answer(str(call.status)))
    for name in call.received:
        answer.headers.setdefault(name, Shape())
    media_type = _media_type(call.received)
    if not call.content or not media_type:
        return
    if media_type not in answer.contents:
        shape = Shape()
        answer.contents[media_type] = Content(lambda shape=shape: shape)  # type: ignore[misc]
    document = disclosure.pruned(read_json(call.content, media_type))
    if document is not None:
        answer.contents[media_type].shape.observe(document, 0, known)


def _read_scopes(service: Service, calls: Sequence[RecordedCall]) -> None:
    """Note the scope of each operation: the one that the tokens of all its successful calls share."""
    scopes = {scope for call in calls for scope in call.token_scopes}
    service.scopes = sorted(scopes)
    for operation in service.operations:
        opened = [
            call.token_scopes for call in calls
            if call.token_scopes and call.method == operation.method and 200 <= call.status < 300
            and re.fullmatch(_pattern(operation.path), urlsplit(call.url).path.rstrip("/") or "/")
        ]  # fmt: skip
        if opened:
            common = frozenset.intersection(*opened)
            operation.scopes = tuple(sorted(common)) if len(common) == 1 else None


def _pattern(template: str) -> str:
    return ".*" + re.sub(r"\\\{[^{}]*\\\}", "[^/]+", re.escape(template))
