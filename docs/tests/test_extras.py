"""The pages name the extra that a command needs, as a plain installation finds it."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from pacsimile.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
LACKING = """
import sys

LIBRARIES = {"hypothesis", "jsonschema", "jsonschema_rs", "locust", "pypdf", "pytest", "schemathesis"}

class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in LIBRARIES:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Lacking())
import click
from pacsimile.main import COMMANDS, MissingExtra, main
for name in COMMANDS:
    try:
        main.get_command(click.Context(main), name)
    except MissingExtra as error:
        print(name)
"""
"""Prints the commands that cannot be imported where no extra is installed."""
PAGES = {
    "verify": ("README.md", "docs/verify.md", "docs/howto/judge_staging_at_night.md"),
    "matrix": (),
    "replay": ("docs/drift.md",),
    "diff": (),
    "statement": ("docs/statement.md",),
    "proxy": ("docs/proxy.md",),
    "learn": ("docs/learn.md", "docs/new_vendor.md"),
    "record": ("docs/scenario_files.md",),
}
"""The pages that are about a command and have to name the extra."""


@cache
def commands_that_need_extra() -> set[str]:
    """Return the commands that a plain installation cannot run."""
    done = subprocess.run([sys.executable, "-c", LACKING], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_table_of_extras_names_each_command_that_needs_one() -> None:
    """The table lists exactly these commands."""
    rows = re.findall(r"^\| `(contract|load)` \|([^|]*)", (ROOT / "docs/install.md").read_text("utf-8"), re.MULTILINE)
    named = {word for _, row in rows for word in re.findall(r"`([a-z-]+)`", row.partition(";")[0])}
    assert named == commands_that_need_extra()
    assert named <= COMMANDS.keys()


def test_each_command_has_its_pages() -> None:
    """Load's page names its own extra."""
    assert {*PAGES, "load"} == commands_that_need_extra()
    assert "`load`" in (ROOT / "docs/load.md").read_text("utf-8").split("## ")[0]


@pytest.mark.parametrize("page", sorted({page for pages in PAGES.values() for page in pages}))
def test_a_page_about_such_a_command_names_the_extra(page: str) -> None:
    """With a word of what to install."""
    assert re.search(r"(\[extra\]\S*|extra)\s+\[?`contract`", (ROOT / page).read_text("utf-8"))
