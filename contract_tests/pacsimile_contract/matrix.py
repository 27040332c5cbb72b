"""The kill matrix: the suite against one world per defect. Every defect must be killed by the requirement it breaks."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from pacsimile_contract.errors import UsageError
from pacsimile_contract.judging import NOT_TESTED_YET
from pacsimile_contract.registry import judged_requirements
from pacsimile_contract.run import Options
from pacsimile_contract.runner import run
from pacsimile_contract.verdict import Verdict
from pacsimile_contract.worlds import Defect, Mock

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

    @property
    def outcome(self) -> str:
        """`killed` by the named requirement, `killed elsewhere`, `not tested yet`, or `survived`."""
        if self.crashed:
            return "error"
        hits = self.killed_by if self.defect.level == "MUST" else (*self.killed_by, *self.warned_by)
        if self.defect.requirement in hits:
            return "killed"
        if self.killed_by:
            return "killed elsewhere"
        return "survived" if self.defect.requirement in judged_requirements() else NOT_TESTED_YET


def chosen(defects: Sequence[Defect], patterns: Sequence[str], requirements: Sequence[str]) -> list[Defect]:
    """Return the defects whose name fits a pattern and whose requirement fits one; UsageError for none."""
    found = [
        one
        for one in defects
        if (not patterns or any(fnmatchcase(one.name, pattern) for pattern in patterns))
        and (not requirements or any(fnmatchcase(one.requirement, pattern.upper()) for pattern in requirements))
    ]
    if not found:
        raise UsageError("no defect fits; GET /_mock/defects names them all")
    return found


def judge_defect(mock: Callable[[], Mock], defect: Defect, options: Options) -> Row:
    """Run the suite against a world with the defect (UNDAMAGED: none)."""
    defects = [defect.name] if defect.name else []
    opened = mock()
    try:
        with opened.world("strict", scenario="empty", seed=options.seed, pace="manual", defects=defects) as target:
            done = run(target, replace(options, profile="strict"))
    except Exception as error:  # one row that cannot be had must not cost the others
        return Row(defect, crashed=f"{type(error).__name__}: {error}")
    finally:
        opened.close()
    by_verdict = {
        verdict: tuple(one.requirement.id for one in done.judgements if one.verdict is verdict) for verdict in Verdict
    }
    said = [
        (one.requirement.id, done.redactor.text(one.summary)) for one in done.judgements if one.verdict > Verdict.PASS
    ]
    return Row(
        defect, by_verdict[Verdict.FAIL], by_verdict[Verdict.WARN], by_verdict[Verdict.ERROR], tuple(said),
        done.requests, done.seconds,
    )  # fmt: skip


def rows(mock: Callable[[], Mock], defects: Sequence[Defect], options: Options, workers: int) -> Iterator[Row]:
    """Yield a row for the undamaged mock first, then one for each defect as it is done."""
    yield judge_defect(mock, UNDAMAGED, options)
    with ThreadPoolExecutor(workers) as pool:
        pending = [pool.submit(judge_defect, mock, defect, options) for defect in defects]
        for done in as_completed(pending):
            yield done.result()


def holds(found: Sequence[Row]) -> bool:
    """Whether the matrix is as it must be: the undamaged mock clean, each defect of a judged requirement killed."""
    undamaged = [one for one in found if not one.defect.name]
    clean = all(not (one.killed_by or one.warned_by or one.errors or one.crashed) for one in undamaged)
    return clean and all(one.outcome in ("killed", NOT_TESTED_YET) for one in found if one.defect.name)


def document(found: Sequence[Row]) -> dict[str, Any]:
    """Return the matrix as a JSON object."""
    return {
        "holds": holds(found),
        "undamaged": [_row(one) for one in found if not one.defect.name],
        "defects": [_row(one) for one in found if one.defect.name],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.defect.name, "requirement": row.defect.requirement, "level": row.defect.level,
        "summary": row.defect.summary, "outcome": row.outcome if row.defect.name else None,
        "killed_by": list(row.killed_by), "warned_by": list(row.warned_by), "errors": list(row.errors),
        "summaries": dict(row.summaries), "requests": row.requests, "seconds": round(row.seconds, 3),
        "crashed": row.crashed,
    }  # fmt: skip
