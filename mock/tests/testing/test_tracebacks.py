"""A mistake in a test is shown at the test's own line, without the frames of what it called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MISTAKES = {
    "order": 'pacsimile.order(status="PROCESING")',
    "calls": 'pacsimile.journal.calls("listReport")',
    "expect": 'pacsimile.journal.expect("getStatus", exactly=3)',
    "move": "pacsimile.order(finishes=None).amend()",
    "clock": "pacsimile.clock.advance(-1)",
    "fault": "pacsimile.fault({})",
}


def test_a_mistake_ends_at_the_line_of_the_test(tmp_path: Path) -> None:
    """Whichever helper refuses: no line of pacsimile's own is shown."""
    tests = [f"def test_{name}(pacsimile):\n    {line}  # here\n" for name, line in MISTAKES.items()]
    (tmp_path / "test_mistakes.py").write_text("\n\n".join(tests))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."]
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment = {**own, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "pacsimile_mock.testing.plugin"}
    done = subprocess.run(
        [*command, "test_mistakes.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.count("# here") == len(MISTAKES), done.stdout
    assert f"{len(MISTAKES)} failed" in done.stdout
    assert f"pacsimile_mock{os.sep}" not in done.stdout
