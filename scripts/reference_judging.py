"""The reference's sections on judging: target files, baselines, options of pytest."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from reference_tables import Row, alike, keys, merged, table

from pacsimile_contract import pytest_plugin

KEY = ("key", "value", "required", "meaning")

OTHER_CLIENTS = tuple(f"clients.{client}." for client in ("other_org", "same_org", "status_only", "ingest_only"))

TARGETS = (
    "## Target files\n\nYAML, for `pacsimile verify --target`. [verify.md](verify.md#any-other-server) explains them "
    "and has the defaults. Every client has the keys of `clients.primary`.\n"
)
BASELINES = "### Baselines\n\nYAML, for `pacsimile verify --baseline`: a list of known failures.\n"
PYTEST = (
    "## pytest\n\nThe options that `pytest -p pacsimile_contract.pytest_plugin` adds. `-k` selects as in any use of "
    "pytest.\n"
)


def target_files() -> str:
    """Return every key of a target file and of a baseline."""
    return "\n".join([TARGETS, _keys("target.schema.json"), BASELINES, _keys("baseline.schema.json")])


def _keys(name: str) -> str:
    schema = json.loads(files("pacsimile_contract").joinpath(name).read_bytes())
    every = merged(keys(schema.get("items", schema), schema, ""))
    shown = alike(key for key in every if not key.path.startswith(OTHER_CLIENTS))
    return table(KEY, [(key.names, key.form, "yes" if key.required else "", key.words) for key in shown])


class _Options:
    """Record the plugin's options in place of pytest."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def getgroup(self, *_: str) -> _Options:
        """Return this object as the group too."""
        return self

    def addoption(self, name: str, **attributes: Any) -> None:
        """Record an option."""
        value = attributes.get("metavar") or "|".join(attributes.get("choices", ()))
        value = value or ("" if attributes.get("action") == "store_true" else "NUMBER")
        default = attributes.get("default")
        words = attributes["help"][:1].upper() + attributes["help"][1:] + "."
        again = " Repeatable." if attributes.get("action") == "append" else ""
        shown = f"`{default}`" if isinstance(default, str | int) else ""
        self.rows.append((f"`{name}{' ' + value if value else ''}`", shown, words + again))


def pytest_options() -> str:
    """Return every option that the plugin adds."""
    options = _Options()
    pytest_plugin.pytest_addoption(options)  # type: ignore[arg-type]
    return f"{PYTEST}\n{table(('option', 'default', 'what it does'), options.rows)}"
