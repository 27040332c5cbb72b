"""Runs the scenarios, lets the checkers judge, and tells listeners: `verify`, `matrix` and pytest adapt it."""

import time
from collections.abc import Sequence
from dataclasses import replace

from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.client.wire import Wire
from pacsimile_contract.errors import NotExercised, OperatorsMistake, OutOfTime, TargetSilent, UsageError, place
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.registry import LEVELS, Checker, Scenario, run_checkers, scenarios
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.allowances import check_patterns, count, with_known
from pacsimile_contract.judging.bench import Bench, blocked_in_vain, left_by_level
from pacsimile_contract.judging.declared_absent import (
    NOTHING_SHOWN,
    declared_away,
    operations_declared_away,
    shows_nothing,
)
from pacsimile_contract.judging.exit_status import exit_status, unanswered_operations
from pacsimile_contract.judging.revisions import check as check_revision
from pacsimile_contract.judging.run_checker import said_by
from pacsimile_contract.judging.selection import selected
from pacsimile_contract.redaction import weak_secrets
from pacsimile_contract.run.audience import Audience
from pacsimile_contract.run.events import (
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
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.runner.diagnosis import diagnose, vanished
from pacsimile_contract.runner.inventory import inventory
from pacsimile_contract.runner.play_scenario import NOT_REACHED_SILENT, Stories, Teller, Told
from pacsimile_contract.runner.repeats import MOST_SCENARIOS
from pacsimile_contract.runner.watchdog import Watchdog
from pacsimile_contract.target.model import Acceptance, Profile, Target
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

    Whatever ends a run early, its report is written: what was judged so far is told, the rest is NOT-EXERCISED. It ends
    by Ctrl-C, by a target that is gone, by something given that turns out to be unusable, and by `max_time`, which
    bounds it from outside, whatever a scenario does. `wire` and `pace` take the place of the network and of time;
    without `blocking` what FAILs keeps no scenario from being told.
    """
    runner = _Runner(target, options, listeners, wire, pace)
    runner.blocking = blocking
    return runner.run()


class _Runner:
    def __init__(
        self, target: Target, options: Options, listeners: Sequence[Listener], wire: Wire | None, pace: Pace | None
    ) -> None:
        self.options, self._audience = options, Audience(listeners)
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
        self.watchdog = Watchdog(self.run_.transport.pace, self.run_.transport.stop)
        self.bench = Bench(self.profile, declared_away(target), options.contract, self._judge, options.level)
        self.teller = Teller(self.run_, self.profile, min(options.repeats, 2), MOST_SCENARIOS)
        self.told: Told = []
        self.diagnosis: str | None = None
        self.ended: tuple[Verdict, str] | None = None
        self.done = 0
        self.interrupted = self.silent = self.mistaken = False
        self.unusable: str | None = None
        self.notes: list[str] = []
        self.blocking = True

    def run(self) -> RunFinished:
        began = time.monotonic()
        run_ = self.run_
        self._tell(RunStarted(run_.target, self.options, self.profile, run_.id, self.scenarios, run_.redactor))
        self._audience.check()
        try:
            self._all()
            self._judge_run()
        finally:
            run_.close()
        finished = self._finish(time.monotonic() - began)
        self._audience.check()
        return finished

    def _all(self) -> None:
        """Tell every scenario; once the run has ended early, go through those that are left without asking anything."""
        try:
            self._diagnose()
            self._play_all()
        except KeyboardInterrupt:
            self._interrupt()
        except UsageError as error:
            if not self.run_.history:
                raise
            self.mistaken = isinstance(error, OperatorsMistake)
            self._refuse(str(error))
        except Exception as error:  # a fault of ours: what it says may hold what the target said
            self._diagnosed(f"an error of ours, {type(error).__name__}{place(error)}: what follows it was not judged")
            self.ended = (Verdict.ERROR, self.diagnosis or "an error of ours")
        self._play_all()

    def _interrupt(self) -> None:
        self.interrupted = True
        self.ended = (Verdict.NOT_EXERCISED, "interrupted")

    def _refuse(self, why: str) -> None:
        """End the run for what was given and cannot be used."""
        self.unusable = why
        self._diagnosed(why)
        reason = "a mistake in the target file ended the run" if self.mistaken else why
        self.ended = (Verdict.NOT_EXERCISED, f"not reached: {reason}")

    def _tell(self, event: Event) -> None:
        """Tell every listener; where one cannot hear it, the run ends in order."""
        self._audience.tell(event)
        if self._audience.error is not None:
            self.ended = self.ended or (Verdict.NOT_EXERCISED, "not reached: the results cannot be written")

    def _diagnosed(self, line: str) -> None:
        """Tell what is the matter with the run as a whole; the first such line is the report's."""
        self.diagnosis = self.diagnosis or line
        self._tell(Diagnosed(self.run_.redactor.text(line)))

    def _diagnose(self) -> None:
        try:
            line, judgeable = self.watchdog.run(lambda: diagnose(self.run_))
        except TargetSilent as error:
            line, judgeable = str(error), False
        except OutOfTime as error:
            line, judgeable, self.ended = None, True, (Verdict.NOT_EXERCISED, str(error))
        except NotExercised as error:
            line, judgeable = str(error), True
        if line:
            self._diagnosed(line)
        if not judgeable:
            self.silent = True
            self.ended = (Verdict.NOT_EXERCISED, NOT_REACHED_SILENT)
        elif self.ended is None:
            self._take_inventory()

    def _take_inventory(self) -> None:
        try:
            lines = self.watchdog.run(lambda: inventory(self.run_, self.scenarios))
        except OutOfTime as error:
            self.ended = (Verdict.NOT_EXERCISED, str(error))
        else:
            self._tell(InventoryTaken(lines))

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
        told = self._told(scenario, heard, stopped)
        self.ended = self.ended or told.ended
        if told.interrupted:
            self._interrupt()
        if told.ended == (Verdict.NOT_EXERCISED, NOT_REACHED_SILENT):
            self.silent = True
            self._diagnosed(vanished(self.run_))
        self.bench.hear_all(heard, told.stories, self.profile)
        keys = tuple((one.requirement, one.name) for one in heard)
        self.told.extend((story, keys) for story in told.stories)

    def _told(self, scenario: Scenario, heard: Sequence[Checker], stopped: tuple[Verdict, str] | None) -> Stories:
        """Tell a scenario within the run's time; one that is `stopped` beforehand asks nothing."""
        told = Stories()
        if stopped is not None:
            return Stories([Story(scenario.name, stopped=stopped)])
        try:
            self.watchdog.run(lambda: self.teller.tell(scenario, heard, told))
        except OutOfTime as error:
            self.notes.append(f"{scenario.name} was stopped: {self.run_.transport.pace.spent}")
            return told.cut(scenario.name, (Verdict.NOT_EXERCISED, str(error)))
        except KeyboardInterrupt:
            self._interrupt()
            return told.cut(scenario.name, (Verdict.NOT_EXERCISED, "interrupted"))
        return told

    def _judge(self, checker: Checker, story: Story) -> list[Part]:
        """Let a checker judge within the run's time; what it says later is not waited for."""
        try:
            return self.watchdog.run(lambda: said_by(checker, story))
        except OutOfTime as error:
            self.notes.append(f"the checker {checker.name} was stopped: {self.run_.transport.pace.spent}")
            self.ended = self.ended or (Verdict.NOT_EXERCISED, str(error))
            return [
                Part(name, open=(Verdict.NOT_EXERCISED, f"not judged: {self.run_.transport.pace.spent}"))
                for name in checker.parts
            ]

    def _judge_run(self) -> None:
        """Let the checkers of the whole run judge it; after Ctrl-C they are not waited for."""
        try:
            asked = () if self.mistaken else self.run_.history.exchanges  # what a wrong address answers is no verdict
            self.bench.hear_run(asked, self.wanted, self.ended, self.teller.again)
        except KeyboardInterrupt:
            self._interrupt()
        url = self.run_.state_url
        if url is not None and url.offers_nothing:
            self._refuse(url.refusal)

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
        nothing = shows_nothing(chosen, away)
        status = exit_status(
            chosen,
            counted,
            lacking,
            interrupted=self.interrupted,
            unusable=self.unusable is not None,
            silent=self.silent,
            shown=not nothing,
        )
        notes = [*self.notes, INTERRUPTED] if self.interrupted else [*self.notes]
        notes += [self.unusable] if self.unusable else []
        notes += [f"never answered 2xx: {', '.join(lacking)}"] if lacking else []
        notes += [NOTHING_SHOWN] if nothing else []
        notes += [*blocked_in_vain(chosen), *weak_secrets.remarks(run_.target)]
        finished = RunFinished(
            target=run_.target, options=self.options, profile=self.profile, run_id=run_.id, redactor=run_.redactor,
            judgements=with_known(judgements, self.options.baseline), exchanges=run_.history.exchanges, told=self.told,
            seconds=seconds,
            requests=run_.transport.pace.requests, exit_status=int(status), diagnosis=self.diagnosis,
            notes=[*notes, *counted.notes],
        )  # fmt: skip
        self._tell(finished)
        return finished
