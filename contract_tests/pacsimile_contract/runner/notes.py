"""What a report notes about a run as a whole, besides its verdicts."""

from collections.abc import Sequence

from pacsimile_contract.dialects.unproven_lines import unproven_lines
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.judging.bench import needlessly_blocked
from pacsimile_contract.judging.declared_absent import NOTHING_SHOWN
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.redaction import weak_secrets
from pacsimile_contract.target.model import Target

INTERRUPTED = "interrupted: this report is partial; requirements that were not reached are NOT-EXERCISED"


def notes_at_end(
    target: Target,
    chosen: Sequence[Judgement],
    unanswered: Sequence[str],
    exchanges: Sequence[Exchange],
    *,
    unusable: str | None,
    interrupted: bool,
    mistaken: bool,
    shows_nothing: bool,
) -> list[str]:
    """Return the notes.

    Args:
        target: the target of the run.
        chosen: the judgements of the requirements that were wanted.
        unanswered: operations that had to answer 2xx once, and did not.
        exchanges: all calls of the run with their answers.
        unusable: what was given and could not be used; None where nothing was.
        interrupted: whether Ctrl-C ended the run.
        mistaken: whether a mistake ended it, so that nothing was asked for.
        shows_nothing: whether nothing was judged.
    """
    notes = [INTERRUPTED] if interrupted else []
    notes += [unusable] if unusable else []
    if not mistaken:
        notes += [f"never answered 2xx: {', '.join(unanswered)}"] if unanswered else []
        notes += [NOTHING_SHOWN] if shows_nothing else []
    return [*notes, *_wrong_lines(target, exchanges), *needlessly_blocked(chosen), *weak_secrets.remarks(target)]


def _wrong_lines(target: Target, exchanges: Sequence[Exchange]) -> list[str]:
    given = target.dialect
    return [] if given is None else list(unproven_lines(given.dialect, given.text, given.file, exchanges))
