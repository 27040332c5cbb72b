#!/usr/bin/env python
"""Run programs that make one mistake each, and print what advice says of them: the matrix mistake x advice.

    python scripts/client_mistakes.py                     # all programs; exit status 1 where one is misjudged
    python scripts/client_mistakes.py --only 'retry*' --stack node
    python scripts/client_mistakes.py --write             # writes the matrix into docs/advice.md too
    python scripts/client_mistakes.py --controls          # the good program of each stack in each mistake's world
    python scripts/client_mistakes.py --good 50           # the good programs, each in 50 hard worlds: no advice, no loss

Each program meets a world of its own in which its mistake can happen (`client_programs/settings.py`), and has to be
told that mistake and no other. Needs Node for its programs and a JDK for Java's; `--stack` leaves them out.
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pacsimile_advice.judge import judge
from scripts.client_programs.mock import Mock, World, running
from scripts.client_programs.programs import STACKS, Program, bad_programs, good_programs
from scripts.client_programs.settings import SETTINGS, Setting


@dataclass(frozen=True)
class Outcome:
    """What was seen of a program in a world."""

    program: Program
    setting: str
    advice: tuple[str, ...]
    output: str

    @property
    def expected(self) -> tuple[str, ...]:
        """The advice that the program has to get."""
        return () if self.program.mistake is None else (self.program.mistake,)

    @property
    def right(self) -> bool:
        """Whether it was told its mistake and no other."""
        return self.advice == self.expected


class Runner:
    """Runs programs against two mocks: one that is trusted, and one whose certificate has to be refused."""

    def __init__(self, trusted: Mock, untrusted: Callable[[], Mock]) -> None:
        self.trusted, self.untrusted = trusted, untrusted

    def play(self, program: Program, name: str) -> Outcome:
        """Run a program in the world of a mistake, and judge it."""
        setting = SETTINGS[name]
        world = (self.untrusted() if setting.untrusted else self.trusted).world(seed=1)
        try:
            return Outcome(program, name, *_judged(world, setting, program))
        finally:
            world.call("DELETE", "")


def _judged(world: World, setting: Setting, program: Program) -> tuple[tuple[str, ...], str]:
    options = setting.prepare(world)
    with tempfile.TemporaryDirectory() as folder:
        done = program.run(world.environment, folder, *options)
        output = done.stdout + done.stderr
        if setting.go_on(world):
            done = program.run(world.environment, folder, *options)
            output += done.stdout + done.stderr
    calls = [replace(call, unverified_tls=setting.untrusted) for call in world.calls()]
    return tuple(advice.mistake.id for advice in judge(calls)), output


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
    pairs = _controls() if given.controls else ((program, str(program.mistake)) for program in bad_programs())
    chosen = [
        (program, name)
        for program, name in pairs
        if program.stack.name in stacks and fnmatch.fnmatch(name.removeprefix("ADVICE-").lower(), given.only.lower())
    ]
    return report(outcomes(chosen, given.jobs))


def _controls() -> Iterator[tuple[Program, str]]:
    return ((program, name) for program in good_programs() for name in SETTINGS)


def outcomes(pairs: Sequence[tuple[Program, str]], jobs: int) -> list[Outcome]:
    """Run programs, each in the world of a mistake."""
    with tempfile.TemporaryDirectory() as tls, running() as trusted, running(Path(tls)) as untrusted:
        runner = Runner(trusted, lambda: untrusted)
        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(lambda pair: runner.play(*pair), pairs))


def report(seen: Sequence[Outcome]) -> int:
    """Print what was seen, and return the exit status."""
    for one in seen:
        if not one.right:
            print(
                f"{one.program.stack.name} {one.program.file.name} in {one.setting}: {', '.join(one.advice) or 'no advice'}"
            )
            print("    " + one.output.strip().replace("\n", "\n    "))
    wrong = sum(not one.right for one in seen)
    print(f"{len(seen)} programs, {len(seen) - wrong} judged as they deserve")
    return 1 if wrong or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
