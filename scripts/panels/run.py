#!/usr/bin/env python
"""Judge a server with each fault of a panel, and count which of them the contract tests kill.

    python scripts/panels/run.py first --level standard --jobs 1
    python scripts/panels/run.py first --only panel-group-*
    python scripts/panels/run.py second --server small_server
    python scripts/panels/run.py first --prove       # play each fault's story instead
    python scripts/panels/run.py first --freeze      # write the digests and the table of a new panel

A panel is a folder of faults that nobody had in mind who wrote the tests: of the mock, and of servers in `examples/`.
Its sources are frozen by their digests before the first run, and never changed to suit a result. A fault is killed when
a MUST fails: by its own requirement, or by another one. An undamaged server is judged first, and what fails there kills
nothing.
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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mock.tests.helpers.in_process import Service
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.worlds import defect_registry
from scripts.panels.faults import EXAMPLE_SERVERS, MOCK, REGISTERED, Fault
from scripts.panels.play import Server
from scripts.panels.servers import environment, played, serving, verify_arguments

HERE = Path(__file__).resolve().parent
DIGESTS = "sources.sha256"
OWN, OTHER, SURVIVED, ERROR = "own", "other", "survived", "error"
Outcome = bool | str
"""Whether a server did right in a story, or the error that ended it."""


@dataclass(frozen=True)
class Row:
    """What a run said of a server with one fault."""

    name: str
    requirement: str
    outcome: str
    failed: list[str]
    warned: list[str]
    seconds: float
    error: str = ""


def main() -> int:
    """Do what the arguments ask, and return the exit status."""
    parser = argparse.ArgumentParser(description="Judge a server with each fault of a panel.")
    parser.add_argument("panel")
    parser.add_argument("--level", default="standard")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", action="append", metavar="GLOB", help="Only faults with these names. Repeatable.")
    parser.add_argument("--server", choices=(MOCK, *EXAMPLE_SERVERS), help="Only faults of this server.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write the result to this file.")
    parser.add_argument("--prove", action="store_true")
    parser.add_argument("--freeze", action="store_true")
    given = parser.parse_args()
    faults = [fault for fault in members(given.panel) if of_names(fault.name, given.only)]
    faults = [fault for fault in faults if given.server in (None, fault.server)]
    if given.freeze:
        (HERE / given.panel / DIGESTS).write_text(digests(given.panel))
        (HERE / given.panel / "README.md").write_text(table(given.panel))
        return 0
    if (HERE / given.panel / DIGESTS).read_text() != digests(given.panel):
        print("the faults are not those whose digests were kept", file=sys.stderr)
        return 2
    return proved(given, faults) if given.prove else judged(given, faults)


def of_names(name: str, globs: list[str] | None) -> bool:
    """Tell whether a fault is asked for."""
    return globs is None or any(fnmatch.fnmatch(name, glob) for glob in globs)


def members(panel: str) -> list[Fault]:
    """Return the faults of a panel: the mock's in the order of the requirements that they break, then the others."""
    package = import_module(f"scripts.panels.{panel}").__name__
    faults = [
        Fault(of_mock.name, of_mock.requirement, of_mock.summary, MOCK, of_mock.override)
        for of_mock in defect_registry._all().values()
    ]
    return [fault for fault in [*faults, *REGISTERED.values()] if fault.source.__module__.startswith(package)]


def digests(panel: str) -> str:
    """Return the SHA-256 of each fault's class or function, and of each file of the panel."""
    lines = [(fault.name, inspect.getsource(fault.source).encode()) for fault in members(panel)]
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


def proved(given: argparse.Namespace, faults: list[Fault]) -> int:
    """Play each story against an undamaged server and one with the fault; return 1 if one makes no difference."""
    logging.disable(logging.CRITICAL)
    package = import_module(f"scripts.panels.{given.panel}")
    with ExitStack() as servers, ThreadPoolExecutor(given.jobs) as pool:
        undamaged = {}
        if getattr(package, "OVER_HTTP", False):
            for server in dict.fromkeys(fault.server for fault in faults):
                undamaged[server] = played(servers.enter_context(serving(given.panel, server, "none")))
        stories = package.stories.STORIES
        play = partial(both, given.panel, undamaged)
        duds = 0
        for fault, outcomes in zip(
            faults, pool.map(lambda fault: play(fault, stories[fault.name]), faults), strict=True
        ):
            if outcomes != (True, False):
                duds += 1
                print(f"{fault.name}: right without the fault {outcomes[0]}, with it {outcomes[1]}", flush=True)
    print(f"{len(faults) - duds} of {len(faults)} faults make the difference that their story shows")
    return 1 if duds else 0


def both(
    panel: str, undamaged: dict[str, Server], fault: Fault, story: Callable[[Any], bool]
) -> tuple[Outcome, Outcome]:
    """Play a fault's story without the fault and with it.

    Args:
        panel: the panel's name.
        undamaged: a running server for each of those that the panel has faults of; without any, a mock in this process.
        fault: the fault.
        story: its story.
    """
    if not undamaged:
        return story(world_with(())), story(world_with((fault.name,)))
    right = outcome(story, undamaged[fault.server])
    try:
        with serving(panel, fault.server, fault.name) as line:
            return right, outcome(story, played(line))
    except RuntimeError as error:
        return right, str(error)


def outcome(story: Callable[[Any], bool], server: Server) -> Outcome:
    """Tell whether a server did right, or which error ended the story."""
    try:
        return story(server)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]


def world_with(names: tuple[str, ...]) -> Service:
    """Return a mock in this process, with faults."""
    return Service(WorldOptions(scenario="empty", pace="manual", defects=names))


def judged(given: argparse.Namespace, faults: list[Fault]) -> int:
    """Judge each, print the outcomes and the sums, and return 0."""
    already = {server: not_passed(given, server) for server in dict.fromkeys(fault.server for fault in faults)}
    with ThreadPoolExecutor(given.jobs) as pool:
        rows = []
        for row in pool.map(lambda fault: judge(given, fault, already[fault.server]), faults):
            rows.append(row)
            by = ", ".join(row.failed) or row.error or (f"warns: {', '.join(row.warned)}" if row.warned else "nothing")
            print(f"{row.outcome:<9} {row.requirement:<11} {row.name:<62} {by}  ({row.seconds:.0f} s)", flush=True)
    for server in already if len(already) > 1 else ():
        print(f"\n{server}", end="")
        print_sums([row for row, fault in zip(rows, faults, strict=True) if fault.server == server])
    print_sums(rows)
    if given.json is not None:
        undamaged = sorted(set().union(*already.values()))
        content = {"panel": given.panel, "level": given.level, "seed": given.seed, "undamaged": undamaged}
        given.json.write_text(json.dumps({**content, "faults": [asdict(row) for row in rows]}, indent=1) + "\n")
    return 0


def not_passed(given: argparse.Namespace, server: str) -> set[str]:
    """Judge an undamaged server, print what it did not pass, and return it."""
    clean = verdicts(given, server, "none")
    already = {name for name, verdict in clean.items() if verdict not in ("PASS", "N/A")}
    told = ", ".join(f"{name} {clean[name]}" for name in sorted(already)) or "clean"
    print(f"undamaged{'' if server == MOCK else f' {server}'}: {told}", flush=True)
    return already


def judge(given: argparse.Namespace, fault: Fault, already: set[str]) -> Row:
    """Judge a server with a fault."""
    began = time.monotonic()
    try:
        seen = verdicts(given, fault.server, fault.name)
    except RuntimeError as error:
        return Row(fault.name, fault.requirement, ERROR, [], [], time.monotonic() - began, str(error)[-500:])
    failed = [name for name, verdict in seen.items() if verdict == "FAIL" and name not in already]
    warned = [name for name, verdict in seen.items() if verdict == "WARN" and name not in already]
    outcome = OWN if fault.requirement in failed else OTHER if failed else SURVIVED
    return Row(fault.name, fault.requirement, outcome, failed, warned, round(time.monotonic() - began, 1))


def verdicts(given: argparse.Namespace, server: str, name: str) -> dict[str, str]:
    """Start a server with a fault, judge it, and return the verdict of each requirement.

    Raises:
        RuntimeError: `verify` gave no verdicts; the message is what it said.
    """
    with tempfile.TemporaryDirectory() as folder, serving(given.panel, server, name) as line:
        command = [sys.executable, "-m", "pacsimile", "verify", *verify_arguments(server, line, folder)]
        more = ["--level", given.level, "--seed", given.seed, "--report", folder]
        done = subprocess.run([*command, *more], capture_output=True, text=True, check=False, env=environment(server))
        report = Path(folder, "report.json")
        if not report.exists():
            raise RuntimeError(f"verify ended with {done.returncode}: {done.stdout}{done.stderr}")
        rows = json.loads(report.read_text("utf-8"))["verdicts"]
    return {row["requirement"]: row["verdict"] for row in rows}


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
