"""Respells examples and links."""

from __future__ import annotations

from typing import Any

from pacsimile_spec.dialects.model import Code, Dialect
from pacsimile_spec.dialects.openapi.nodes import Node, contents, follow, operations_of, schema_name
from pacsimile_spec.dialects.openapi.texts import respeller_of_texts
from pacsimile_spec.dialects.pointers import spell
from pacsimile_spec.dialects.spelling import writer_of_scopes, writer_of_table
from pacsimile_spec.dialects.tables import ROOTS, tables
from pacsimile_spec.documents import operations
from pacsimile_spec.problems import PREFIX
from pacsimile_spec.report_types import REPORT_TYPES

_POINTER = "$response.body#"


def respell_examples(document: Node, dialect: Dialect) -> None:
    """Respell the example bodies and the links from one operation to the next."""
    seen: set[int] = set()
    for content in contents(document):
        for media in content.values():
            name = schema_name(media)
            if name == "TokenRequest":
                _respell_token_requests(media["examples"], dialect)
            for example in media.get("examples", {}).values():
                node = follow(example, document)
                if name in ROOTS and id(node) not in seen:
                    seen.add(id(node))
                    node["value"] = respell_example(str(name), node["value"], dialect)
    for operation in operations_of(document):
        _respell_links(operation, document, dialect)


def respell_example(table: str, value: Any, dialect: Dialect) -> Any:
    """Return an example as the dialect writes it. A problem has the status and path of the dialect's answer."""
    if table == "Problem":
        value = {**value, "status": _status(value, dialect), "instance": _instance(value["instance"], dialect)}
        value["detail"] = respeller_of_texts(dialect)(value["detail"])
    return writer_of_table(dialect, table)(_respell_offers(value, dialect))


def _respell_offers(value: Any, dialect: Dialect) -> Any:
    """Return an example that offers only the dialect's report types."""
    if isinstance(value, list):
        return [_respell_offers(item, dialect) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _keep_offered_types(inside, dialect) if name == "report_types" else _respell_offers(inside, dialect)
        for name, inside in value.items()
    }


def _keep_offered_types(names: list[str], dialect: Dialect) -> list[str]:
    """Keep the offered report types of a list. If that leaves nothing of it, take another type."""
    offered = [name for name in names if name in dialect.report_types]
    return offered or [name for name in dialect.report_types if REPORT_TYPES[name].of_order][: len(names[:1])]


def _respell_token_requests(examples: Node, dialect: Dialect) -> None:
    """Respell the forms, and keep those that have the credentials where the dialect has them."""
    for name, example in list(examples.items()):
        form = example["value"]
        if ("client_secret" in form) != (dialect.credentials == "body") and dialect.credentials != "basic":
            del examples[name]
            continue
        if "scope" in form:
            form["scope"] = writer_of_scopes(dialect.values["scope"])(form["scope"])
        example["value"] = {dialect.parameters.get(key, key): value for key, value in form.items()}


def _status(problem: Node, dialect: Dialect) -> Code:
    return dialect.codes.of_refusal(str(problem["type"]).removeprefix(PREFIX), int(problem["status"]))


def _instance(path: str, dialect: Dialect) -> str:
    templates = [template for name, own in dialect.paths.items() if operations()[name].path == path for template in own]
    return templates[0].text.replace("{", "").replace("}", "") if templates else path


def _respell_links(operation: Node, document: Node, dialect: Dialect) -> None:
    for response in operation["responses"].values():
        links = follow(response, document).get("links", {})
        media = follow(response, document).get("content", {}).get("application/json", {})
        for name, link in list(links.items()):
            parameters = _link_parameters(link, schema_name(media), dialect)
            if link["operationId"] not in dialect.paths or parameters is None:
                del links[name]
            else:
                link["parameters"] = parameters


def _link_parameters(link: Node, table: str | None, dialect: Dialect) -> Node | None:
    """Return the parameters of a link, or None if an answer of the dialect lacks one of them."""
    result: Node = {}
    for name, value in link["parameters"].items():
        if str(value).startswith(_POINTER):
            pointer = _pointer(str(value).removeprefix(_POINTER).split("/")[1:], str(table), dialect)
            if pointer is None:
                return None
            result[dialect.parameters[name]] = _POINTER + pointer
        elif name == "report_type" and value not in dialect.report_types:
            return None
        else:
            words = dialect.values.get(name)
            result[dialect.parameters[name]] = words.written(value) if words else value
    return result


def _pointer(steps: list[str], table: str | None, dialect: Dialect) -> str | None:
    result = ""
    for step in steps:
        if table is None or step not in tables()[table]:
            result += "/" + step
            continue
        pointer = dialect.fields[table][step]
        if pointer is None:
            return None
        result += spell(pointer)
        table = tables()[table][step].table
    return result
