"""The results of the processes of a load, merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.load.violations import Violations


@dataclass(frozen=True, slots=True)
class Result:
    """What a load saw.

    Args:
        seconds: How long it took.
        recorder: The calls.
        violations: The violations.
        interrupted: Whether it was stopped before its end.
        busy: Whether a process of the load used its processor almost wholly: then times may be its own.
        missing: How many processes gave no result.
    """

    seconds: float
    recorder: Recorder
    violations: Violations
    interrupted: bool
    busy: bool
    missing: int

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> Result:
        """Return the result of a JSON object."""
        return cls(
            members["seconds"], Recorder.from_json(members["recorder"]), Violations.from_json(members["violations"]),
            members["interrupted"], members["busy"], members["missing"],
        )  # fmt: skip


def merged(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Merge the results of processes, and judge what no single one sees: a report that two organizations were shown."""
    recorder = Recorder.from_json(results[0]["recorder"]) if results else Recorder(0)
    violations, owners = Violations(), dict[str, str]()
    for place, result in enumerate(results):
        if place:
            recorder.merge(Recorder.from_json(result["recorder"]))
        violations.merge(Violations.from_json(result["violations"]))
        for report_id, organization in result["reports"].items():
            own = owners.setdefault(report_id, organization) == organization
            if not own:
                violations.judge("BATCH-2", own, "two organizations were shown it", report_id, result["seconds"])
    return {
        "seconds": max((result["seconds"] for result in results), default=0.0),
        "recorder": recorder.as_json(),
        "violations": violations.as_json(),
        "busy": any(result["busy"] for result in results),
    }
