"""Judges a stored run again, without a server: the same checkers on the stories of `history.jsonl`."""

import math
from collections.abc import Iterable, Iterator, Sequence

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.reasons import GONE, MISTAKE, NOTHING_JUDGED, OUT_OF_SERVICE, Reason, Unjudged
from pacsimile_contract.findings.registry import checkers
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.bench import Bench, deferred_by_level
from pacsimile_contract.judging.declared_absent import reasons_of_stored, shows_nothing
from pacsimile_contract.judging.exit_status import ExitStatus, exit_status, unanswered_operations
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.judging.recorded_verdicts import keep_recorded
from pacsimile_contract.judging.redacted import EvaluatorOfStored
from pacsimile_contract.judging.selection import selected
from pacsimile_contract.judging.tally import tally
from pacsimile_contract.redaction.credentials import PRIMARY
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.run.events import RequirementJudged, RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.notes import notes_of_dialect
from pacsimile_contract.runner.repeats import REPEATED_CALLS
from pacsimile_contract.runner.scenario_player import PlayedStories
from pacsimile_contract.runner.stored_run import Stored
from pacsimile_contract.runner.unreliable import adjusted_exit_status, unreliability_line
from pacsimile_contract.target.model import Client, Profile, Target
from pacsimile_spec import requirements


def replay(stored: Stored, profile: Profile | None = None, patterns: tuple[str, ...] = ()) -> RunFinished:
    """Judge a stored run again, possibly under another profile, or some requirements alone."""
    judged_under: Profile = profile or stored.run["profile"]
    wanted = selected(patterns or tuple(stored.run["requirements"]))
    evaluator = EvaluatorOfStored(stored.run.get("verdicts", {}))
    exchanges = tuple(stored.exchanges[number] for number in sorted(stored.exchanges))
    bench = _bench(stored, judged_under, evaluator)
    notes = _add_stories(bench, stored, wanted, judged_under)
    _add_whole_run(bench, stored, wanted, exchanges)
    notes += [*_unstored_bodies(exchanges), *evaluator.notes, *notes_of_dialect(stored.dialect, exchanges)]
    recorded, same = stored.run.get("verdicts", {}), judged_under == stored.run["profile"]
    judgements = [
        keep_recorded(judgement, recorded, evaluator.partly_stored, same_profile=same)
        if judgement.requirement.id in wanted
        else judgement
        for judgement in bench.judgements(wanted)
    ]
    return _finished(stored, judgements, wanted, exchanges, judged_under, notes)


def _bench(stored: Stored, profile: Profile, evaluator: EvaluatorOfStored) -> Bench:
    """Return an empty bench with what the run's record says of declarations and of its level."""
    away = reasons_of_stored(stored.run.get("away", {}))
    seen, level = stored.run.get("unseen"), stored.run["level"]
    unseen = None if seen is None else Unjudged(Verdict.NOT_EXERCISED, seen, Reason.NOT_RUN)
    return Bench(profile, away, evaluator=evaluator, level=None if unseen else level, unseen=unseen)


def _add_stories(bench: Bench, stored: Stored, wanted: Sequence[str], profile: Profile) -> list[str]:
    """Judge the stories, and return a note for each check that this version does not have."""
    known, notes = checkers(), []
    for stories, judged_by in with_attempts(stored.stories):
        keys = [key for key in judged_by if key[0] in wanted]
        unknown_keys = [key for key in keys if key not in known]
        notes += [f"{name}: this version has no checker {check}: not judged again" for name, check in unknown_keys]
        bench.add_stories([known[key] for key in keys if key in known], stories, profile)
    return notes


def _add_whole_run(bench: Bench, stored: Stored, wanted: Sequence[str], exchanges: Sequence[Exchange]) -> None:
    """Judge the run as a whole, unless its calls say nothing about the service."""
    again = next((story for story, _ in stored.stories if story.scenario == REPEATED_CALLS), None)
    settle = float(stored.run.get("settle", math.inf))  # an earlier version did not say: nothing follows from times
    said_nothing = any(story.stopped in NOTHING_JUDGED for story, _ in stored.stories)
    gone = next((story.stopped for story, _ in stored.stories if story.stopped == GONE), None)
    bench.add_whole_run(() if said_nothing else exchanges, wanted, gone, again, settle)


def _unstored_bodies(exchanges: Iterable[Exchange]) -> Iterator[str]:
    """Yield a note on how many bodies were not stored."""
    unknown = sum(not exchange.body_was_stored for exchange in exchanges)
    if unknown:
        yield f"{unknown} bodies were not stored (too long, or no synthetic mark): what needs them is not judged again"


def with_attempts(told: PlayedStories) -> list[tuple[list[Story], tuple[tuple[str, str], ...]]]:
    """Return each story, together with those of its scenario played again right after."""
    found: list[tuple[list[Story], tuple[tuple[str, str], ...]]] = []
    for story, judged_by in told:
        if story.attempt > 1 and found:
            found[-1][0].append(story)
        else:
            found.append(([story], judged_by))
    return found


def _finished(
    stored: Stored,
    judgements: list[Judgement],
    wanted: list[str],
    exchanges: tuple[Exchange, ...],
    profile: Profile,
    notes: list[str],
) -> RunFinished:
    ends = [story.stopped for story, _ in stored.stories]
    unusable = stored.run.get("unusable", MISTAKE in ends)
    chosen = [judgement for judgement in judgements if judgement.requirement.id in wanted]
    return RunFinished(
        target=_target(stored),
        options=Options(stored.run["level"], stored.run["seed"], tuple(stored.run["requirements"])),
        profile=profile,
        run_id=stored.run["run_id"],
        redactor=Redactor(all_synthetic=True),
        judgements=judgements,
        exchanges=exchanges,
        stories=stored.stories,
        requests=stored.run["requests"],
        seconds=stored.run["seconds"],
        exit_status=int(_exit_status(stored, chosen, exchanges, unusable=unusable)),
        diagnosis=stored.run["diagnosis"] if "diagnosis" in stored.run else _diagnosis(stored, exchanges),
        notes=notes,
        unusable=unusable,
    )


def _diagnosis(stored: Stored, exchanges: Sequence[Exchange]) -> str | None:
    """Return what a run of an earlier version, which did not store its own line, would have said at its end."""
    ended_early = any(story.stopped in (MISTAKE, GONE, OUT_OF_SERVICE) for story, _ in stored.stories)
    return None if ended_early or stored.run.get("unusable") else unreliability_line(exchanges)


def _exit_status(
    stored: Stored, chosen: Sequence[Judgement], exchanges: Sequence[Exchange], *, unusable: bool
) -> ExitStatus:
    """Return the exit status of a run whose chosen requirements got these judgements."""
    ends = [story.stopped for story, _ in stored.stories]
    away = stored.run.get("operations_away", [])
    counted = tally(chosen, (), (), strict=False, deferred=deferred_by_level(chosen, stored.run["level"]))
    lacking = unanswered_operations(exchanges, whole_run=len(chosen) == len(requirements()), optional=away)
    silent, shown = GONE in ends or OUT_OF_SERVICE in ends, not shows_nothing(chosen, away)
    status = exit_status(chosen, counted, lacking, unusable=unusable, silent=silent, shown=shown)
    return adjusted_exit_status(exchanges, status)


def _target(stored: Stored) -> Target:
    """Return what the record says of the target; an earlier version named no client."""
    names = dict.fromkeys((PRIMARY, *stored.run.get("clients", ())))
    return Target(
        stored.run["target"],
        stored.run["target"],
        {name: Client(name, "", "") for name in names},
        world_of_its_own=stored.run.get("world_of_its_own", False),
        dialect=stored.dialect,
    )


def events_of(done: RunFinished) -> Iterable[RequirementJudged | RunFinished]:
    """Yield what a listener would have heard of a replayed run."""
    for judgement in done.judgements:
        yield RequirementJudged(judgement)
    yield done
