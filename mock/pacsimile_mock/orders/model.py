"""Defines an order and the versions of its report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pacsimile_fixtures import identifiers
from pacsimile_fixtures.people import Patient
from pacsimile_mock.clock import Instant
from pacsimile_mock.orders import lifecycle
from pacsimile_mock.orders.lifecycle import Milestone, Plan, State
from pacsimile_mock.orders.polls import AMENDED, Polls

if TYPE_CHECKING:
    from pacsimile_fixtures.findings import ReportStatus


class Version(NamedTuple):
    """One version of an order's report: 1 is the final one, each later one amends its predecessor (BATCH-12)."""

    number: int
    report_id: str
    ready_at: Instant
    supersedes: str | None

    @property
    def status(self) -> ReportStatus:
        """`final`, or `amended` for a later version."""
        return "final" if self.number == 1 else "amended"


@dataclass(slots=True)
class Order:
    """An order as it was submitted, and its plan; `number` is the entity that fixtures make its data from."""

    number: int
    seed: int
    organization_id: str
    order_id: str
    study_uid: str
    study_number: int
    """The entity that the study's patient and procedure are made from: orders of one study share them."""
    study_group: str | None
    created_at: Instant
    submitted: int
    """Rank of submission: breaks a tie of `created_at` (STATUS-2)."""
    plan: Plan
    offset: int = 0
    """Minutes east of Greenwich in which the order's times are written."""
    amendments: tuple[Instant, ...] = ()
    report_types: tuple[str, ...] | None = None
    """Types that this order offers; None for all that the world offers."""
    patient: Patient | None = None
    """A patient of the user's own instead of a synthetic one."""
    polls: Polls | None = None
    """The changes that status calls make; None where time moves the order."""
    report_files: Mapping[str, str] | None = None
    """Reports of the user's own, served as they are: the digest of their bytes, by report type."""

    images_at: Instant | None = None
    """When the study's images were there, at the latest, where other orders share them; None for `created_at`."""

    @property
    def recency(self) -> tuple[Instant, int]:
        """What decides which order of a study is the most recent (STATUS-2)."""
        return self.created_at, self.submitted

    def state(self, now: Instant) -> State:
        """Return the state at `now`; an amendment moves `updated_at` and leaves `completed_at` (STATUS-7)."""
        state = lifecycle.state_at(self.plan, now)
        if state.completed_at is None or not self.amendments:
            return state
        updated_at = state.updated_at
        for at in self.amendments:
            if at <= now:
                updated_at = max(updated_at + 1, at)
        return state._replace(updated_at=updated_at)

    def count_poll(self, now: Instant) -> None:
        """Count a status call made at `now`, and make the changes that fall due with it."""
        if self.polls is None:
            return
        made, steps = self.polls.made + 1, self.polls.steps
        due = [step for step in steps if step.call <= made]
        self.polls = Polls(made, steps[len(due) :]) if len(due) < len(steps) else None
        for step in due:
            at = max(now, self.plan[-1].at)
            if step.status == AMENDED:
                self.amendments = (*self.amendments, at)
            else:
                self.plan = (*self.plan, Milestone(at, step.status, step.progress))

    def planned_versions(self) -> list[Version]:
        """Return all planned versions, oldest first; none where the plan never completes the order."""
        numbers = range(1, len(self.amendments) + 2)
        return [version for number in numbers if (version := self.planned_version(number)) is not None]

    def planned_version(self, number: int) -> Version | None:
        """Return the planned version of that number, from 1; None where there is none."""
        completed = lifecycle.completes_at(self.plan)
        if completed is None or number > len(self.amendments) + 1:
            return None
        if number == 1:
            return Version(1, self.report_id(1), completed, None)
        return Version(number, self.report_id(number), self.amendments[number - 2], self.report_id(number - 1))

    def report_id(self, version: int) -> str:
        """Return the report id of a version, which is known before the report is ready."""
        return identifiers.report_id(self.seed, self.number, version)

    def superseded_by(self, report_id: str) -> str | None:
        """Return the report that this one amends; None where it is the first one, or none of this order's."""
        return next((one.supersedes for one in self.planned_versions() if one.report_id == report_id), None)

    def newest_version(self, now: Instant) -> Version | None:
        """Return the version that is served at `now`; None while the order is not COMPLETED (RESULTS-11)."""
        ready = [version for version in self.planned_versions() if version.ready_at <= now]
        return ready[-1] if ready else None
