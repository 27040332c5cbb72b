#!/usr/bin/env python
"""Judge the mock at level full, and see that nothing is left out, within the requests that a run may send by default.

    scripts/verify_whole.py [--seed 1]

Exit status 1 if a requirement does not pass, or if the run did not reach something or showed nothing of it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mock.tests.helpers.served import serving
from scripts.verify_in_process import verify

RIGHT, OPEN = ("PASS", "N/A"), "NOT-EXERCISED"
NOT_REACHED = "not reached"
"""Marks the note on what a run did not reach."""
NOT_OFFERED = ("BATCH-14/after-restart",)
"""Checks that need a restart, which the mock does not offer."""
BY_ROUNDS, SHOWN = "/histories", 41
"""Suffix of the checks that histories show, and how many the fixed rounds must show."""
BY_CHANCE = "/model"
"""Suffix of checks that depend on the drawn histories of the queue."""


def main() -> None:
    """Judge, and print what is wrong."""
    parser = argparse.ArgumentParser(description="Judge the mock at level full: nothing may be left out.")
    parser.add_argument("--seed", default="0")
    seed = parser.parse_args().seed
    with tempfile.TemporaryDirectory() as folder:
        report = judge(Path(folder), seed)
    print(f"level full, seed {seed}: {report['requests']} requests", flush=True)
    wrong = [*problems(report)]
    print("\n".join(wrong) or "nothing was left out", flush=True)
    raise SystemExit(1 if wrong else 0)


def judge(place: Path, seed: str) -> dict[str, Any]:
    """Serve a mock and judge it at level full. Return the report."""
    with serving(place) as served:
        token = ["--control-token", str(served.line["control_token"])]
        run = verify([served.url, "--level", "full", "--seed", seed, *token], place / "report")
    if not run.verdicts:
        raise SystemExit(f"verify ended with {run.exit_status}:\n{run.said}")
    report: dict[str, Any] = json.loads((place / "report" / "report.json").read_text("utf-8"))
    return report


def problems(report: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a run of the mock: what did not pass, and what was left out."""
    yield from (note for note in report["notes"] if NOT_REACHED in note)
    shown = sum(part["check"].endswith(BY_ROUNDS) for row in report["verdicts"] for part in row["parts"])
    if shown < SHOWN:
        yield f"histories showed {shown} requirements, not {SHOWN}: they were cut short"
    for row in report["verdicts"]:
        if row["verdict"] not in RIGHT:
            yield f"{row['requirement']} is {row['verdict']}: {row['summary']}"
        for part in row["parts"]:
            excused = part["check"] in NOT_OFFERED or (part["check"].endswith(BY_CHANCE) and part["verdict"] == OPEN)
            if part["verdict"] not in RIGHT and not excused:
                yield f"{part['check']} is {part['verdict']}: {part['evidence'][0]['note']}"


if __name__ == "__main__":
    main()
