"""Start the mock with one fault of a panel in each of its worlds.

    python scripts/panels/serve.py PANEL NAME [OPTIONS OF `pacsimile serve`]

NAME is the fault's name, or `none` for an undamaged mock.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pacsimile.main import main
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.worlds import worlds
from pacsimile_mock.worlds.defect_registry import find


def overrides_with(name: str) -> None:
    """Let each world that is made from now on have the fault."""
    of_options = worlds._overrides

    def overrides(options: WorldOptions) -> list[type]:
        return [*of_options(options), find(name).override]

    worlds._overrides = overrides


if __name__ == "__main__":
    panel, name, *options = sys.argv[1:]
    import_module(f"scripts.panels.{panel}")
    if name != "none":
        overrides_with(name)
    main(["serve", *options], prog_name="pacsimile")
