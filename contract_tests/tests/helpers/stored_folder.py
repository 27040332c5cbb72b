"""The report folder of the small run, as `verify --report` would have written it, and changes of it."""

import json
from pathlib import Path
from typing import Any

from contract_tests.tests.helpers.small_run import finished
from pacsimile_contract.reporting.folder import ReportFolder


def write_folder(folder: Path, **more: Any) -> Path:
    """Write the small run, of which `more` are members of RunFinished, and return its folder."""
    ReportFolder(folder)(finished(**more))
    return folder


def read_report(folder: Path) -> dict[str, Any]:
    """Return report.json."""
    report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return report


def change_report(folder: Path, **members: Any) -> None:
    """Set members of report.json."""
    (folder / "report.json").write_text(json.dumps({**read_report(folder), **members}), "utf-8")


def change_run(folder: Path, **members: Any) -> None:
    """Set members of the record of the run in history.jsonl."""
    head, *rest = (folder / "history.jsonl").read_text("utf-8").splitlines(keepends=True)
    changed = json.dumps({**json.loads(head), **members}) + "\n"
    (folder / "history.jsonl").write_text("".join([changed, *rest]), "utf-8")
