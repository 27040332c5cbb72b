"""The reference has everything that the code has, and nothing that it has not."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from pacsimile.main import COMMANDS, main
from pacsimile.serve import command as serve
from pacsimile_mock import seed
from pacsimile_mock.control import endpoints
from pacsimile_mock.faults.catalogue import EFFECTS
from pacsimile_mock.faults.matching import MEMBERS
from pacsimile_mock.faults.model import DELAYS
from pacsimile_mock.states.catalogue import STATES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference.md").read_text("utf-8")
INTERNAL = ("PACSIMILE_WORKER_", "PACSIMILE_ENDS_WITH_INPUT")
"""Begin the variables by which the command tells processes of its own what to do."""


def section(title: str) -> str:
    """What stands under a heading of the second order."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def firsts(text: str) -> list[str]:
    """What the rows of a section's tables are about."""
    cells = re.findall(r"^\| (`[^|]*`(?:, `[^|]*`)*) ", text, re.MULTILINE)
    return [name for cell in cells for name in re.findall("`([^`]+)`", cell)]


def test_is_what_the_code_says() -> None:
    """Else `python scripts/reference.py` writes it anew."""
    check = [sys.executable, ROOT / "scripts" / "reference.py", "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"python scripts/reference.py writes it anew:\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_there(name: str) -> None:
    """Those of commands within commands too."""
    found = main.get_command(click.Context(main), name)
    assert found is not None
    assert f"### pacsimile {name}\n" in PAGE
    inner = found.commands.values() if isinstance(found, click.Group) else [found]
    for command in inner:
        for option in (one for one in command.params if isinstance(one, click.Option)):
            assert any(f"`{word}" in PAGE or f", {word}" in PAGE for word in option.opts), option.opts
            assert option.help, f"{name} {option.opts[0]} says nothing of itself"


def test_every_option_of_serve_has_a_variable() -> None:
    """But for `--json`, which is for the one who calls."""
    without = [one.opts[0] for one in serve.params if isinstance(one, click.Option) and not one.envvar]
    assert without == ["--json"]
    assert all(f"| `{one.envvar}` |" in PAGE for one in serve.params if isinstance(one, click.Option) and one.envvar)


def test_every_variable_that_the_code_reads_is_there() -> None:
    """Whether it is an option's or not."""
    code = [
        path
        for folder in ("cli", "mock", "spec", "fixtures", "contract_tests")
        for path in (ROOT / folder).rglob("*.py")
    ]
    text = "".join(path.read_text("utf-8") for path in code if "tests" not in path.parts)
    names = set(re.findall(r"\"(PACSIMILE_[A-Z_]+)\"", text))
    assert names
    assert {name for name in names if not name.startswith(INTERNAL) and f"`{name}`" not in PAGE} == set()


def test_every_control_call_is_there_and_no_other() -> None:
    """In both directions, from the routes' table."""
    tables = (("/_mock", endpoints.OPEN), ("/_mock", endpoints.GUARDED), ("", endpoints.METRICS))
    routes = {
        f"{method} {prefix}" + path.replace("<", "{").replace(">", "}")
        for prefix, table in tables
        for path, handlers in table.items()
        for method in handlers
    }
    assert set(firsts(section("Control API"))) == routes


def test_every_scenario_key_is_there_and_no_other() -> None:
    """Each key of the schema, at whatever depth; those of a fault stand under Faults."""
    schema = json.loads(Path(seed.__file__).with_name("scenario.schema.json").read_bytes())
    told = {one.rpartition(".")[2].removesuffix("[]") for one in firsts(section("Scenario files"))}
    members = {name.rpartition(".")[2] for name in firsts(section("Faults"))} | {"match", "effect", "limit"}
    assert told <= _keys(schema)
    assert _keys(schema) - told <= members


def _keys(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(_keys, node))
    if not isinstance(node, dict):
        return set()
    own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return own.union(*map(_keys, node.values()))


def test_every_fault_and_state_is_there_and_no_other() -> None:
    """Members of match, effect and limit; names of states."""
    members = {name.partition(".")[0] for name in firsts(section("Faults"))}
    assert members == {*MEMBERS, *EFFECTS, *DELAYS, "retry_after", "count", "seconds"}
    assert [name for name in firsts(section("Provider states")) if name in STATES] == list(STATES)
