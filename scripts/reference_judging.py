"""The reference's sections on what judging takes: target files, baselines, options of pytest."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from reference_tables import Row, alike, keys, merged, table

from pacsimile_contract import pytest_plugin

KEY = ("key", "value", "required", "meaning")

OTHER_CLIENTS = tuple(f"clients.{one}." for one in ("other_org", "same_org", "status_only", "ingest_only"))

TARGETS = (
    "## Target files\n\nYAML, for `pacsimile verify --target`; [verify.md](verify.md#any-other-server) tells it with "
    "the defaults. Every client has the keys of `clients.primary`.\n"
)
BASELINES = "### Baselines\n\nYAML, for `pacsimile verify --baseline`: a list of known failures.\n"
PYTEST = (
    "## pytest\n\nWhat `pytest -p pacsimile_contract.pytest_plugin` takes beside its own options; `-k` selects as "
    "everywhere in pytest.\n"
)


def target_files() -> str:
    """Every key of a target file, and of a baseline."""
    return "\n".join([TARGETS, _keys("target.schema.json"), BASELINES, _keys("baseline.schema.json")])


def _keys(name: str) -> str:
    schema = json.loads(files("pacsimile_contract").joinpath(name).read_bytes())
    every = merged(keys(schema.get("items", schema), schema, ""))
    found = alike(one for one in every if not one.path.startswith(OTHER_CLIENTS))
    return table(KEY, [(one.names, one.form, "yes" if one.required else "", one.words) for one in found])


class _Options:
    """Takes the plugin's options in the place of pytest."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def getgroup(self, *_: str) -> _Options:
        """Be the group, too."""
        return self

    def addoption(self, name: str, **attributes: Any) -> None:
        """Remember an option."""
        value = attributes.get("metavar") or "|".join(attributes.get("choices", ()))
        value = value or ("" if attributes.get("action") == "store_true" else "NUMBER")
        default = attributes.get("default")
        words = attributes["help"][:1].upper() + attributes["help"][1:] + "."
        again = " Repeatable." if attributes.get("action") == "append" else ""
        shown = f"`{default}`" if isinstance(default, str | int) else ""
        self.rows.append((f"`{name}{' ' + value if value else ''}`", shown, words + again))


def pytest_options() -> str:
    """Every option that the plugin adds."""
    options = _Options()
    pytest_plugin.pytest_addoption(options)  # type: ignore[arg-type]
    return f"{PYTEST}\n{table(('option', 'default', 'what it does'), options.rows)}"
