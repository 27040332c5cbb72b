#!/usr/bin/env python
"""Judge the same defects with `pacsimile verify` and with its peers, and write docs/comparison.md.

    scripts/compare_judges/run.py                      judge a sample, what is in results.json already left out
    scripts/compare_judges/run.py --sample 100 --seed 2 --fresh
    scripts/compare_judges/run.py --all --jobs 2       every defect: many hours
    scripts/compare_judges/run.py --judge 'Pact*' --only 'mock/*'
    scripts/compare_judges/run.py --judge 'pacsimile*' --again    the same servers once more, after a change of it
    scripts/compare_judges/run.py --page               write the page from results.json, judge nothing

A judge kills a defect if it reports of the server with the defect what it never reports of the right one. Results are
kept in results.json as they come, so a run that was stopped goes on. It needs Node with npm, a JDK of version 17 and,
the first time, the network, to install peers below build/compare_judges.
`COMPARE_LIMIT` is the number of seconds after which a judge is stopped (60).
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.compare_judges import page
from scripts.compare_judges.judges import JUDGES, CannotJudge, Judge
from scripts.compare_judges.judges.base import TIME_LIMIT
from scripts.compare_judges.known import prepared
from scripts.compare_judges.results import RESULTS, Results, Row
from scripts.compare_judges.subjects import Subject, all_defects, build_all, drawn, origins, right_servers, started


@dataclass(frozen=True)
class Task:
    """One judge to one server, `run` counts those of right servers."""

    judge: str
    subject: Subject
    run: int = 0


def main() -> int:
    """Do what the arguments ask, and return the exit status."""
    parser = argparse.ArgumentParser(description="Judge the same defects with pacsimile verify and with its peers.")
    parser.add_argument("--sample", type=int, default=60, help="how many defects are drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="every defect instead of a sample")
    parser.add_argument("--right-runs", type=int, default=2, help="how often right servers are judged")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--judge", action="append", metavar="GLOB", help="only judges named so. Repeatable.")
    parser.add_argument("--only", action="append", metavar="GLOB", help="only servers or defects named so. Repeatable.")
    parser.add_argument("--minutes", type=float, help="start nothing after so many minutes")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, metavar="FILE", help="keep results there, and write no page"
    )
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    parser.add_argument("--again", action="store_true", help="judge anew what these judges have judged")
    parser.add_argument("--page", action="store_true", help="write the page from what was kept, judge nothing")
    given = parser.parse_args()
    if not given.page:
        judge_all(given)
    if given.results == RESULTS:
        page.write(Results.read())
    return 0


def judge_all(given: argparse.Namespace) -> None:
    """Judge what is asked for and not yet known; keep each result as it comes."""
    judges = [judge for judge in JUDGES if fits(judge.name, given.judge)]
    for judge in list(judges):
        try:
            judge.install()
        except CannotJudge as why:
            print(f"{judge.name} is left out: {why}", file=sys.stderr)
            judges.remove(judge)
    if given.fresh:
        given.results.unlink(missing_ok=True)
    results = Results.read(given.results)
    if given.again:
        again = [row for row in results.rows if fits(row.judge, given.judge) and fits(row.subject, given.only)]
        results.rows = [row for row in results.rows if row not in again]
    results.judges |= {judge.name: {"version": judge.version, "licence": judge.licence} for judge in judges}
    if given.again:
        tasks = planned_again(again)
    else:
        defects = all_defects() if given.all else drawn(origins(given.sample), given.seed)
        results.sample = {"seed": given.seed, "all": given.all, "of": len(all_defects()), "limit": TIME_LIMIT}
        tasks = [
            task
            for task in planned(judges, defects, given.right_runs)
            if not results.has(task.judge, task.subject.name, task.run) and fits(task.subject.name, given.only)
        ]
    build_all()
    until = time.time() + given.minutes * 60 if given.minutes else float("inf")
    with Pool(given.jobs) as pool:
        for row in pool.imap_unordered(partial(judged, until), tasks):
            if row is None:
                continue
            results.add(row)
            results.write(given.results)
            said = row.error or f"{len(row.findings)} findings, {row.requests} requests, {row.seconds:.0f} s"
            print(f"{row.judge:<28} {row.subject:<60} {said}", flush=True)


def fits(name: str, globs: list[str] | None) -> bool:
    """Tell whether a name is asked for."""
    return not globs or any(fnmatch.fnmatch(name, glob) for glob in globs)


def planned(judges: list[Judge], defects: list[Subject], right_runs: int) -> Iterator[Task]:
    """Yield the right servers first, then one defect after the other, so that a stopped run has whole rows."""
    for run in range(right_runs):
        yield from (Task(judge.name, server, run) for server in right_servers() for judge in judges)
    for defect in defects:
        yield from (Task(judge.name, defect) for judge in judges)


def planned_again(rows: list[Row]) -> list[Task]:
    """Return what these rows were of. A defect that is there no more is left out."""
    subjects = {subject.name: subject for subject in (*right_servers(), *all_defects())}
    return [Task(row.judge, subjects[row.subject], row.run) for row in rows if row.subject in subjects]


def judged(until: float, task: Task) -> Row | None:
    """Start a server, bring it into the known state, and let a judge have it; None where it is too late to begin."""
    if time.time() > until:
        return None
    judge = next(judge for judge in JUDGES if judge.name == task.judge)
    fields: dict[str, Any] = {
        "judge": task.judge, "subject": task.subject.name, "requirement": task.subject.requirement, "run": task.run,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        try:
            with started(task.subject) as address:
                known = prepared(address)
                began, used = time.monotonic(), processor_seconds()
                report = judge.judge(known, Path(folder))
                took: dict[str, Any] = {"seconds": time.monotonic() - began, "processor": processor_seconds() - used}
            return Row(**fields, **took, **{**asdict(report), "findings": list(report.findings)})
        except Exception as error:  # one row that cannot be had must not cost the others
            return Row(**fields, findings=[], error=f"{type(error).__name__}: {error}"[:300])


def processor_seconds() -> float:
    """Return the time that programs which this process has run, and have ended, have taken of processors."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main())
