#!/usr/bin/env python
"""Run programs that make one mistake each, and print what advice says of them: the matrix mistake x advice.

    python scripts/client_mistakes.py                # all programs; exit status 1 where one is misjudged
    python scripts/client_mistakes.py --only '401*' --stack node
    python scripts/client_mistakes.py --write        # writes the matrix into docs/advice.md too
    python scripts/client_mistakes.py --controls     # the good program of each stack in the world of each mistake
    python scripts/client_mistakes.py --good 50      # the good programs, each in 50 hard worlds: no advice, no loss

Each program meets a world of its own in which its mistake can happen (`client_programs/settings.py`), and has to be
told that mistake and no other. Needs Node and a JDK for some of them; `--stack` leaves those out.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.client_programs.hard_worlds import HardWorld
from scripts.client_programs.matrix import PAGE, matrix, written
from scripts.client_programs.outcomes import Job, Outcome, run_jobs
from scripts.client_programs.programs import STACKS, bad_programs, good_programs
from scripts.client_programs.settings import SETTINGS


def main() -> int:
    """Read the command line, run, and return the exit status."""
    parser = argparse.ArgumentParser(description="Run programs that make one mistake each, and judge them.")
    parser.add_argument("--only", default="*", help="a pattern of mistakes, such as 'retry-after' or '401*'")
    parser.add_argument("--stack", action="append", choices=[stack.name for stack in STACKS], help="may be repeated")
    parser.add_argument("--jobs", type=int, default=4, help="programs at a time: most of the time they wait")
    parser.add_argument("--write", action="store_true", help="write the matrix into docs/advice.md")
    parser.add_argument("--controls", action="store_true", help="run the good programs in the worlds of the mistakes")
    parser.add_argument("--good", type=int, metavar="SEEDS", help="run the good programs in so many hard worlds")
    given = parser.parse_args()
    stacks = given.stack or [stack.name for stack in STACKS]
    jobs = [job for job in _jobs(given.controls, given.good) if job.program.stack.name in stacks]
    outcomes = run_jobs([job for job in jobs if _is_meant(job, given.only)], given.jobs)
    if not given.controls and given.good is None:
        print("\n".join(matrix(outcomes)))
        if given.write:
            PAGE.write_text(written(PAGE.read_text("utf-8"), outcomes), "utf-8")
    return report(outcomes)


def _jobs(controls: bool, seeds: int | None) -> Iterator[Job]:
    if seeds is not None:
        return (Job(good, f"hard world {seed}", HardWorld(seed)) for seed in range(seeds) for good in good_programs())
    if controls:
        return (Job(good, name, setting) for good in good_programs() for name, setting in SETTINGS.items())
    return (Job(bad, str(bad.mistake), SETTINGS[str(bad.mistake)]) for bad in bad_programs())


def _is_meant(job: Job, pattern: str) -> bool:
    return fnmatch.fnmatch(job.name.removeprefix("ADVICE-").lower(), pattern.lower())


def report(outcomes: Sequence[Outcome]) -> int:
    """Print what was misjudged, and return the exit status."""
    wrong = [outcome for outcome in outcomes if not outcome.right]
    for outcome in wrong:
        print(outcome.words)
    print(f"{len(outcomes)} runs, {len(wrong)} misjudged or with a loss")
    return 1 if wrong or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
