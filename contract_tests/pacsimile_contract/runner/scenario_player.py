"""Plays scenarios: each in a story of its own. What goes wrong ends the story, and what FAILs is played again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pacsimile_contract.errors import (
    Absent,
    Blocked,
    CannotTell,
    NotApplicable,
    NotExercised,
    TargetSilent,
    UsageError,
    place,
)
from pacsimile_contract.findings.reasons import GONE, Reason, Unjudged, blocked, open_because, scenario_failed
from pacsimile_contract.findings.registry import Checker, Scenario
from pacsimile_contract.findings.story import Missing, Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.flakiness import needs_another_attempt
from pacsimile_contract.run.run import Run
from pacsimile_contract.runner.repeats import REPEATED_CALLS, repeat_failed_calls
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Profile

PlayedStories = list[tuple[Story, tuple[tuple[str, str], ...]]]
"""Each story with the keys (requirement, name) of the checkers that judge it."""


@dataclass
class Attempts:
    """The stories of a scenario, one for each time it was played; `stop_reason` is set where the run has to end."""

    stories: list[Story] = field(default_factory=list)
    stop_reason: Unjudged | None = None
    interrupted: bool = False

    def cut(self, name: str, why: Unjudged) -> "Attempts":
        """Return the stories as they stand, the last of them and the run stopped for that reason.

        They are copies: a thread that was left behind may still add to its own.
        """
        stories = [replace(story, steps=list(story.steps), values=dict(story.values)) for story in self.stories]
        stories = stories or [Story(name)]
        stories[-1].stopped = stories[-1].stopped or why
        return Attempts(stories, why)


class ScenarioPlayer:
    """Plays the scenarios of a run. `repeated_calls` is the story of single calls that were asked again."""

    def __init__(self, run: Run, profile: Profile, repeats: int, most: int) -> None:
        self._run, self._profile, self._repeats, self._repeatable = run, profile, repeats, most
        self.repeated_calls = Story(REPEATED_CALLS)

    def play(self, scenario: Scenario, checkers: Sequence[Checker], attempts: Attempts) -> None:
        """Play a scenario, and play it again where a MUST is broken. Each story is added to `attempts`."""
        begun = len(self._run.history)
        self._attempt(scenario, attempts, 1)
        if not attempts.stop_reason and self._repeats:
            self._repeat_calls(attempts, begun)
        while self._may_repeat(scenario, checkers, attempts):
            self._attempt(scenario, attempts, len(attempts.stories) + 1)
        if len(attempts.stories) > 1:
            self._repeatable -= 1

    def _may_repeat(self, scenario: Scenario, checkers: Sequence[Checker], attempts: Attempts) -> bool:
        if attempts.stop_reason or scenario.late or self._repeatable <= 0 or not self._repeats:
            return False
        return needs_another_attempt(attempts.stories, checkers, self._profile, self._repeats)

    def _attempt(self, scenario: Scenario, attempts: Attempts, number: int) -> None:
        session = Session(self._run, scenario.name, number, attempts.stories[0] if attempts.stories else None)
        attempts.stories.append(session.story)
        with self._run.transport.pace.share(scenario.spends.get(session.level)):
            self._guard(lambda: _play_available_steps(scenario, session), session.story, attempts)
        if session.skipped is not None and session.story.stopped is None:
            session.story.stopped = Unjudged(Verdict.NOT_APPLICABLE, session.skipped)

    def _repeat_calls(self, attempts: Attempts, begun: int) -> None:
        new = self._run.history.exchanges[begun:]
        aside = Story(REPEATED_CALLS)
        self._guard(lambda: repeat_failed_calls(self._run, new, self.repeated_calls, self._repeats), aside, attempts)
        if aside.stopped is not None and aside.stopped.reason is Reason.SCENARIO_FAILED:
            attempts.stories[-1].stopped = attempts.stories[-1].stopped or aside.stopped

    def _guard(self, action: Callable[[], None], story: Story, attempts: Attempts) -> None:
        """Do something of a story; what it raises is why the story stopped, and in some cases the run too."""
        try:
            action()
        except NotApplicable as error:
            story.stopped = Unjudged(Verdict.NOT_APPLICABLE, str(error))
        except Blocked as error:
            story.stopped = blocked(error.requirement)
        except NotExercised as error:
            story.stopped = open_because(str(error))
        except TargetSilent as error:
            story.stopped = Unjudged(Verdict.ERROR, str(error))
            attempts.stop_reason = GONE
        except CannotTell as error:
            story.stopped = Unjudged(Verdict.ERROR, str(error))
        except UsageError:
            raise
        except KeyboardInterrupt:
            story.stopped = attempts.stop_reason = open_because("interrupted")
            attempts.interrupted = True
        except Exception as error:  # a fault of ours is no verdict on the target
            if self._run.transport.pace.stopped:
                return  # what is raised where work is stopped says nothing: whoever stopped it says why
            # its text may hold what the target said, such as a patient's name: type and place have to do
            story.stopped = scenario_failed(story.scenario, f"{type(error).__name__}{place(error)}")


def _play_available_steps(scenario: Scenario, session: Session) -> None:
    """Play a scenario. Where it looks at a step of an operation that the service does not have, it ends for that."""
    try:
        scenario.play(session)
    except Missing:
        if session.skipped is None:
            raise
        raise Absent(session.skipped) from None
