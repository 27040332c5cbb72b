"""Runs `pacsimile verify` in this process: each run after the first takes half of its time."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from pacsimile.main import main


@dataclass(frozen=True)
class Run:
    """How a run ended, what it printed, and the verdict on each requirement; no verdict where no report was written."""

    exit_status: int
    said: str
    verdicts: Mapping[str, str]


def verify(arguments: Sequence[str], report: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Judge with these arguments and variables. The report is written to the folder `report`."""
    said, status = StringIO(), 0
    with redirect_stdout(said), redirect_stderr(said), patch.dict(os.environ, environment or {}):
        try:
            main(["verify", *arguments, "--report", str(report)], prog_name="pacsimile")
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
    file = report / "report.json"
    rows = json.loads(file.read_text("utf-8"))["verdicts"] if file.exists() else []
    return Run(status, said.getvalue(), {row["requirement"]: row["verdict"] for row in rows})
