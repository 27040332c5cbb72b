#!/usr/bin/env python
"""Judge services that speak dialects: a right one may never fail, and what is wrong must be seen in each dialect.

    scripts/verify_dialects.py                     one seed of each
    scripts/verify_dialects.py 10 --only camel --only small_server
    scripts/verify_dialects.py --defects           24 deliberate defects of the mock, in each dialect
    scripts/verify_dialects.py --defects --sample  six of them

The mock speaks the dialects that are shipped, and `klinik`. `examples/small_server` speaks `klinik` too, by
`scripts/klinik/`, which shares little code with either side. Exit status 1 if a verdict is other than PASS, or N/A for
a fact that the dialect leaves unsaid; or if a defect survives in a dialect that says what shows it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from contract_tests.tests.helpers.example_servers import Example, served
from pacsimile_contract.checkers.histories import PART as HISTORIES
from pacsimile_contract.checkers.service_model import PART as BY_ALL_THAT_WAS_SEEN
from pacsimile_contract.findings.reasons import Unjudged
from pacsimile_contract.findings.registry import LEVELS
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.absent_facts import is_absent_fact
from pacsimile_contract.judging.declared_absent import not_applicable_by_declaration, not_applicable_reason
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.provider.mock_worlds import Mock
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.dialects import given_dialect
from pacsimile_contract.target.model import Target
from pacsimile_contract.target.operations import is_absence
from pacsimile_mock.testing.server import Server
from pacsimile_mock.worlds.defect_registry import find
from pacsimile_spec.dialects import SHIPPED

GOOD = (Verdict.PASS, Verdict.NOT_APPLICABLE)
OF_ALL_CALLS = (BY_ALL_THAT_WAS_SEEN, HISTORIES, "ten-thousand")
"""Parts that compare whatever a dialect says: where it leaves a fact unsaid, they compare the rest."""
NEVER_JUDGED_HERE = ("SEC-4", "SEC-6", "STORAGE-1")
"""Requirements of which a server on this machine shows nothing; of SEC-6, only the mock's journal does."""
NO_EFFECT = {("query-repeated-in-answers", "legacy"): "`errors: {instance: null}`: the query is repeated there alone"}
"""Defects that change nothing on the wire in a dialect, and why."""
DEFECTS = (
    "scope-ignored", "status-goes-back", "report-before-completion", "not-found-left-out", "field-null",
    "foreign-order-told-apart", "narrower-scope-ignored", "expiry-leeway-1-s", "expired-token-accepted",
    "created-at-compared-in-whole-seconds", "newest-completed-wins", "misspelt-parameter-ignored",
    "order-ids-oldest-first", "another-impression-in-hl7v2", "pdf-truncated", "group-ready-too-early",
    "group-foreign-members-in-csv", "limit-off-by-one", "refused-acknowledgement-forgets-the-listing",
    "repeated-post-takes-the-others-listing", "listing-torn-by-an-acknowledgement",
    "listed-completion-is-a-second-late", "query-repeated-in-answers", "retry-after-of-zero",
)  # fmt: skip
"""One at least of each file in `pacsimile_mock/defects/`."""
SAMPLE = DEFECTS[:6]
KLINIK = Path(__file__).resolve().parent / "klinik"
SPEAKERS = (*SHIPPED[1:], "klinik", "small_server")
"""The mock in each dialect, and a server that speaks `klinik`."""
SEEDS_ROW = "{:12} {:>5} {:>5} {:>5} {:>5} {:>5} {:>9} {:>8} {:>5}  {}"
DEFECTS_ROW = "{:44} {:11}" + "{:10}" * len(SHIPPED)

World = Callable[..., AbstractContextManager[Target]]
"""Makes a world for one run, by the options of `POST /_mock/worlds`."""
Declared = Mapping[str, Unjudged]
"""By requirement, or by requirement, slash and part: why it is not judged."""


class RespelledServer(Example):
    """`examples/small_server`, which speaks `klinik`."""

    folder = KLINIK


@dataclass(frozen=True)
class Cell:
    """What a dialect's world with a defect showed: `outcome` in one word, and why where it is not `killed`."""

    outcome: str
    why: str = ""


def main() -> int:
    """Judge what was asked for, and return the exit status."""
    parser = argparse.ArgumentParser(description="Judge services that speak dialects.")
    parser.add_argument("seeds", type=int, nargs="?", default=1)
    parser.add_argument("--only", action="append", choices=SPEAKERS, help="a dialect of the mock, or small_server")
    parser.add_argument("--level", choices=LEVELS, default="standard")
    parser.add_argument("--defects", action="store_true", help="judge the mock wrong on purpose instead")
    parser.add_argument("--sample", action="store_true", help="six of the defects")
    given = parser.parse_args()
    if given.defects:
        return judge_defects(SAMPLE if given.sample else DEFECTS)
    return judge_seeds(given.only or SPEAKERS, given.seeds, given.level)


@contextmanager
def serving(speaker: str) -> Iterator[World]:
    """Start the mock in a dialect, or the server, and give what makes a world of it."""
    if speaker == "small_server":
        example = RespelledServer(speaker, (sys.executable, KLINIK / "serve.py"))
        yield lambda **_: served(example)
        return
    dialect = str(KLINIK / "klinik.dialect.yaml") if speaker == "klinik" else speaker
    with Server("--dialect", dialect) as server, closing(Mock(server.url, server.line["control_token"])) as mock:
        yield partial(mock.world, dialect=given_dialect(dialect), scenario="empty", pace="manual")


def judge_seeds(speakers: Sequence[str], seeds: int, level: str) -> int:
    """Judge right services with several seeds, and return the exit status."""
    print(SEEDS_ROW.format("judged", "seed", "PASS", "N/A", "WARN", "FAIL", "requests", "seconds", "exit", "wrong"))
    good = []
    for speaker in speakers:
        with serving(speaker) as world:
            good += [never_faulted(speaker, world, seed, level) for seed in range(seeds)]
    print(f"{sum(good)} of {len(good)} as they must be")
    return 0 if all(good) else 1


def never_faulted(speaker: str, world: World, seed: int, level: str) -> bool:
    """Judge a right service with one seed, and print the row. Tell whether nothing was found."""
    began = time.monotonic()
    with world(seed=seed) as target:
        done = run(target, Options(level=level, seed=seed))  # type: ignore[arg-type]  # argparse holds it
    took = f"{time.monotonic() - began:.1f}"
    counts = Counter(judgement.verdict for judgement in done.judgements)
    wrong = [f"{row.requirement.id} {row.verdict.value}" for row in done.judgements if not is_right(row)]
    shown = [counts[verdict] for verdict in (*GOOD, Verdict.WARN, Verdict.FAIL)]
    print(SEEDS_ROW.format(speaker, seed, *shown, done.requests, took, done.exit_status, ", ".join(wrong)), flush=True)
    return done.exit_status == 0 and not wrong


def is_right(judgement: Judgement) -> bool:
    """Whether a verdict is PASS, or N/A for what the dialect leaves unsaid."""
    absent = is_absent_fact(judgement.summary) or is_absence(judgement.summary)
    not_judged = absent or judgement.requirement.id in NEVER_JUDGED_HERE
    return judgement.verdict is Verdict.PASS or (judgement.verdict is Verdict.NOT_APPLICABLE and not_judged)


def judge_defects(names: Sequence[str]) -> int:
    """Judge the mock with each defect in each shipped dialect, and return the exit status."""
    print(DEFECTS_ROW.format("defect", "breaks", *SHIPPED))
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        worlds = {dialect: stack.enter_context(serving(dialect)) for dialect in SHIPPED}
        for name in names:
            cells = cells_of(name, worlds)
            outcomes = [cell.outcome for cell in cells.values()]
            counts.update(outcomes)
            print(DEFECTS_ROW.format(name, find(name).requirement, *outcomes))
            reasons = [f"    {dialect}: {cell.why}\n" for dialect, cell in cells.items() if cell.why]
            print("".join(reasons), end="", flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()))
    return 0 if set(counts) <= {"killed", "absent"} else 1


def cells_of(defect: str, worlds: Mapping[str, World]) -> dict[str, Cell]:
    """Judge a defect in each dialect by the requirement that it breaks; the first is the contract's own spelling."""
    cells: dict[str, Cell] = {}
    failing: list[str] = []
    for dialect, world in worlds.items():
        cells[dialect], failed = judged_defect(world, defect, failing, NO_EFFECT.get((defect, dialect)))
        failing = failing or failed
    return cells


def judged_defect(world: World, defect: str, failing: Sequence[str], no_effect: str | None) -> tuple[Cell, list[str]]:
    """Judge worlds with a defect: where it survives its requirement, once more with more input, and by all.

    Args:
        world: What makes the worlds.
        defect: The name of the defect.
        failing: The parts by which it is killed in the contract's own spelling; none where that is not known yet.
        no_effect: Why it changes nothing on the wire in this dialect, where that is so.

    Returns:
        The cell, and the parts that failed.
    """
    requirement = find(defect).requirement
    for level, wanted in (("standard", (requirement,)), ("full", (requirement,)), ("standard", ())):
        with world(seed=0, defects=[defect]) as target:
            done = run(target, Options(level=level, seed=0, requirements=wanted))  # type: ignore[arg-type]
        judgement = next(row for row in done.judgements if row.requirement.id == requirement)
        cell = cell_of(judgement, not_applicable_by_declaration(target), failing, no_effect)
        if cell.outcome != "survived":
            break
    return cell, [part.check for part in judgement.parts if part.verdict is Verdict.FAIL]


def cell_of(judgement: Judgement, declared: Declared, failing: Sequence[str], no_effect: str | None) -> Cell:
    """Return `killed`; or `absent`, where the dialect leaves unsaid what fails in the contract's own; or `survived`."""
    if judgement.verdict is Verdict.FAIL:
        return Cell("killed")
    reason = not_applicable_reason(judgement.requirement.id, declared) or no_effect
    own = [check for check in failing if check.partition("/")[2] not in OF_ALL_CALLS]
    unsaid = [declared[check].text for check in own if check in declared]
    if reason is None and own and len(unsaid) == len(own):
        reason = f"{', '.join(own)}: {unsaid[0]}"
    return Cell("survived", judgement.summary) if reason is None else Cell("absent", reason)


if __name__ == "__main__":
    sys.exit(main())
