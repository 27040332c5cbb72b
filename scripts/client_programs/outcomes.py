"""Runs a program in a world, and keeps what was seen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from pacsimile_advice.judge import judge
from scripts.client_programs.hard_worlds import HardWorld
from scripts.client_programs.mock import Mock, World, running
from scripts.client_programs.programs import Program
from scripts.client_programs.settings import Setting

LAST_LINES = 10
"""Lines of what a program wrote that are shown."""


@dataclass(frozen=True)
class Job:
    """A program, and the world that it has to meet."""

    program: Program
    name: str
    setting: Setting | HardWorld


@dataclass(frozen=True)
class Outcome:
    """What was seen of a program in a world."""

    job: Job
    advice: tuple[str, ...]
    lost: tuple[str, ...]
    output: str

    @property
    def right(self) -> bool:
        """Whether it was told its mistake and no other, and a good program lost nothing."""
        mistake = self.job.program.mistake
        return self.advice == (() if mistake is None else (mistake,)) and not (mistake is None and self.lost)

    @property
    def words(self) -> str:
        """What was seen, on a line, and what the program wrote."""
        file, told = self.job.program.file, ", ".join(self.advice) or "no advice"
        lost = f"; {', '.join(self.lost)}" if self.lost else ""
        written = "\n    ".join(self.output.strip().splitlines()[-LAST_LINES:])
        return f"{file.parent.name}/{file.name} in {self.job.name}: {told}{lost}\n    {written}"


def run_jobs(jobs: Sequence[Job], at_a_time: int) -> list[Outcome]:
    """Run programs against two mocks: one that is trusted, and one whose certificate has to be refused."""
    with ExitStack() as stack:
        mocks = {False: stack.enter_context(running())}
        if any(job.setting.untrusted for job in jobs):
            mocks[True] = stack.enter_context(running(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        pool = stack.enter_context(ThreadPoolExecutor(at_a_time))
        return list(pool.map(lambda job: _play(job, mocks[job.setting.untrusted]), jobs))


def _play(job: Job, mock: Mock) -> Outcome:
    world = mock.world(job.setting.seed)
    try:
        with tempfile.TemporaryDirectory() as folder:
            options = job.setting.prepare(world)
            output = ""
            while True:
                done = job.program.run(world.environment, folder, *options)
                output += done.stdout + done.stderr
                if not job.setting.go_on(world):
                    break
            calls = [replace(call, unverified_tls=job.setting.untrusted) for call in world.calls()]
            lost = () if job.setting.untrusted else tuple(_lost(world, Path(folder)))
        return Outcome(job, tuple(advice.mistake.id for advice in judge(calls)), lost, output)
    finally:
        world.call("DELETE", "")


def _lost(world: World, folder: Path) -> Iterator[str]:
    """Yield the newest reports of orders that wait still, or are not in the folder as they are served."""
    world.call("DELETE", "/faults")
    token = world.token()
    for order in world.orders():
        if not order["reports"]:
            continue
        newest = order["reports"][-1]
        file = folder / f"{newest['report_id']}.report"
        if not file.is_file():
            yield f"{newest['report_id']} is not stored"
        elif file.read_bytes() != world.report(order["order_id"], token):
            yield f"{newest['report_id']} is stored with other bytes"
        elif not newest["acknowledged"]:
            yield f"{newest['report_id']} is not acknowledged"
