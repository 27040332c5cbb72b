"""The kill matrix: the suite against one world per defect. Every defect must be killed by the requirement it breaks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial
from itertools import cycle
from typing import Any, TypeVar

from pacsimile_contract.errors import TargetSilent, UsageError, described
from pacsimile_contract.findings.registry import judged_requirements
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.bench import NOT_TESTED_YET
from pacsimile_contract.provider.mock_worlds import Defect, Mock, MockGone, MockSilent
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.notes import INTERRUPTED
from pacsimile_contract.runner.process_pool import side_by_side
from pacsimile_contract.runner.runner import run
from pacsimile_spec.suggestions import did_you_mean

One = TypeVar("One")
MOST_SILENT = 3
"""After so many rows of a mock in a row, each of which waited for a control answer in vain, the matrix ends."""
UNDAMAGED = Defect("", "", "", "the undamaged mock")


@dataclass(frozen=True, slots=True)
class Row:
    """What the suite said of one defect: the requirements that turned FAIL, WARN or ERROR, and why."""

    defect: Defect
    killed_by: tuple[str, ...] = ()
    warned_by: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    summaries: tuple[tuple[str, str], ...] = ()
    requests: int = 0
    seconds: float = 0.0
    crashed: str | None = None
    at_full: bool = False
    """Whether its requirement was judged again at level full, since it had not killed the defect before."""
    silent: str | None = None
    """The address of the mock, if its control API gave no answer."""

    @property
    def red(self) -> tuple[str, ...]:
        """The requirements that tell the damaged mock from a right one: by a FAIL, or of a SHOULD by a WARN."""
        return self.killed_by if self.defect.level == "MUST" else (*self.killed_by, *self.warned_by)

    @property
    def why_unjudged(self) -> str | None:
        """What kept us from judging the defect, or the undamaged mock, in a line; None where there is a verdict."""
        if self.crashed:
            return self.crashed
        undecided = not (self.killed_by or self.warned_by) if not self.defect.name else self.outcome == "error"
        return f"an error in {', '.join(self.errors)}" if undecided and self.errors else None

    @property
    def outcome(self) -> str:
        """`killed` by the named requirement, `killed elsewhere`, `not tested yet`, `survived`, or `error`."""
        if self.crashed:
            return "error"
        if self.defect.requirement in self.red:
            return "killed"
        if self.defect.requirement in self.errors:
            return "error"
        if self.killed_by:
            return "killed elsewhere"
        return "survived" if self.defect.requirement in judged_requirements() else NOT_TESTED_YET

    def and_at_full(self, more: "Row") -> "Row":
        """Return what a run of it and one more, at level full, have shown together."""
        return Row(
            self.defect, _either(self.killed_by, more.killed_by), _either(self.warned_by, more.warned_by),
            _either(self.errors, more.errors), _either(self.summaries, more.summaries),
            self.requests + more.requests, self.seconds + more.seconds, more.crashed,
            at_full=True, silent=more.silent,
        )  # fmt: skip


def _either(first: tuple[One, ...], second: tuple[One, ...]) -> tuple[One, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def chosen(defects: Sequence[Defect], patterns: Sequence[str], wanted: Sequence[str]) -> list[Defect]:
    """Return the defects whose name fits a pattern and whose requirement fits one; UsageError for what fits none."""
    ids = [name.upper() for name in wanted]
    _check(patterns, [defect.name for defect in defects], "--defects", "its name")
    _check(ids, [defect.requirement for defect in defects], "--requirements", "the requirement it breaks")
    selection = [defect for defect in defects if _fits(defect.name, patterns) and _fits(defect.requirement, ids)]
    if not selection:
        raise UsageError("no defect fits both --defects and --requirements; see `pacsimile matrix URL --list`")
    return selection


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _check(patterns: Sequence[str], names: Sequence[str], option: str, what: str) -> None:
    """Refuse a pattern that no name fits, and tell what may have been meant."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            meant = did_you_mean(pattern, names) or "; see `pacsimile matrix URL --list`"
            raise UsageError(f"{option} {pattern}: no defect fits by {what}{meant}")


def judge_defect(mock: Callable[[], Mock], defect: Defect, options: Options, begins: str | None = None) -> Row:
    """Run the suite against a world with the defect (UNDAMAGED: none), whose clock begins at that time, or now.

    At level standard one that is not killed by its requirement is judged again by that one at level full: some of what
    is wrong hides in corners of the input, of which a short run draws a few.
    """
    row = _judged(mock, defect, options, begins)
    if options.level == "standard" and row.outcome in ("survived", "killed elsewhere") and defect.name:
        at_full = replace(options, level="full", requirements=(defect.requirement,))
        return row.and_at_full(_judged(mock, defect, at_full, begins))
    return row


def _judged(mock: Callable[[], Mock], defect: Defect, options: Options, begins: str | None) -> Row:
    given: dict[str, Any] = {"defects": [defect.name] if defect.name else []}
    if begins is not None:
        given["time"] = begins
    opened = mock()
    try:
        with opened.world("strict", scenario="empty", seed=options.seed, pace="manual", **given) as target:
            if begins is not None:
                opened.run_clock(target)
            done = run(target, replace(options, profile="strict", repeats=0))
    except MockGone as error:
        raise _ended(error.url, "is gone") from None
    except MockSilent as error:
        return Row(defect, crashed=str(error), silent=error.url)
    except UsageError as error:
        return Row(defect, crashed=str(error))
    except Exception as error:  # one row that cannot be had must not cost the others
        return Row(defect, crashed=described(error))
    finally:
        opened.close()
    if INTERRUPTED in done.notes:
        raise KeyboardInterrupt
    by_verdict = {
        verdict: tuple(judgement.requirement.id for judgement in done.judgements if judgement.verdict is verdict)
        for verdict in Verdict
    }
    red_summaries = [
        (judgement.requirement.id, done.redactor.redact_own_text(judgement.summary))
        for judgement in done.judgements
        if judgement.verdict > Verdict.PASS
    ]
    return Row(
        defect, by_verdict[Verdict.FAIL], by_verdict[Verdict.WARN], by_verdict[Verdict.ERROR], tuple(red_summaries),
        done.requests, done.seconds,
    )  # fmt: skip


def _ended(url: str, how: str) -> TargetSilent:
    return TargetSilent(f"the mock at {url} {how}: start it again, and run the matrix again")


def rows(
    mocks: Sequence[Callable[[], Mock]], defects: Sequence[Defect], options: Options, workers: int
) -> Iterator[Row]:
    """Yield a row for the undamaged mock first, then one for each defect as it is done.

    `workers` processes judge, each defect at the next of the `mocks`, which must be picklable. One mock keeps one
    core busy and no more. TargetSilent if a mock is gone or hangs, UsageError if a process is ended from outside. All
    worlds begin at the same minute. So they serve many of the same pages, which are set once and read once in each
    process.
    """
    begins = datetime.now(UTC).replace(second=0, microsecond=0).isoformat()
    judge = partial(_judge_numbered, options=options, begins=begins)
    yield judge(((0, mocks[0]), UNDAMAGED))[1]
    silent_in_a_row = [0] * len(mocks)
    for number, row in side_by_side(judge, list(zip(cycle(enumerate(mocks)), defects, strict=False)), workers):
        silent_in_a_row[number] = silent_in_a_row[number] + 1 if row.silent else 0
        if row.silent and silent_in_a_row[number] == MOST_SILENT:
            raise _ended(row.silent, "answers no more")
        yield row


def _judge_numbered(
    place: tuple[tuple[int, Callable[[], Mock]], Defect], *, options: Options, begins: str
) -> tuple[int, Row]:
    """Return the number of the mock, and the row."""
    (number, mock), defect = place
    return number, judge_defect(mock, defect, options, begins)
