"""What a report notes about a run as a whole, besides its verdicts."""

from collections.abc import Sequence

from pacsimile_contract.dialects.wrong_lines import wrong_lines
from pacsimile_contract.english import ranged
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.reasons import is_left_out
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.bench import needlessly_blocked
from pacsimile_contract.judging.declared_absent import NOTHING_SHOWN
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.redaction import weak_secrets
from pacsimile_contract.runner.scenario_player import PlayedStories
from pacsimile_contract.target.model import GivenDialect, Target

INTERRUPTED = "interrupted: this report is partial; requirements that were not reached are NOT-EXERCISED"


NOT_REACHED = "the run ended early. Requirements whose failure does harm were not reached"


def harm_not_reached(stories: PlayedStories, chosen: Sequence[Judgement]) -> list[str]:
    """Return a note that names the harmful requirements which a run that ended early did not reach, if there are any.

    Args:
        stories: the stories of the run, with the keys of their checkers.
        chosen: the judgements of the requirements that were wanted.
    """
    left_out = {name for story, keys in stories if is_left_out(story.stopped) for name, _ in keys}
    harmful = [judgement for judgement in chosen if judgement.requirement.harm and judgement.requirement.id in left_out]
    open_ = [one.requirement.id for one in harmful if one.verdict is Verdict.NOT_EXERCISED]
    partly = [one.requirement.id for one in harmful if one.verdict is Verdict.PASS]
    notes = [f"{NOT_REACHED}: {ranged(open_)}"] if open_ else []
    return notes + ([f"not reached as a whole, though what was asked passed: {ranged(partly)}"] if partly else [])


def notes_at_end(
    target: Target,
    chosen: Sequence[Judgement],
    unanswered: Sequence[str],
    exchanges: Sequence[Exchange],
    stories: PlayedStories,
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
        stories: the stories of the run, with the keys of their checkers.
        unusable: what was given and could not be used; None where nothing was.
        interrupted: whether Ctrl-C ended the run.
        mistaken: whether a mistake ended it, so that nothing was asked for.
        shows_nothing: whether nothing was judged.
    """
    notes = [INTERRUPTED] if interrupted else []
    notes += [unusable] if unusable else []
    notes += harm_not_reached(stories, chosen) if unusable is None else []
    if not mistaken:
        notes += [f"never answered 2xx: {', '.join(unanswered)}"] if unanswered else []
        notes += [NOTHING_SHOWN] if shows_nothing else []
    return [
        *notes,
        *notes_of_dialect(target.dialect, exchanges),
        *needlessly_blocked(chosen),
        *weak_secrets.remarks(target),
    ]


def notes_of_dialect(given: GivenDialect | None, exchanges: Sequence[Exchange]) -> list[str]:
    """Return the wrong lines of a dialect by the calls of a run."""
    return [] if given is None else wrong_lines(given.dialect, given.text, given.file, exchanges)
