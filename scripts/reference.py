"""Write docs/reference.md: every command, option, variable, scenario key, control call, fault and state, from the code.

python scripts/reference.py            # writes the page
python scripts/reference.py --check    # exit status 1 where the page says something else than the code
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from reference_commands import commands
from reference_judging import pytest_options, target_files
from reference_tables import Row, alike, keys, merged, table

from pacsimile_mock import control, seed
from pacsimile_spec.documents import resolve

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference.md"

INTRODUCTION = """\
# Reference

<!-- Written by scripts/reference.py from the code. Do not edit: run it. -->

Every option, environment variable, scenario key, control call, fault effect, provider state and key of a target file
there is. [Commands](#commands) · [Environment](#environment) · [Scenario files](#scenario-files) ·
[Control API](#control-api) · [Faults](#faults) · [Provider states](#provider-states) · [Journal](#journal) ·
[Target files](#target-files) · [pytest](#pytest)
"""

VARIABLES = {
    "PACSIMILE_RUNTIME_DIR": "Folder of the runtime files, by which commands find a running mock and its control "
    "token. Without it: the user's runtime folder.",
    "PACSIMILE_TLS_DIR": "Folder where `--tls` keeps its CA. Without it: the user's data folder.",
    "PACSIMILE_SALT": "Salt of the hashes of identifiers in `verify`. With the same salt, two runs can be compared.",
}
"""Variables that are not options of a command."""


def page() -> str:
    """Return the whole page."""
    using = (commands(), environment(), scenario_files(), control_api(), faults(), states(), journal())
    return "\n".join((INTRODUCTION, *using, target_files(), pytest_options()))


def environment() -> str:
    """Return the section on variables that are not options."""
    rows = [(f"`{name}`", words) for name, words in VARIABLES.items()]
    head = (
        "## Environment\n\nA variable beside an option above does what the option does, and the option wins. The "
        "others are:\n"
    )
    return f"{head}\n{table(('variable', 'what it does'), rows)}"


def scenario_files() -> str:
    """Return every key of a scenario by its path. The keys of faults are in the section on faults."""
    root = json.loads((Path(seed.__file__).with_name("scenario.schema.json")).read_bytes())
    named = (key for key in keys(root, root, "") if not key.path.startswith("faults[]."))
    rows = [(key.names, key.form, "yes" if key.required else "", key.words) for key in alike(merged(named))]
    head = (
        "## Scenario files\n\nYAML. `pacsimile scenarios NAME` prints one as a start, `--check FILE` says what is "
        "wrong in yours, `--schema` prints the JSON schema of this table. A *duration* is a number of seconds, a "
        "number with its unit, or several of these from the largest unit down: 90, 250ms, 5m, 1h30m, 1d. *Polls* are "
        "status calls, such as 1 poll or 3 polls. The members of a fault are [those of the control API](#faults).\n"
    )
    return f"{head}\n{table(('key', 'value', 'required', 'meaning'), rows)}"


@cache
def description() -> dict[str, Any]:
    """Return the control API's OpenAPI document."""
    file = Path(control.__file__).with_name("openapi.yaml")
    loaded: dict[str, Any] = yaml.load(file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def schema(name: str) -> Mapping[str, Any]:
    """Return a schema of the control API's document."""
    node: Mapping[str, Any] = description()["components"]["schemas"][name]
    return node


def control_api() -> str:
    """Return every call with its query and the members of its body."""
    rows = [row for path, item in description()["paths"].items() for row in calls(path, item)]
    head = (
        "## Control API\n\nUnder `/_mock`, with the control token as bearer token. Health and metrics need none. "
        "`pacsimile describe --control` prints its OpenAPI document, with every answer and example.\n"
    )
    return f"{head}\n{table(('call', 'what it does', 'query', 'members of the body'), rows)}"


def calls(path: str, item: Mapping[str, Any]) -> Iterator[Row]:
    """Return the calls of a path."""
    for method in ("get", "post", "delete"):
        if method in item:
            node = item[method]
            parameters = [
                resolve(given, description()) for given in (*item.get("parameters", ()), *node.get("parameters", ()))
            ]
            query = ", ".join(f"`{parameter['name']}`" for parameter in parameters if parameter["in"] == "query")
            content = node.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            body = ", ".join(f"`{name}`" for name in members(content))
            yield f"`{method.upper()} {path}`", node["summary"], query, body


def members(node: Mapping[str, Any]) -> list[str]:
    """Return the members of a body in all its forms, each once."""
    node = resolve(node, description())
    inner = [name for word in ("anyOf", "oneOf") for branch in node.get(word, ()) for name in members(branch)]
    inner += members(node["items"]) if "items" in node else []
    return list(dict.fromkeys([*node.get("properties", {}), *inner]))


def member_rows(name: str) -> list[Row]:
    """Return the members of a schema of the control API, including inner ones."""
    return [(key.names, key.form, key.words) for key in merged(keys(schema(name), description(), ""))]


def faults() -> str:
    """Return the section on faults: match, effect, limit."""
    head = ("member", "value", "meaning")
    parts = [
        "## Faults\n",
        "The body of `POST /_mock/worlds/{world}/faults`. [faults.md](faults.md) has examples.\n",
    ]
    for title, name in (("match", "FaultMatch"), ("effect", "FaultEffect"), ("limit", "FaultLimit")):
        parts.append(f"### `{title}`\n\n{schema(name).get('description', '')}\n\n{table(head, member_rows(name))}")
    return "\n".join(parts)


def states() -> str:
    """Return each state with its params."""
    rows = []
    for name, reference in schema("State")["discriminator"]["mapping"].items():
        branch = schema(reference.rpartition("/")[2])
        params = branch["properties"]["params"]
        required = params.get("required", ())
        text = [f"`{parameter}`" + ("" if parameter in required else "?") for parameter in params["properties"]]
        rows.append((f"`{name}`", branch["description"], ", ".join(text)))
    head = (
        "## Provider states\n\nThe body of `POST /_mock/states`, and of the same call of a world: "
        '`{"state": name, "params": {...}, "action": "setup"}`. A param with a question mark is optional.\n'
    )
    return f"{head}\n{table(('state', 'what it makes', 'params'), rows)}"


def journal() -> str:
    """Return the members of a journal entry."""
    head = f"## Journal\n\nAn entry, as in `GET /_mock/worlds/{{world}}/journal`. {schema('Entry')['description']}\n"
    return f"{head}\n{table(('member', 'value', 'meaning'), member_rows('Entry'))}"


def run(arguments: list[str]) -> int:
    """Write the page, or compare it and print the differences."""
    text = page()
    if arguments != ["--check"]:
        PAGE.write_text(text, "utf-8")
        return 0
    lines = (text.splitlines(keepends=True) for text in (PAGE.read_text("utf-8"), text))
    difference = list(difflib.unified_diff(*lines, "docs/reference.md", "the code", n=0))
    sys.stdout.writelines(difference)
    return int(bool(difference))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
