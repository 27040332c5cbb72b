"""Plays the scenarios, judges their stories, and reports events: `verify`, `matrix` and pytest adapt it."""

import time
from collections.abc import Sequence
from dataclasses import replace

from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.client.wire import Wire
from pacsimile_contract.errors import OperatorsMistake, OutOfTime, UsageError, described
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.reasons import GONE, MISTAKE, OUT_OF_SERVICE, Unjudged, blocked, open_because
from pacsimile_contract.findings.registry import Checker, Scenario, whole_run_checkers
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.baseline import with_known
from pacsimile_contract.judging.bench import Bench, deferred_by_level
from pacsimile_contract.judging.declared_absent import not_applicable_by_declaration, optional_operations, shows_nothing
from pacsimile_contract.judging.evaluation import evaluate
from pacsimile_contract.judging.exit_status import exit_status, unanswered_operations
from pacsimile_contract.judging.option_checks import check_patterns, ineffective_acknowledge_option
from pacsimile_contract.judging.revisions import check as check_revision
from pacsimile_contract.judging.selection import selected
from pacsimile_contract.judging.tally import tally
from pacsimile_contract.run.dispatcher import EventDispatcher
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
from pacsimile_contract.runner.diagnosis import diagnose_in_time, vanished
from pacsimile_contract.runner.heap import return_large_pieces
from pacsimile_contract.runner.inventory import inventory
from pacsimile_contract.runner.notes import notes_at_end
from pacsimile_contract.runner.repeats import MOST_SCENARIOS
from pacsimile_contract.runner.scenario_order import chosen_scenarios
from pacsimile_contract.runner.scenario_player import Attempts, PlayedStories, ScenarioPlayer
from pacsimile_contract.runner.spelling import misspelling
from pacsimile_contract.runner.unreliable import adjusted_exit_status, unreliability_line
from pacsimile_contract.runner.watchdog import Watchdog
from pacsimile_contract.target.model import Acceptance, Profile, Target
from pacsimile_spec import requirements


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

    Whatever ends a run early, its report is written: it has what was judged so far; the rest is NOT-EXERCISED. It ends
    by Ctrl-C, by a target that is gone, by something given that turns out to be unusable, and by `max_time`, which
    bounds it from outside, whatever a scenario does. `wire` and `pace` take the place of the network and of time;
    without `blocking` what FAILs keeps no scenario from being played.
    """
    return_large_pieces()
    runner = _Runner(target, options, listeners, wire, pace)
    runner.blocking = blocking
    return runner.run()


class _Runner:
    def __init__(
        self, target: Target, options: Options, listeners: Sequence[Listener], wire: Wire | None, pace: Pace | None
    ) -> None:
        self.options, self._events = options, EventDispatcher(listeners)
        check_patterns(options.accept_not_exercised)
        check_revision(options.contract)
        self.wanted = selected(options.requirements, options.keyword)
        if options.keyword is not None:  # what is stored of the run names the requirements themselves
            self.options = options = replace(options, requirements=tuple(self.wanted), keyword=None)
        self.scenarios = chosen_scenarios(self.wanted, options.level)
        self.profile: Profile = options.profile or target.profile
        self.context = Run(target, options, wire=wire, pace=pace)
        self.context.transport.saved_listings.announce = lambda organization, count_, file: self._dispatch(
            Acknowledging(organization, count_, file)
        )
        self.watchdog = Watchdog(self.context.transport.pace, self.context.transport.stop)
        declared = not_applicable_by_declaration(target)
        self.bench = Bench(self.profile, declared, options.contract, self._judge, options.level)
        self.player = ScenarioPlayer(self.context, self.profile, min(options.repeats, 2), MOST_SCENARIOS)
        self.stories: PlayedStories = []
        self.diagnosis: str | None = None
        self.stop_reason: Unjudged | None = None
        self.done = 0
        self.interrupted = self.silent = self.mistaken = False
        self.unusable: str | None = None
        self.notes = ineffective_acknowledge_option(target, options.allow_acknowledge)
        self.blocking = True

    def run(self) -> RunFinished:
        began = time.monotonic()
        run_ = self.context
        self._dispatch(RunStarted(run_.target, self.options, self.profile, run_.id, self.scenarios, run_.redactor))
        self._events.check()
        try:
            self._play_to_the_end()
            self._judge_run()
        finally:
            run_.close()
        finished = self._finish(time.monotonic() - began)
        self._events.check()
        return finished

    def _play_to_the_end(self) -> None:
        """Play every scenario; once the run has ended early, go through the rest without asking anything."""
        try:
            self._diagnose()
            self._play_all()
        except KeyboardInterrupt:
            self._interrupt()
        except UsageError as error:
            if not self.context.history:
                raise
            self.mistaken = isinstance(error, OperatorsMistake)
            self._end_as_unusable(str(error))
        except Exception as error:  # a fault of ours: what it says may hold what the target said
            self._report_diagnosis(described(error, "nothing after it was judged"))
            self.stop_reason = Unjudged(Verdict.ERROR, self.diagnosis or "internal error")
        self._play_all()

    def _interrupt(self) -> None:
        self.interrupted = True
        self.stop_reason = open_because("interrupted")

    def _end_as_unusable(self, why: str) -> None:
        """End the run for what was given and cannot be used."""
        self.unusable = why
        self._report_diagnosis(why)
        self.stop_reason = MISTAKE if self.mistaken else open_because(f"not reached: {why}")

    def _dispatch(self, event: Event) -> None:
        """Send an event to every listener; where one raises, the run ends in order."""
        self._events.dispatch(event)
        if self._events.error is not None:
            self.stop_reason = self.stop_reason or open_because("not reached: the results cannot be written")

    def _report_diagnosis(self, line: str) -> None:
        """Report what is wrong with the run as a whole; the first such line is the report's."""
        self.diagnosis = self.diagnosis or line
        self._dispatch(Diagnosed(self.context.redactor.redact_own_text(line)))

    def _diagnose(self) -> None:
        found = diagnose_in_time(self.context, self.watchdog)
        if found.line:
            self._report_diagnosis(found.line)
        if found.stopped is OUT_OF_SERVICE:  # the line was there in time; what Retry-After asks for may take longer
            found = diagnose_in_time(self.context, self.watchdog, patiently=True)
            if found.stopped is not OUT_OF_SERVICE:
                self.notes.append(f"at first: {self.diagnosis}")
                self.diagnosis = None
                if found.line:
                    self._report_diagnosis(found.line)
        self.stop_reason = found.stopped
        self.silent = found.stopped in (GONE, OUT_OF_SERVICE)
        if found.stopped is None:
            self._take_inventory()

    def _take_inventory(self) -> None:
        try:
            lines = self.watchdog.watch(lambda: inventory(self.context, self.scenarios))
        except OutOfTime as error:
            self.stop_reason = open_because(str(error))
        else:
            self._dispatch(InventoryTaken(lines))

    def _play_all(self) -> None:
        for scenario in self.scenarios[self.done :]:
            self._dispatch(ScenarioStarted(scenario.name, self.done, len(self.scenarios)))
            self._play(scenario)
            self.done += 1
            self._announce_verdicts()
            self._end_on_first_failure()
            self._end_on_misspelling(ended=self.done == len(self.scenarios))

    def _end_on_misspelling(self, *, ended: bool) -> None:
        """End the run, and forget what was judged, where each answer is spelled otherwise than was assumed."""
        line = misspelling(self.context.target, self.context.history.exchanges, ended=ended)
        if line and not self.diagnosis:
            self.bench.forget()
            self.mistaken, self.silent, self.stop_reason = True, True, MISTAKE
            self._report_diagnosis(line)

    def _play(self, scenario: Scenario) -> None:
        judges = [checker for checker in scenario.judged_by if checker.requirement in self.wanted]
        blockers = scenario.blocked_by if self.blocking else ()
        blocker = next((name for name in blockers if self.bench.fails(name)), None)
        stopped = self.stop_reason or (blocked(blocker) if blocker else None)
        attempts = self._attempts(scenario, judges, stopped)
        self.stop_reason = self.stop_reason or attempts.stop_reason
        if attempts.interrupted:
            self._interrupt()
        if attempts.stop_reason is GONE:
            self.silent = True
            self._report_diagnosis(vanished(self.context))
        self.bench.add_stories(judges, attempts.stories, self.profile)
        keys = tuple((checker.requirement, checker.name) for checker in judges)
        self.stories.extend((story, keys) for story in attempts.stories)

    def _attempts(self, scenario: Scenario, judges: Sequence[Checker], stopped: Unjudged | None) -> Attempts:
        """Play a scenario within the run's time; one that is `stopped` beforehand asks nothing."""
        attempts, pace = Attempts(), self.context.transport.pace
        if stopped is None and pace.remaining <= 0:  # what is left of the time is for what judges the whole run
            stopped = open_because(f"not reached: {pace.spent_reason}")
        if stopped is not None:
            return Attempts([Story(scenario.name, stopped=stopped)])
        try:
            self.watchdog.watch(lambda: self.player.play(scenario, judges, attempts))
        except OutOfTime as error:
            self.notes.append(f"{scenario.name} was stopped: {pace.spent_reason}")
            return attempts.cut(scenario.name, open_because(str(error)))
        except KeyboardInterrupt:
            self._interrupt()
            return attempts.cut(scenario.name, open_because("interrupted"))
        return attempts

    def _judge(self, checker: Checker, story: Story) -> list[Part]:
        """Let a checker judge within the run's time; what it says later is not waited for."""
        try:
            return self.watchdog.watch(lambda: evaluate(checker, story))
        except OutOfTime as error:
            self.notes.append(f"the checker {checker.name} was stopped: {self.context.transport.pace.spent_reason}")
            self.stop_reason = self.stop_reason or open_because(str(error))
            why = open_because(f"not judged: {self.context.transport.pace.spent_reason}")
            return [Part(name, unjudged=why) for name in checker.parts]

    def _judge_run(self) -> None:
        """Let the checkers of the whole run judge it; after Ctrl-C they are not waited for."""
        try:
            nothing = self.mistaken or self.stop_reason is OUT_OF_SERVICE  # such calls say nothing of the service
            asked = () if nothing else self.context.history.exchanges
            settle = self.context.target.limits.settle
            self.bench.add_whole_run(asked, self.wanted, self.stop_reason, self.player.repeated_calls, settle)
        except KeyboardInterrupt:
            self._interrupt()
        if (url := self.context.state_url) is not None and url.offers_nothing:
            self._end_as_unusable(url.refusal)

    def _announce_verdicts(self) -> None:
        """Tell the verdicts that no later scenario can change."""
        later = {name for scenario in self.scenarios[self.done :] for name in scenario.requirements}
        later |= {checker.requirement for checker in whole_run_checkers()}
        for name in self.scenarios[self.done - 1].requirements:
            if name in self.wanted and name not in later:
                self._dispatch(RequirementJudged(self.bench.judgement(name)))

    def _end_on_first_failure(self) -> None:
        """With `--fail-fast`, end the run after a scenario that broke a requirement."""
        if not self.options.fail_fast or self.stop_reason:
            return
        broken = next(filter(self.bench.fails, self.scenarios[self.done - 1].requirements), None)
        if broken is not None:
            self.stop_reason = open_because(f"not run: --fail-fast after {broken}")

    def _finish(self, seconds: float) -> RunFinished:
        run_, wanted, repeated = self.context, self.wanted, self.player.repeated_calls
        if repeated.steps:
            self.stories.append((repeated, ()))
        judgements = self.bench.judgements(wanted)
        judgement_of = {judgement.requirement.id: judgement for judgement in judgements}
        for name in dict.fromkeys(each.requirement for each in whole_run_checkers() if each.requirement in wanted):
            self._dispatch(RequirementJudged(judgement_of[name]))
        whole, optional = len(wanted) == len(requirements()), optional_operations(run_.target)
        unanswered = unanswered_operations(run_.history.exchanges, whole_run=whole, optional=optional)
        accepted = [*run_.target.accepted, *(Acceptance(pattern, "") for pattern in self.options.accept_not_exercised)]
        chosen = [judgement for judgement in judgements if judgement.requirement.id in wanted]
        deferred = deferred_by_level(chosen, self.options.level)
        counted = tally(chosen, self.options.baseline, accepted, strict=self.options.strict_accept, deferred=deferred)
        nothing = shows_nothing(chosen, optional)
        status = adjusted_exit_status(run_.history.exchanges, exit_status(
            chosen, counted, unanswered, interrupted=self.interrupted, unusable=self.unusable is not None,
            silent=self.silent, shown=not nothing,
        ))  # fmt: skip
        if self.diagnosis is None and (line := unreliability_line(run_.history.exchanges)):
            self._report_diagnosis(line)
        notes = notes_at_end(
            run_.target, chosen, unanswered, run_.history.exchanges, self.stories, unusable=self.unusable,
            interrupted=self.interrupted, mistaken=self.mistaken, shows_nothing=nothing,
        )  # fmt: skip
        finished = RunFinished(
            target=run_.target, options=self.options, profile=self.profile, run_id=run_.id, redactor=run_.redactor,
            judgements=with_known(judgements, self.options.baseline), exchanges=run_.history.exchanges,
            stories=self.stories, requests=run_.transport.pace.requests, seconds=seconds, exit_status=int(status),
            diagnosis=self.diagnosis, notes=[*self.notes, *notes, *counted.notes], unusable=self.unusable is not None,
        )  # fmt: skip
        self._dispatch(finished)
        return finished
