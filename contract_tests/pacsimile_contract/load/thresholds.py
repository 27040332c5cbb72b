"""What a load must keep: `--p99 300ms`, `--p99 status=300ms`, `--errors 0`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pacsimile_contract.errors import UsageError
from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.reporting.latency import format_duration
from pacsimile_spec import durations
from pacsimile_spec.suggestions import did_you_mean

OPERATIONS = {
    "token": ("getToken", "postToken"),
    "status": ("getStatus",),
    "result": ("getResult",),
    "listing": ("listReports",),
    "acknowledgement": ("acknowledgeReports",),
}
"""What an operation is called in a threshold and in the reports, with its operationIds."""
NAMES = {operation: name for name, operations in OPERATIONS.items() for operation in operations}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound of a quantile, of all operations where `operation` is None."""

    share: float
    operation: str | None
    seconds: float

    @property
    def name(self) -> str:
        """What it is about, such as `p99 of status`."""
        return f"p{self.share * 100:g}" + (f" of {self.operation}" if self.operation else "")


@dataclass(frozen=True, slots=True)
class ErrorBound:
    """The errors that a load may have: a number, or a share (0 … 1) of its calls."""

    number: int | None
    share: float | None
    text: str


@dataclass(frozen=True, slots=True)
class BoundResult:
    """Whether a bound was kept: None where no call was about it."""

    name: str
    bound: str
    measured: str
    met: bool | None


def threshold(share: float, text: str) -> Threshold:
    """Read `300ms`, or `status=300ms`.

    Raises:
        UsageError: it is no duration, or the operation is not known.
    """
    name, equals, bound = text.rpartition("=")
    if equals and name not in OPERATIONS:
        raise UsageError(
            f"--p{share * 100:g} {text}: there is no operation {name[:40]!r}; expected one of {', '.join(OPERATIONS)}"
            f"{did_you_mean(name, list(OPERATIONS))}"
        )
    try:
        seconds = durations.seconds(bound, most=3600)
    except durations.DurationError as error:
        raise UsageError(f"--p{share * 100:g}: {error}") from None
    return Threshold(share, name or None, seconds)


def error_bound(text: str) -> ErrorBound:
    """Read `0`, `12`, or `0.1%`.

    Raises:
        UsageError: it is neither.
    """
    number = text.removesuffix("%")
    try:
        if text.endswith("%") and 0 <= float(number) <= 100:
            return ErrorBound(None, float(number) / 100, text)
        if not text.endswith("%") and number.isascii() and number.isdigit() and len(number) <= 12:
            return ErrorBound(int(number), None, text)
    except ValueError:
        pass
    raise UsageError(
        f"--errors {text[:40]}: expected a number of errors such as 0, or a share of the calls such as 0.1%"
    )


def check_bounds(
    recorder: Recorder, thresholds: Iterable[Threshold], errors: ErrorBound | None
) -> Iterator[BoundResult]:
    """Yield for each bound whether it was kept."""
    for bound in thresholds:
        operations = OPERATIONS[bound.operation] if bound.operation else tuple(recorder.operations)
        times = Recorder(0).all_times
        for operation in operations:
            if operation in recorder.operations:
                times.merge(recorder.operations[operation])
        measured = times.quantile(bound.share)
        yield BoundResult(
            bound.name,
            format_duration(bound.seconds),
            format_duration(measured) if times.count else "no call",
            measured <= bound.seconds if times.count else None,
        )
    if errors is not None:
        most = errors.number if errors.number is not None else (errors.share or 0) * recorder.calls
        yield BoundResult("errors", errors.text, f"{recorder.failed:,} of {recorder.calls:,}", recorder.failed <= most)
