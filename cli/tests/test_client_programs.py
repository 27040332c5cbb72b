"""The programs that make one mistake each, and the good ones: a sample; `scripts/client_mistakes.py` runs all."""

import shutil

from pacsimile_advice.mistakes import MISTAKES
from scripts.client_programs.hard_worlds import HardWorld
from scripts.client_programs.matrix import PAGE, written
from scripts.client_programs.outcomes import Job, Outcome, run_jobs
from scripts.client_programs.programs import STACKS, bad_programs, good_programs
from scripts.client_programs.settings import SETTINGS

SAMPLE = ("ADVICE-ACK-UNREAD", "ADVICE-401-STORM")
"""One that loses reports, and one that only costs: `.ci/run` judges all."""
LEAST = 6
"""Mistakes that there are programs of on each stack."""


def test_each_mistake_has_a_program_in_python_and_in_javascript() -> None:
    programs = {(program.mistake, program.stack.name) for program in bad_programs()}
    assert {name for name in MISTAKES if not {(name.id, "requests"), (name.id, "node")} <= programs} == set()
    assert all(sum(stack.name == name for _, name in programs) >= LEAST for stack in STACKS)


def test_the_page_has_the_matrix_of_programs_that_are_judged_as_they_deserve() -> None:
    """That they are is seen in CI: `scripts/client_mistakes.py`, which writes it with `--write`."""
    jobs = [Job(program, str(program.mistake), SETTINGS[str(program.mistake)]) for program in bad_programs()]
    outcomes = [Outcome(job, (job.name,), (), "") for job in jobs]
    assert written(PAGE.read_text("utf-8"), outcomes) == PAGE.read_text("utf-8")


def test_a_sample_is_told_its_own_mistake_and_no_other() -> None:
    stacks = ("requests", "node") if shutil.which("node") else ("requests",)
    bad = [program for program in bad_programs() if program.stack.name in stacks and program.mistake in SAMPLE]
    jobs = [Job(program, str(program.mistake), SETTINGS[str(program.mistake)]) for program in bad]
    jobs += [Job(good, "hard", HardWorld(1)) for good in good_programs() if good.stack.name in stacks]
    outcomes = run_jobs(jobs, 8)  # most of the time they wait
    assert len(outcomes) == (len(SAMPLE) + 1) * len(stacks)
    assert [outcome.words for outcome in outcomes if not outcome.right] == []
