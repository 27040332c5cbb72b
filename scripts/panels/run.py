#!/usr/bin/env python
"""Judge a mock with each fault of a panel, and count which of them the contract tests kill.

    python scripts/panels/run.py first --level standard --jobs 1
    python scripts/panels/run.py first --only panel-group-*
    python scripts/panels/run.py first --prove       # play each fault's story instead
    python scripts/panels/run.py first --freeze      # write the digests and the table of a new panel

A panel is a folder of faults that nobody had in mind who wrote the tests. Its sources are frozen by their digests
before the first run, and never changed to suit a result. A fault is killed when a MUST fails: by its own requirement,
or by another one. An undamaged mock is judged first, and what fails there kills nothing.
"""

from __future__ import annotations

import argparse
import fnmatch
import inspect
import json
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mock.tests.helpers.in_process import Service
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.worlds import defect_registry
from pacsimile_mock.worlds.defect_registry import Defect

HERE = Path(__file__).resolve().parent
DIGESTS = "sources.sha256"
OWN, OTHER, SURVIVED, ERROR = "own", "other", "survived", "error"


@dataclass(frozen=True)
class Row:
    """What a run said of a mock with one fault."""

    name: str
    requirement: str
    outcome: str
    failed: list[str]
    warned: list[str]
    seconds: float
    error: str = ""


def main() -> int:
    """Do what the arguments ask, and return the exit status."""
    parser = argparse.ArgumentParser(description="Judge a mock with each fault of a panel.")
    parser.add_argument("panel")
    parser.add_argument("--level", default="standard")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", action="append", metavar="GLOB", help="Only faults with these names. Repeatable.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write the result to this file.")
    parser.add_argument("--prove", action="store_true")
    parser.add_argument("--freeze", action="store_true")
    given = parser.parse_args()
    faults = [fault for fault in members(given.panel) if of_names(fault.name, given.only)]
    if given.freeze:
        (HERE / given.panel / DIGESTS).write_text(digests(given.panel))
        (HERE / given.panel / "README.md").write_text(table(given.panel))
        return 0
    if (HERE / given.panel / DIGESTS).read_text() != digests(given.panel):
        print("the faults are not those whose digests were kept", file=sys.stderr)
        return 2
    return proved(given.panel, faults) if given.prove else judged(given, faults)


def of_names(name: str, globs: list[str] | None) -> bool:
    """Tell whether a fault is asked for."""
    return globs is None or any(fnmatch.fnmatch(name, glob) for glob in globs)


def members(panel: str) -> list[Defect]:
    """Return the faults of a panel in the order of the requirements that they break."""
    package = import_module(f"scripts.panels.{panel}")
    return [
        fault for fault in defect_registry._all().values() if fault.override.__module__.startswith(package.__name__)
    ]


def digests(panel: str) -> str:
    """Return the SHA-256 of each fault's class, and of each file of the panel."""
    lines = [(fault.name, inspect.getsource(fault.override).encode()) for fault in members(panel)]
    lines += [(file.name, file.read_bytes()) for file in sorted((HERE / panel).glob("*.py"))]
    return "".join(f"{sha256(source).hexdigest()}  {name}\n" for name, source in lines)


def table(panel: str) -> str:
    """Return the page with each fault's requirement, what it does, and its story."""
    package = import_module(f"scripts.panels.{panel}")
    head = f"{package.__doc__}\n`scripts/panels/run.py` runs them. `{DIGESTS}` was kept before the first run.\n"
    rows = ["| requirement | fault | what it does | story |", "|---|---|---|---|"]
    for fault in members(panel):
        told = (package.stories.STORIES[fault.name].__doc__ or "").strip()
        rows.append(f"| {fault.requirement} | `{fault.name}` | {fault.summary} | {told} |")
    return f"# The panel `{panel}`\n\n{head}\n" + "\n".join(rows) + "\n"


def proved(panel: str, faults: list[Defect]) -> int:
    """Play each story against an undamaged mock and one with the fault; return 1 if one makes no difference."""
    logging.disable(logging.CRITICAL)
    stories = import_module(f"scripts.panels.{panel}.stories").STORIES
    duds = 0
    for fault in faults:
        answers = [stories[fault.name](world_with(names)) for names in ((), (fault.name,))]
        if answers != [True, False]:
            duds += 1
            print(f"{fault.name}: right without the fault {answers[0]}, with it {answers[1]}")
    print(f"{len(faults) - duds} of {len(faults)} faults make the difference that their story shows")
    return 1 if duds else 0


def world_with(names: tuple[str, ...]) -> Service:
    """Return a mock in this process, with faults."""
    return Service(WorldOptions(scenario="empty", pace="manual", defects=names))


def judged(given: argparse.Namespace, faults: list[Defect]) -> int:
    """Judge each, print the outcomes and the sums, and return 0."""
    clean = verdicts(given, "none")
    already = {name for name, verdict in clean.items() if verdict not in ("PASS", "N/A")}
    print(f"undamaged: {', '.join(f'{name} {clean[name]}' for name in sorted(already)) or 'clean'}", flush=True)
    with ThreadPoolExecutor(given.jobs) as pool:
        rows = []
        for row in pool.map(lambda fault: judge(given, fault, already), faults):
            rows.append(row)
            by = ", ".join(row.failed) or row.error or (f"warns: {', '.join(row.warned)}" if row.warned else "nothing")
            print(f"{row.outcome:<9} {row.requirement:<11} {row.name:<62} {by}  ({row.seconds:.0f} s)", flush=True)
    print_sums(rows)
    if given.json is not None:
        content = {"panel": given.panel, "level": given.level, "seed": given.seed, "undamaged": sorted(already)}
        given.json.write_text(json.dumps({**content, "faults": [asdict(row) for row in rows]}, indent=1) + "\n")
    return 0


def judge(given: argparse.Namespace, fault: Defect, already: set[str]) -> Row:
    """Judge a mock with a fault."""
    began = time.monotonic()
    try:
        seen = verdicts(given, fault.name)
    except RuntimeError as error:
        return Row(fault.name, fault.requirement, ERROR, [], [], time.monotonic() - began, str(error)[-500:])
    failed = [name for name, verdict in seen.items() if verdict == "FAIL" and name not in already]
    warned = [name for name, verdict in seen.items() if verdict == "WARN" and name not in already]
    outcome = OWN if fault.requirement in failed else OTHER if failed else SURVIVED
    return Row(fault.name, fault.requirement, outcome, failed, warned, round(time.monotonic() - began, 1))


def verdicts(given: argparse.Namespace, name: str) -> dict[str, str]:
    """Start a mock with a fault, judge it, and return the verdict of each requirement.

    Raises:
        RuntimeError: `verify` gave no verdicts; the message is what it said.
    """
    with tempfile.TemporaryDirectory() as folder, serving(given.panel, name) as line:
        command = [sys.executable, "-m", "pacsimile", "verify", line["url"], "--level", given.level]
        more = ["--seed", given.seed, "--control-token", line["control_token"], "--report", folder]
        done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
        report = Path(folder, "report.json")
        if not report.exists():
            raise RuntimeError(f"verify ended with {done.returncode}: {done.stdout}{done.stderr}")
        rows = json.loads(report.read_text("utf-8"))["verdicts"]
    return {row["requirement"]: row["verdict"] for row in rows}


@contextmanager
def serving(panel: str, name: str) -> Iterator[dict[str, Any]]:
    """Run a mock with a fault until the block ends; give the line that it announced."""
    fixed = ["--port", "0", "--json", "--no-runtime-file", "--pace", "realtime"]
    command = [sys.executable, str(HERE / "serve.py"), panel, name, *fixed]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        with process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                if not line:
                    errors.seek(0)
                    raise RuntimeError(f"the mock did not start: {errors.read()}")
                yield json.loads(line)
            finally:
                process.terminate()


def print_sums(rows: list[Row]) -> None:
    """Print the sums, of all and of each group of requirements."""
    groups = dict.fromkeys(row.requirement.partition("-")[0] for row in rows)
    print(f"\n{'group':<10}{'faults':>7}{'own':>6}{'other':>7}{'survived':>10}{'error':>7}")
    for group in (*groups, "all"):
        outcomes = [row.outcome for row in rows if group in ("all", row.requirement.partition("-")[0])]
        own, other, survived, error = (outcomes.count(outcome) for outcome in (OWN, OTHER, SURVIVED, ERROR))
        print(f"{group:<10}{len(outcomes):>7}{own:>6}{other:>7}{survived:>10}{error:>7}")


if __name__ == "__main__":
    sys.exit(main())
