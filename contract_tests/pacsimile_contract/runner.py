"""Runs the scenarios, lets the checkers judge, and tells listeners: `verify`, `matrix` and pytest adapt it."""

import time
from collections.abc import Sequence
from dataclasses import replace

from pacsimile_contract.accepting import check_patterns, count, with_known
from pacsimile_contract.declaring import declared_away, operations_declared_away
from pacsimile_contract.diagnosis import diagnose
from pacsimile_contract.errors import NotExercised, TargetSilent, UsageError
from pacsimile_contract.events import (
    Acknowledging,
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
from pacsimile_contract.inventory import inventory
from pacsimile_contract.judging import Bench, blocked_in_vain, left_by_level
from pacsimile_contract.pacing import Pace
from pacsimile_contract.registry import LEVELS, Scenario, run_checkers, scenarios
from pacsimile_contract.repeating import MOST_SCENARIOS
from pacsimile_contract.revisions import check as check_revision
from pacsimile_contract.run import Options, Run
from pacsimile_contract.selection import selected
from pacsimile_contract.target import Acceptance, Target
from pacsimile_contract.telling import Teller, Told
from pacsimile_contract.verdict import Profile, Verdict
from pacsimile_contract.wire import Wire
from pacsimile_spec import requirements

INTERRUPTED = "interrupted: this report is partial; what was not reached is NOT-EXERCISED"


def chosen_scenarios(wanted: Sequence[str], level: str) -> list[Scenario]:
    """Return these requirements' scenarios at that level in the contract's order, clock movers and late ones last.

    What generates its input comes after those: it takes of the requests what they leave.
    """
    rank = {name: place_ for place_, name in enumerate(requirements())}
    reached = LEVELS[: LEVELS.index(level) + 1]
    found = [one for one in scenarios() if set(one.requirements) & set(wanted) and one.level in reached]

    def order(one: Scenario) -> tuple[bool, bool, bool, int]:
        return bool(one.spends), one.late, one.moves_clock, min(rank[name] for name in one.requirements)

    return sorted(found, key=order)


def run(
    target: Target,
    options: Options,
    listeners: Sequence[Listener] = (),
    *,
    wire: Wire | None = None,
    pace: Pace | None = None,
    blocking: bool = True,
) -> RunFinished:
    """Judge a target; UsageError where the target, the state URL or the selection cannot be used.

    Ctrl-C ends the run, not the report: what was judged so far is told, and the rest is NOT-EXERCISED. `wire` and
    `pace` take the place of the network and of time; without `blocking` what FAILs keeps no scenario from being told.
    """
    runner = _Runner(target, options, listeners, wire, pace)
    runner.blocking = blocking
    return runner.run()


class _Runner:
    def __init__(
        self, target: Target, options: Options, listeners: Sequence[Listener], wire: Wire | None, pace: Pace | None
    ) -> None:
        self.options, self._listeners = options, listeners
        check_patterns(options.accept_not_exercised)
        check_revision(options.contract)
        self.wanted = selected(options.requirements, options.keyword)
        if options.keyword is not None:  # what is stored of the run names the requirements themselves
            self.options = options = replace(options, requirements=tuple(self.wanted), keyword=None)
        self.scenarios = chosen_scenarios(self.wanted, options.level)
        self.profile: Profile = options.profile or target.profile
        self.run_ = Run(target, options, wire=wire, pace=pace)
        self.run_.transport.keeping.told = lambda organization, count_, file: self._tell(
            Acknowledging(organization, count_, file)
        )
        self.bench = Bench(self.profile, declared_away(target), options.contract)
        self.teller = Teller(self.run_, self.profile, min(options.repeats, 2), MOST_SCENARIOS)
        self.told: Told = []
        self.diagnosis: str | None = None
        self.ended: tuple[Verdict, str] | None = None
        self.done = 0
        self.interrupted = False
        self.blocking = True

    def run(self) -> RunFinished:
        began = time.monotonic()
        run_ = self.run_
        self._tell(RunStarted(run_.target, self.options, self.profile, run_.id, self.scenarios, run_.redactor))
        try:
            self._all()
            if run_.state_url is not None and run_.state_url.offers_nothing:
                raise UsageError(f"{run_.target.states.url}: offers no state at all: is `states: url` right?")
        finally:
            run_.close()
        return self._finish(time.monotonic() - began)

    def _all(self) -> None:
        """Tell every scenario; after Ctrl-C, go through those that are left without asking anything."""
        try:
            self._diagnose()
            self._play_all()
        except KeyboardInterrupt:
            self.interrupted = True
            self.ended = (Verdict.NOT_EXERCISED, "interrupted")
            self._play_all()

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

    def _play_all(self) -> None:
        for scenario in self.scenarios[self.done :]:
            self._tell(ScenarioStarted(scenario.name, self.done, len(self.scenarios)))
            self._play(scenario)
            self.done += 1
            self._announce()

    def _play(self, scenario: Scenario) -> None:
        heard = [one for one in scenario.judged_by if one.requirement in self.wanted]
        blockers = scenario.blocked_by if self.blocking else ()
        blocker = next((name for name in blockers if self.bench.fails(name)), None)
        stopped = self.ended or ((Verdict.NOT_EXERCISED, f"blocked by {blocker}") if blocker else None)
        told = self.teller.tell(scenario, heard, stopped)
        self.ended = self.ended or told.ended
        self.interrupted = self.interrupted or told.interrupted
        self.bench.hear_all(heard, told.stories, self.profile)
        keys = tuple((one.requirement, one.name) for one in heard)
        self.told.extend((story, keys) for story in told.stories)

    def _announce(self) -> None:
        later = {name for one in self.scenarios[self.done :] for name in one.requirements}
        later |= {one.requirement for one in run_checkers()}
        for name in self.scenarios[self.done - 1].requirements:
            if name in self.wanted and name not in later:
                self._tell(RequirementJudged(self.bench.judgement(name)))
            if self.options.fail_fast and not self.ended and self.bench.fails(name):
                self.ended = (Verdict.NOT_EXERCISED, f"not run: --fail-fast after {name}")

    def _finish(self, seconds: float) -> RunFinished:
        run_, wanted = self.run_, self.wanted
        again = self.teller.again
        self.bench.hear_run(run_.history.exchanges, wanted, self.ended, again)
        if again.steps:
            self.told.append((again, ()))
        judgements = self.bench.judgements(wanted)
        for name in dict.fromkeys(one.requirement for one in run_checkers() if one.requirement in wanted):
            self._tell(RequirementJudged(self.bench.judgement(name)))
        whole, away = len(wanted) == len(requirements()), operations_declared_away(run_.target)
        lacking = unanswered_operations(run_.history.exchanges, whole_run=whole, declared_away=away)
        accepted = [*run_.target.accepted, *(Acceptance(one, "") for one in self.options.accept_not_exercised)]
        chosen = [one for one in judgements if one.requirement.id in wanted]
        left = left_by_level(chosen, self.options.level)
        counted = count(chosen, self.options.baseline, accepted, strict=self.options.strict_accept, left=left)
        status = exit_status(chosen, counted, lacking, interrupted=self.interrupted)
        notes = [INTERRUPTED] if self.interrupted else []
        notes += [f"never answered 2xx: {', '.join(lacking)}"] if lacking else []
        notes += blocked_in_vain(chosen)
        finished = RunFinished(
            target=run_.target, options=self.options, profile=self.profile, run_id=run_.id, redactor=run_.redactor,
            judgements=with_known(judgements, self.options.baseline), exchanges=run_.history.exchanges, told=self.told,
            seconds=seconds,
            requests=run_.transport.pace.requests, exit_status=int(status), diagnosis=self.diagnosis,
            notes=[*notes, *counted.notes],
        )  # fmt: skip
        self._tell(finished)
        return finished
