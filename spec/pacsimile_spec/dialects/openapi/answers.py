"""Respells answers: status codes, headers, media types, and how a report's bytes are sent."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pacsimile_spec.dialects.model import Dialect
from pacsimile_spec.dialects.openapi.nodes import Node, contents, follow, is_token_operation, operations_of
from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.operation_ids import RETRIEVALS
from pacsimile_spec.report_types import REPORT_TYPES

_PROBLEM_JSON = "application/problem+json"


def respell_answers(document: Node, dialect: Dialect) -> None:
    """Respell the answers of all operations."""
    for operation in operations_of(document):
        name, responses = str(operation["operationId"]), operation["responses"]
        if not is_token_operation(operation):
            _rename(responses, "400", str(dialect.codes.bad_request))
        if name in RETRIEVALS:
            _respell_waiting(responses, document, dialect)
            _respell_report(name, responses["200"], dialect)
        if name == "acknowledgeReports":
            _respell_acknowledgement(responses, dialect)
        if name in ("listReports", "acknowledgeReports") and dialect.codes.foreign_organization == 404:
            responses["404"] = _refusal(responses["403"], document, "The organization is not yours, or there is none.")
        if name in ("getStatus", "getOrderIds") and dialect.codes.unknown == "200-empty":
            _allow_nothing(responses["200"]["content"]["application/json"])
    for content in list(contents(document)):
        if _PROBLEM_JSON in content and dialect.error_media_type != _PROBLEM_JSON:
            _rename_media_type(content, dialect.error_media_type)
    _respell_headers(document, dialect)


def _rename(responses: Node, code: str, other: str) -> None:
    if code in responses and code != other:
        responses[other] = responses.pop(code)


def _refusal(like: Node, document: Node, description: str) -> Node:
    """Return a copy of an answer with another description and without examples."""
    node = deepcopy(follow(like, document))
    node["description"] = description
    for media in node["content"].values():
        media.pop("examples", None)
    return node


def _respell_waiting(responses: Node, document: Node, dialect: Dialect) -> None:
    """Give "not ready yet" its status code. 409 remains for what failed or was cancelled."""
    code = str(dialect.codes.not_ready)
    if code == "409":
        return
    final = deepcopy(follow(responses["409"], document))
    waiting = deepcopy(final)
    final["description"] = "There will be no report: processing failed, or the order was cancelled."
    waiting["description"] = "The report is not ready yet."
    final["headers"].pop("Retry-After", None)
    for node, keep in ((final, "failed"), (waiting, "notReady")):
        examples = node["content"][_PROBLEM_JSON]["examples"]
        node["content"][_PROBLEM_JSON]["examples"] = {keep: examples[keep]}
    responses["409"] = final
    if code in responses:
        other = deepcopy(follow(responses[code], document))
        other["description"] = (
            f"{other['description'].strip()} Or {waiting['description'][0].lower()}" + (waiting["description"][1:])
        )
        other["headers"] = {**waiting["headers"], **other["headers"]}
        other["content"][_PROBLEM_JSON].setdefault("examples", {}).update(waiting["content"][_PROBLEM_JSON]["examples"])
        responses[code] = other
    else:
        responses[code] = waiting


def _respell_report(name: str, response: Node, dialect: Dialect) -> None:
    """Offer the dialect's report types in its media types, as the body or in the dialect's own way."""
    content = response["content"]
    offered: dict[str, list[Node]] = {}
    for kind in dialect.report_types:
        known = REPORT_TYPES[kind]
        if known.of_order if name == "getResult" else known.of_group:
            medias = offered.setdefault(dialect.media_types[kind], [])
            if content[known.media_type] not in medias:
                medias.append(content[known.media_type])
    response["content"] = {media_type: _any_of(medias) for media_type, medias in offered.items()}
    if dialect.carried.by == "redirect":
        response["description"] = "The report, behind a redirect that is followed once, without the token."
    elif dialect.carried.by in ("url", "base64"):
        leaf = (
            {"description": "Where the report is, for a short time and without the token.", "type": "string",
             "format": "uri"}
            if dialect.carried.by == "url"
            else {"description": "The report in base64.", "type": "string", "contentEncoding": "base64"}
        )  # fmt: skip
        response["content"] = {"application/json": {"schema": _nested(dialect.carried.pointer, leaf)}}


def _any_of(medias: list[Node]) -> Node:
    if len(medias) == 1:
        return medias[0]
    examples = {name: example for media in medias for name, example in media.get("examples", {}).items()}
    schemas = [media["schema"] for media in medias]
    if all("$ref" in schema for schema in schemas):
        return {"schema": {"anyOf": schemas}, **({"examples": examples} if examples else {})}
    return {"schema": {}, **({"examples": examples} if examples else {})}


def _nested(pointer: Pointer, leaf: Node) -> Node:
    schema = leaf
    for step in reversed(pointer):
        schema = {"type": "object", "required": [step], "properties": {step: schema}}
    return schema


def _respell_acknowledgement(responses: Node, dialect: Dialect) -> None:
    if not dialect.acknowledgements.answered or dialect.codes.acknowledged == 204:
        responses["200"].pop("content", None)
    _rename(responses, "200", str(dialect.codes.acknowledged))


def _allow_nothing(media: Node) -> None:
    """Allow an empty object as the answer about something unknown."""
    nothing = {"description": "There is no such thing.", "type": "object", "maxProperties": 0}
    media["schema"] = {"anyOf": [media["schema"], nothing]}


def _rename_media_type(content: Node, media_type: str) -> None:
    problem = content.pop(_PROBLEM_JSON)
    other = content.get(media_type)
    content[media_type] = problem if other is None else _any_of([problem, other])


def _respell_headers(document: Node, dialect: Dialect) -> None:
    nodes: list[Any] = [*document["components"]["responses"].values()]
    nodes += [response for operation in operations_of(document) for response in operation["responses"].values()]
    for node in nodes:
        if "headers" not in node:
            continue
        node["headers"] = {
            str(theirs): header
            for name, header in node["headers"].items()
            if (theirs := dialect.headers.get(name, name)) is not None
        }
