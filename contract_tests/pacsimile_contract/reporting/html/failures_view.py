"""What fails, at the top of a page: each failure in four lines, with a link to its evidence."""

from dataclasses import dataclass

from pacsimile_contract.reporting.failure import Failure, failure
from pacsimile_contract.reporting.grounds import Grounds
from pacsimile_contract.reporting.html.badge import Badge, badge
from pacsimile_contract.reporting.words import most_harmful_first
from pacsimile_contract.run.events import RunFinished


@dataclass(frozen=True, slots=True)
class FailureView:
    """A broken requirement: its verdict, id and title, and rows of what was asked, expected and got."""

    verdict: Badge
    id: str
    title: str
    rows: tuple[tuple[str, str], ...]


def failures(done: RunFinished) -> list[FailureView]:
    """Return what is broken or could not be judged, the most harmful first."""
    grounds = Grounds(done)
    return [_view(failure(judgement, done, grounds)) for judgement in most_harmful_first(done.judgements)]


def _view(shown: Failure) -> FailureView:
    row = shown.judgement.requirement
    others = f", and {shown.others} more" if shown.others else ""
    got = f"{shown.got} (part {shown.part}{others})" if shown.part else shown.got
    rows = (("asked", shown.asked), ("expected", shown.expected), ("got", got))
    return FailureView(badge(shown.judgement.verdict), row.id, row.named, tuple(pair for pair in rows if pair[1]))
