"""Start a server with a mutant of one of its modules.

    python scripts/mutation/serve.py SERVER PATH TEXT ACTED [OPTIONS OF THE SERVER]

SERVER is `mock` or a server of `examples/`, PATH its module from the root of the tree, TEXT a file with the module's
changed text. ACTED is a file that is made when an occasional mutant acts.
"""

import os
import resource
import runpy
import sys
from pathlib import Path

from loading import MutantFinder
from occasions import ACTED

ROOT = Path(__file__).resolve().parents[2]
CPU = 90
"""Seconds of processor time, so that an endless loop ends. An undamaged server takes some ten for a run."""

MEMORY = 4 << 30
"""Bytes of address space."""


def main(server: str, path: str, text: str, acted: str, options: list[str]) -> None:
    """Serve."""
    os.environ[ACTED] = acted
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    finder = MutantFinder(ROOT / path, Path(text).read_text("utf-8"))
    sys.meta_path.insert(0, finder)  # type: ignore[arg-type]
    if server == "mock":
        from pacsimile.main import main as command

        command(["serve", *options], prog_name="pacsimile")
        return
    folder = ROOT / "examples" / server
    sys.path.insert(0, str(folder))
    sys.argv = [str(folder / "serve.py"), *options]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:5], sys.argv[5:])
