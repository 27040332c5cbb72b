"""Runs the scenarios, lets the checkers judge, and tells listeners: `verify`, `matrix` and pytest adapt it."""

import time
from collections.abc import Sequence
from fnmatch import fnmatchcase

from pacsimile_contract.diagnosis import diagnose
from pacsimile_contract.errors import CannotTell, NotApplicable, NotExercised, TargetSilent, UsageError
from pacsimile_contract.events import (
    Diagnosed,
    Event,
    InventoryTaken,
    Listener,
    RequirementJudged,
    RunFinished,
    RunStarted,
    ScenarioStarted,
)
from pacsimile_contract.exit_status import exit_status, unanswered_operations
from pacsimile_contract.history import Story
from pacsimile_contract.inventory import inventory
from pacsimile_contract.judging import Bench, place
from pacsimile_contract.registry import LEVELS, Scenario, run_checkers, scenarios
from pacsimile_contract.run import Options, Run
from pacsimile_contract.session import Session
from pacsimile_contract.target import Acceptance, Target
from pacsimile_contract.verdict import Profile, Verdict
from pacsimile_spec import requirements

Told = list[tuple[Story, tuple[tuple[str, str], ...]]]


def selected(patterns: Sequence[str]) -> list[str]:
    """Return the requirements that patterns such as `BATCH-*` choose, all for none; UsageError where one fits none."""
    known = list(requirements())
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern.upper()) for name in known):
            raise UsageError(f"there is no requirement {pattern}; `pacsimile verify --list` shows them all")
    return [name for name in known if not patterns or any(fnmatchcase(name, one.upper()) for one in patterns)]


def chosen_scenarios(wanted: Sequence[str], level: str) -> list[Scenario]:
    """Return these requirements' scenarios at that level in the contract's order, clock movers and late ones last."""
    rank = {name: place_ for place_, name in enumerate(requirements())}
    reached = LEVELS[: LEVELS.index(level) + 1]
    found = [one for one in scenarios() if set(one.requirements) & set(wanted) and one.level in reached]
    return sorted(found, key=lambda one: (one.late, one.moves_clock, min(rank[name] for name in one.requirements)))


def run(target: Target, options: Options, listeners: Sequence[Listener] = ()) -> RunFinished:
    """Judge a target; UsageError where the target, the state URL or the selection cannot be used."""
    return _Runner(target, options, listeners).run()


class _Runner:
    def __init__(self, target: Target, options: Options, listeners: Sequence[Listener]) -> None:
        self.options, self._listeners = options, listeners
        self.wanted = selected(options.requirements)
        self.scenarios = chosen_scenarios(self.wanted, options.level)
        self.profile: Profile = options.profile or target.profile
        self.run_ = Run(target, options)
        self.bench = Bench(self.profile)
        self.told: Told = []
        self.diagnosis: str | None = None
        self.ended: tuple[Verdict, str] | None = None

    def run(self) -> RunFinished:
        began = time.monotonic()
        run_ = self.run_
        self._tell(RunStarted(run_.target, self.options, self.profile, run_.id, self.scenarios, run_.redactor))
        try:
            self._diagnose()
            for done, scenario in enumerate(self.scenarios):
                self._tell(ScenarioStarted(scenario.name, done, len(self.scenarios)))
                self._play(scenario)
                self._announce(done)
            if run_.state_url is not None and run_.state_url.offers_nothing:
                raise UsageError(f"{run_.target.states.url}: offers no state at all: is `states: url` right?")
        finally:
            run_.close()
        return self._finish(time.monotonic() - began)

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)

    def _diagnose(self) -> None:
        try:
            self.diagnosis, judgeable = diagnose(self.run_)
        except TargetSilent as error:
            self.diagnosis, judgeable = str(error), False
        except NotExercised as error:
            self.diagnosis, judgeable = str(error), True
        if self.diagnosis:
            self._tell(Diagnosed(self.run_.redactor.text(self.diagnosis)))
        if not judgeable:
            self.ended = (Verdict.ERROR, self.diagnosis or "the target does not answer")
        else:
            self._tell(InventoryTaken(inventory(self.run_, self.scenarios)))

    def _play(self, scenario: Scenario) -> None:
        session = Session(self.run_, scenario.name)
        story = session.story
        blocker = next((name for name in scenario.blocked_by if self.bench.fails(name)), None)
        if self.ended:
            story.stopped = self.ended
        elif blocker:
            story.stopped = (Verdict.NOT_EXERCISED, f"blocked by {blocker}")
        else:
            self._perform(scenario, session)
        heard = [one for one in scenario.judged_by if one.requirement in self.wanted]
        for checker in heard:
            self.bench.hear(checker, story)
        self.told.append((story, tuple((one.requirement, one.name) for one in heard)))

    def _perform(self, scenario: Scenario, session: Session) -> None:
        story = session.story
        try:
            scenario.tell(session)
        except NotApplicable as error:
            story.stopped = (Verdict.NOT_APPLICABLE, str(error))
        except NotExercised as error:
            story.stopped = (Verdict.NOT_EXERCISED, str(error))
        except TargetSilent as error:
            story.stopped = self.ended = (Verdict.ERROR, str(error))
        except CannotTell as error:
            story.stopped = (Verdict.ERROR, str(error))
        except UsageError:
            raise
        except KeyboardInterrupt:
            story.stopped = self.ended = (Verdict.NOT_EXERCISED, "interrupted")
        except Exception as error:  # a fault of ours is no verdict on the target
            reason = f"the scenario {scenario.name} failed: {type(error).__name__}: {error}{place(error)}"
            story.stopped = (Verdict.ERROR, reason)

    def _announce(self, done: int) -> None:
        later = {name for one in self.scenarios[done + 1 :] for name in one.requirements}
        later |= {one.requirement for one in run_checkers()}
        for name in self.scenarios[done].requirements:
            if name in self.wanted and name not in later:
                self._tell(RequirementJudged(self.bench.judgement(name)))
            if self.options.fail_fast and not self.ended and self.bench.fails(name):
                self.ended = (Verdict.NOT_EXERCISED, f"not run: --fail-fast after {name}")

    def _finish(self, seconds: float) -> RunFinished:
        run_, wanted = self.run_, self.wanted
        self.bench.hear_run(run_.history.exchanges, wanted, self.ended)
        judgements = self.bench.judgements(wanted)
        for name in dict.fromkeys(one.requirement for one in run_checkers() if one.requirement in wanted):
            self._tell(RequirementJudged(self.bench.judgement(name)))
        whole = not self.options.requirements
        lacking = unanswered_operations(run_.history.exchanges, whole_run=whole)
        accepted = [*run_.target.accepted, *(Acceptance(one, "") for one in self.options.accept_not_exercised)]
        chosen = [one for one in judgements if one.requirement.id in wanted]
        status = exit_status(chosen, accepted, lacking)
        notes = [f"never answered 2xx: {', '.join(lacking)}"] if lacking else []
        finished = RunFinished(
            target=run_.target, options=self.options, profile=self.profile, run_id=run_.id, redactor=run_.redactor,
            judgements=judgements, exchanges=run_.history.exchanges, told=self.told, seconds=seconds,
            requests=run_.transport.pace.requests, exit_status=int(status), diagnosis=self.diagnosis, notes=notes,
        )  # fmt: skip
        self._tell(finished)
        return finished
