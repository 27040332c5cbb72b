"""Builds the list of failures at the top of a page, each in four lines with a link to its evidence."""

from dataclasses import dataclass

from pacsimile_contract.reporting.failure import Failure, failure
from pacsimile_contract.reporting.html.badge import Badge
from pacsimile_contract.reporting.html.verdict_badges import badge
from pacsimile_contract.reporting.presentation import sort_failures
from pacsimile_contract.reporting.rationale import Rationale
from pacsimile_contract.run.events import RunFinished


@dataclass(frozen=True, slots=True)
class FailureView:
    """A broken requirement: its verdict, id and title, and rows with the request, the expectation and the answer."""

    verdict: Badge
    id: str
    title: str
    rows: tuple[tuple[str, str], ...]


def failures(done: RunFinished) -> list[FailureView]:
    """Return the requirements that failed or could not be judged, the most harmful first."""
    rationale = Rationale(done)
    return [_view(failure(judgement, done, rationale)) for judgement in sort_failures(done.judgements)]


def _view(failed: Failure) -> FailureView:
    row = failed.judgement.requirement
    others = f", and {failed.others} more" if failed.others else ""
    got = f"{failed.got} (part {failed.part}{others})" if failed.part else failed.got
    rows = (("asked", failed.request), ("expected", failed.expected), ("got", got))
    return FailureView(badge(failed.judgement.verdict), row.id, row.named, tuple(pair for pair in rows if pair[1]))
