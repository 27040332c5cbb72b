"""Scores a learned dialect against the true one, line by line; `scripts/learn_figures.py` prints the figures."""

from __future__ import annotations

import copy
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from pacsimile_contract.learn.contract import ANSWERS
from pacsimile_contract.learn.dialect_writer import render_dialect
from pacsimile_contract.learn.matching.proposals import proposal_of
from pacsimile_contract.learn.sources.openapi import service_of
from pacsimile_spec.dialects import Dialect, identity, parse_dialect
from pacsimile_spec.dialects.openapi import describe
from pacsimile_spec.dialects.pointers import spell
from pacsimile_spec.documents import operations

Place = tuple[str, ...]
OUTCOMES = ("right", "right-unsure", "wrong-sure", "wrong-unsure", "missing-asked", "missing-silent")


def leaves(dialect: Dialect) -> dict[Place, Any]:  # noqa: C901 (a table of lines)
    """Return each line that a dialect can have, with its value; what no answer can show is left out."""
    result: dict[Place, Any] = {}
    for operation in operations():
        if operation in dialect.paths:
            result["paths", operation] = frozenset(template.text for template in dialect.paths[operation])
        result["operations", operation] = operation in dialect.paths
    for name, value in dialect.constants.items():
        result["constants", name] = value
    for name, theirs in dialect.parameters.items():
        if not _in_paths_alone(dialect, name):
            result["parameters", name] = theirs
    for table, members in dialect.fields.items():
        if (table == "Acknowledgement" and not _answered(dialect)) or not _asked(dialect, table):
            continue
        for member, pointer in members.items():
            place = ("errors", member) if table == "Problem" else ("fields", table, member)
            place = ("acknowledgement", "body", member) if table == "AcknowledgementRequest" else place
            result[place] = None if pointer is None else spell(pointer)
    for vocabulary, words in dialect.values.items():
        for ours, theirs_words in words.theirs.items():
            result["values", vocabulary, ours] = theirs_words
    result["times",] = dialect.times
    for code in ("unknown", "not_ready", "bad_request", "foreign_organization", "acknowledged"):
        result["codes", code] = getattr(dialect.codes, code)
    for name, header in dialect.headers.items():
        result["headers", name] = header and header.lower()
    for name, media_type in dialect.media_types.items():
        result["media_types", name] = media_type.replace(" ", "")
    result["report_types",] = dialect.report_types
    result["reports_carried",] = dialect.carried
    result["errors", "media_type"] = dialect.error_media_type
    result["token", "credentials"] = dialect.credentials
    result["unknown_parameters",] = dialect.unknown_parameters
    acknowledgements = dialect.acknowledgements
    result["acknowledgement", "without_body"] = acknowledgements.without_body
    result["acknowledgement", "body"] = acknowledgements.with_body
    result["acknowledgement", "answer"] = _answered(dialect)
    return result


def _asked(dialect: Dialect, table: str) -> bool:
    """Whether the service has an operation that answers with a table."""
    users = ANSWERS.get(table.partition(".")[0])
    return users is None or any(operation in dialect.paths for operation in users)


def _answered(dialect: Dialect) -> bool:
    return dialect.acknowledgements.answered and dialect.codes.acknowledged != 204


def _in_paths_alone(dialect: Dialect, name: str) -> bool:
    """Whether a parameter stands in every path of the operations that take it: then nobody sees its name."""
    users = [
        operation
        for operation in dialect.paths
        if any(parameter.name == name for parameter in operations()[operation].parameters)
    ]
    return bool(users) and all(
        any(name in template.parameters for template in dialect.paths[operation]) for operation in users
    )


@dataclass
class Marks:
    """What the comments of a learned file say: which lines are unsure, and what is asked."""

    unsure: set[Place]
    asked: set[Place]


_ROW = re.compile(r"""^( *)("(?:[^"\\\\]|\\\\.)*"|[^\s:#"][^:]*):(?: (.*)|)$""")
_QUESTION = re.compile("^( *)# [?] ")


def marks(text: str) -> Marks:
    """Read the comments of a learned file."""
    result, open_keys = Marks(set(), set()), list[tuple[int, str]]()
    for line in text.splitlines():
        question = _QUESTION.match(line)
        row = _ROW.match(_QUESTION.sub(r"\1", line))
        if row is None or (line.lstrip().startswith("#") and question is None):
            continue
        indent, key, rest = len(row[1]), row[2].strip('"'), row[3] or ""
        open_keys = [item for item in open_keys if item[0] < indent]
        place = (*(name for _, name in open_keys), *([] if key == "*" else [key]))
        if question and rest:
            result.asked.add(place)
        elif "  # unsure: " in rest:
            result.unsure.add(place)
        if not rest:
            open_keys.append((indent, key))
    return result


def score(true: Dialect, text: str) -> dict[Place, str]:
    """Return the outcome of each line in which the true or the learned dialect differs from the contract."""
    learned, own, truth, comments = leaves(parse_dialect(text)), leaves(identity()), leaves(true), marks(text)
    result: dict[Place, str] = {}
    for place in sorted({*truth, *learned}):
        absent = ("operations", place[1]) if place[0] == "paths" else None
        if absent and not (truth.get(absent) and learned.get(absent)):
            continue
        if place[0] == "fields" and place not in truth:
            continue
        want, got, ours = truth.get(place), learned.get(place), own.get(place)
        if want == ours == got:
            continue
        unsure = any(place[: length + 1] in comments.unsure for length in range(len(place)))
        asked = any(place[: length + 1] in comments.asked for length in range(len(place)))
        asked |= place[0] == "paths" and ("operations", place[1]) in comments.asked
        seen_in_part = place[0] == "values" and isinstance(want, tuple) and got != ours and set(got) < set(want)
        if want == got or seen_in_part:  # a second word that nobody said cannot be learned
            result[place] = "right-unsure" if unsure else "right"
        elif got == ours:
            result[place] = "missing-asked" if asked else "missing-silent"
        else:
            result[place] = "wrong-unsure" if unsure else "wrong-sure"
    return result


def differing(true: Dialect) -> set[Place]:
    """Return the lines in which a dialect differs from the contract."""
    own, truth = leaves(identity()), leaves(true)
    gone = {("paths", place[1]) for place, there in truth.items() if place[0] == "operations" and not there}
    return {place for place in {*own, *truth} - gone if own.get(place) != truth.get(place) and place in truth}


def summary(true: Dialect, text: str) -> str:
    """Return the figures of a learned file in one line."""
    outcomes, due = score(true, text), differing(true)
    counts = Counter(outcomes.values())
    right = sum(outcomes.get(place, "").startswith("right") for place in due)
    share = f"{100 * right / len(due):.1f} %" if due else "nothing to learn"
    return f"{true.name}: {right} of {len(due)} right ({share}); " + ", ".join(
        f"{counts[outcome]} {outcome}" for outcome in OUTCOMES
    )


def stripped(document: dict[str, Any], *, components: bool = False) -> dict[str, Any]:
    """Return a description without texts, `x-` hints and telling operationIds; on request with bare component names."""
    document = copy.deepcopy(document)
    numbers: dict[str, str] = {}

    def walk(node: Any, inside: str = "") -> Any:
        if isinstance(node, list):
            return [walk(item) for item in node]
        if not isinstance(node, dict):
            return node
        result = {}
        for key, value in node.items():
            named = inside in ("properties", "examples", "headers", "parameters", "value")
            if not named and (key in ("description", "summary", "title", "tags", "links") or str(key).startswith("x-")):
                continue
            if key == "operationId":
                value = numbers.setdefault(value, f"op{len(numbers)}")
            if key == "$ref" and components:
                _, _, kind, name = value.split("/")
                value = f"#/components/{kind}/{numbers.setdefault(f'{kind}/{name}', f'c{len(numbers)}')}"
            if key == "scopes":
                value = dict.fromkeys(value, "")
            result[key] = value if key in ("value", "example") else walk(value, str(key))
        return result

    shape = walk(document)
    if components:
        shape["components"] = {
            kind: {
                (numbers.get(f"{kind}/{name}", name) if kind != "securitySchemes" else name): node
                for name, node in nodes.items()
            }
            for kind, nodes in shape["components"].items()
        }
    return shape


def learned_from_description(dialect: Dialect, *, components: bool = False) -> str:
    """Return the dialect file that is learned from the bare description of a dialect."""
    service = service_of(stripped(describe(dialect), components=components), "vendor.yaml")
    return render_dialect("learned", proposal_of(service))
