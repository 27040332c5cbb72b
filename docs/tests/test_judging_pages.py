"""The pages on judging name everything that they are about."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from pacsimile_contract.findings.registry import LEVELS, scenarios
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.exit_status import ExitStatus

DOCS = Path(__file__).resolve().parents[1]
VERIFY = (DOCS / "verify.md").read_text("utf-8")
STATES = (DOCS / "states.md").read_text("utf-8")
SCHEMA = json.loads(files("pacsimile_contract").joinpath("target.schema.json").read_bytes())
LANGUAGES = {"yaml", "groovy"}


def keys(node: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of each key of a target file, at any depth."""
    for name, member in node.get("properties", {}).items():
        yield name
        yield from keys(member)


def first_cells(text: str) -> set[str]:
    """What the rows of a page's tables are about."""
    return set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


@pytest.mark.parametrize("key", sorted(set(keys(SCHEMA))))
def test_each_key_of_a_target_file_is_told(key: str) -> None:
    """By its name as code."""
    assert re.search(rf"[`.{{ ]{key}[`:}}, .]", VERIFY), key


def test_each_state_that_a_scenario_needs_is_told() -> None:
    """In the table that a vendor writes from."""
    needed = {state for one in scenarios() for state in one.needs}
    assert needed
    assert needed <= first_cells(STATES)


def test_each_verdict_exit_status_and_level_is_told() -> None:
    """In the tables of the page on judging."""
    rows = re.findall(r"^\| `?([^`|]+?)`? \|", VERIFY, re.MULTILINE)
    assert {one.value for one in Verdict} <= set(rows)
    assert {str(int(one)) for one in ExitStatus} <= set(rows)
    assert set(LEVELS) <= set(rows)


def test_recipes_are_in_languages_that_are_looked_at() -> None:
    """A block of the page on CI that names a file is one that the recipes' checks know; others are commands."""
    named = re.findall(r"^```(\w+) (\S+)$", (DOCS / "ci.md").read_text("utf-8"), re.MULTILINE)
    assert len(named) >= 8
    assert {language for language, _ in named} <= LANGUAGES
