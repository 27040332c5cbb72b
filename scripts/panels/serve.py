"""Start a server with one fault of a panel.

    python scripts/panels/serve.py PANEL NAME [OPTIONS OF `pacsimile serve`]
    python scripts/panels/serve.py PANEL NAME small_server [OPTIONS OF examples/small_server/serve.py]

NAME is the fault's name, or `none` for an undamaged server. The mock has its fault in each of its worlds.
"""

from __future__ import annotations

import runpy
import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pacsimile.main import main
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.worlds import worlds
from pacsimile_mock.worlds.defect_registry import find
from scripts.panels.faults import EXAMPLE_SERVERS, EXAMPLES, REGISTERED


def overrides_with(name: str) -> None:
    """Let each world that is made from now on have the fault."""
    of_options = worlds._overrides

    def overrides(options: WorldOptions) -> list[type]:
        return [*of_options(options), find(name).override]

    worlds._overrides = overrides


def serve_example(server: str, name: str, options: list[str]) -> None:
    """Serve an example, made wrong before its script begins."""
    if name != "none":
        REGISTERED[name].source()
    script = str(EXAMPLES / server / "serve.py")
    sys.argv = [script, *options]
    runpy.run_path(script, run_name="__main__")


def serve_mock(name: str, options: list[str]) -> None:
    """Serve the mock."""
    if name != "none":
        overrides_with(name)
    main(["serve", *options], prog_name="pacsimile")


if __name__ == "__main__":
    panel, name, *options = sys.argv[1:]
    import_module(f"scripts.panels.{panel}")
    if options and options[0] in EXAMPLE_SERVERS:
        serve_example(options[0], name, options[1:])
    else:
        serve_mock(name, options)
