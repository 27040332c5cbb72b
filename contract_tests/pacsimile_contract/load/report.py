"""The outcome of a load: its result beside what was asked of it, and the exit status that follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pacsimile_contract.english import counted
from pacsimile_contract.load.job import Job
from pacsimile_contract.load.plan import Plan
from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.load.results import Result
from pacsimile_contract.load.thresholds import NAMES, BoundResult, ErrorBound, Threshold, check_bounds
from pacsimile_contract.load.violations import Violation
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

MET, MISSED, INTERRUPTED = 0, 1, 130
SHARES = (0.5, 0.9, 0.95, 0.99)
LONGEST = 100
"""Characters of an id that are shown."""
NONE_SERVED = "no call was served, but for tokens"


@dataclass(frozen=True, slots=True)
class Report:
    """A load with all that its reports show.

    Args:
        job: What was done.
        result: What was seen.
        bounds: The thresholds, each with what was measured.
        redactor: Writes the ids of orders and reports as the reports may have them.
        notes: What a reader must know about the figures.
    """

    job: Job
    result: Result
    bounds: tuple[BoundResult, ...]
    redactor: Redactor
    notes: tuple[str, ...]

    @property
    def plan(self) -> Plan:
        """The load that was asked for."""
        return self.job.plan

    @property
    def failures(self) -> list[str]:
        """Why it was not met, in words."""
        result, failed = (
            self.result,
            [f"{bound.name} {bound.measured}, at most {bound.bound}" for bound in self.bounds if not bound.met],
        )
        if result.violations.count:
            failed.append(counted(result.violations.count, "violation"))
        if not result.interrupted and not _served(result.recorder):
            failed.append(NONE_SERVED)
        if result.missing:
            failed.append(f"{counted(result.missing, 'process', 'processes')} gave no result")
        return failed

    @property
    def exit_status(self) -> int:
        """The exit status of the command."""
        if self.result.interrupted:
            return INTERRUPTED
        return MISSED if self.failures else MET

    @property
    def rate(self) -> float:
        """Calls a second that were made."""
        return self.result.recorder.calls / max(self.result.seconds, 0.001)

    def subject(self, violation: Violation) -> str:
        """Return what a violation is about, as a report may have it."""
        return self._written(violation.subject)

    def words(self, violation: Violation) -> str:
        """Return what is wrong, as a report may have it."""
        return violation.words + (f": {self._written(violation.other)}" if violation.other else "")

    def _written(self, text: str) -> str:
        return text if text in operations() or not text else self.redactor.identifier(text[:LONGEST])


def _served(recorder: Recorder) -> int:
    """Return how many calls were served, those for tokens left out."""
    asked = sum(times.count for name, times in recorder.operations.items() if name not in TOKEN_OPERATIONS)
    return asked - sum(count for (name, _), count in recorder.errors.items() if name not in TOKEN_OPERATIONS)


def report(
    job: Job, result: Result, thresholds: Sequence[Threshold], errors: ErrorBound | None, *, share_identifiers: bool
) -> Report:
    """Return the report of a load."""
    bounds = tuple(check_bounds(result.recorder, thresholds, errors))
    redactor = Redactor(all_synthetic=share_identifiers or job.target.world_of_its_own)
    for client in job.target.clients.values():
        redactor.add_client(client)
    return Report(job, result, bounds, redactor, tuple(_notes(job, result)))


def _notes(job: Job, result: Result) -> Iterator[str]:
    """Yield what a reader must know about the figures."""
    recorder, plan = result.recorder, job.plan
    if plan.is_open:
        yield (
            "Times count from the moment at which a call was to start, whether or not earlier calls were answered by "
            "then: no time that the service cost is left out (coordinated omission)."
        )
    else:
        yield (
            "Times count from the moment at which a call was sent. A user that waits for a slow answer sends nothing "
            "meanwhile, so slow moments have few calls: quote percentiles of the open model (without --users)."
        )
    if result.busy:
        yield (
            "A process of the load used more than 90 % of its processor: part of the times may be its own. Use more "
            "processes (--processes), or a lower rate."
        )
    if recorder.late:
        yield f"{counted(recorder.late, 'arrival')} waited here for other calls to be answered. The wait counts."
    if recorder.withheld:
        yield (
            f"For {counted(recorder.withheld, 'arrival')} nothing was sent: a call for a token was made in its place, "
            "nothing was due, or the service had asked to wait (Retry-After)."
        )
    if recorder.unfinished:
        yield f"{counted(recorder.unfinished, 'call')} had no answer when the load ended. They are in no figure."
    if not (job.target.exclusive or job.target.world_of_its_own):
        yield (
            "Whether a report was lost was not judged: others may acknowledge in this organization. If nobody does, "
            "say `exclusive: true` in the target file."
        )
    for poller in job.pollers:
        if "acknowledgement" not in poller.allowed:
            yield (
                f"The client `{poller.client}` acknowledged nothing: that needs `acknowledge` in the target file, and "
                "--allow-acknowledge."
            )


def operation_names(recorder_operations: Sequence[str]) -> list[str]:
    """Return operationIds in the description's order."""
    order = list(operations())
    return sorted(recorder_operations, key=lambda name: order.index(name) if name in order else len(order))


def short_name(operation: str) -> str:
    """Return what an operation is called in thresholds and reports."""
    return NAMES.get(operation, operation)
