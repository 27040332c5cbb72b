"""The pages about scenarios name every scenario and every key, and the files that they show can be served."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pacsimile_mock.seed.build import PACES
from pacsimile_mock.seed.load import FOLDER, parse, shipped

DOCS = Path(__file__).resolve().parents[1]
FILES = (DOCS / "scenario_files.md").read_text(encoding="utf-8")
SCENARIOS = (DOCS / "scenarios.md").read_text(encoding="utf-8")
SCHEMA: dict[str, Any] = json.loads((FOLDER / "scenario.schema.json").read_text(encoding="utf-8"))


def rows(page: str) -> set[str]:
    """What the first cells of a page's tables name."""
    return set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))


def test_every_key_has_its_row() -> None:
    """Of the file and of an order; those inside others are named in their rows."""
    orders = SCHEMA["$defs"]["order"]["properties"]
    assert rows(FILES) == {*SCHEMA["properties"], *orders, *PACES}
    for name in ("client", "patient", "moves", "fault"):
        assert all(f"`{key}`" in FILES for key in SCHEMA["$defs"][name]["properties"])


@pytest.mark.parametrize("name", shipped())
def test_every_scenario_has_its_section_and_its_transcript(name: str) -> None:
    """In a mock of its own, that was started with it."""
    section = SCENARIOS.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert f"```bash serve --scenario {name}" in section


@pytest.mark.parametrize("block", re.findall(r"^```yaml\n(.*?)^```$", FILES, re.MULTILINE | re.DOTALL))
def test_the_files_shown_can_be_served(block: str, tmp_path: Path) -> None:
    """As they stand."""
    (tmp_path / "sample.pdf").write_bytes(b"%PDF-")
    assert parse("mine.yaml", block, tmp_path).orders
