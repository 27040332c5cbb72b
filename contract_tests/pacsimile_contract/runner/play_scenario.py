"""Telling scenarios: each in a story of its own, what goes wrong as the story's end, what broke told again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pacsimile_contract.errors import Absent, CannotTell, NotApplicable, NotExercised, TargetSilent, UsageError, place
from pacsimile_contract.findings.registry import Checker, Scenario
from pacsimile_contract.findings.story import Missing, Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.flakiness import wants_more
from pacsimile_contract.run.run import Run
from pacsimile_contract.runner.repeats import AGAIN, ask_again
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Profile

Told = list[tuple[Story, tuple[tuple[str, str], ...]]]
Stopped = tuple[Verdict, str]

NOT_REACHED_SILENT = "not reached: the target gave no answer any more"


@dataclass
class Stories:
    """What came of a scenario: its story, told again where it was; `ended` where nothing can be asked any more."""

    stories: list[Story] = field(default_factory=list)
    ended: Stopped | None = None
    interrupted: bool = False

    def cut(self, name: str, why: Stopped) -> "Stories":
        """Return the stories as they stand, the last of them and the run stopped for that reason.

        They are copies: who tells them may have been left behind, and may still add to its own.
        """
        stories = [replace(one, steps=list(one.steps), values=dict(one.values)) for one in self.stories]
        stories = stories or [Story(name)]
        stories[-1].stopped = stories[-1].stopped or why
        return Stories(stories, why)


class Teller:
    """Tells the scenarios of a run. `again` is the story of single calls that were asked again."""

    def __init__(self, run: Run, profile: Profile, repeats: int, most: int) -> None:
        self._run, self._profile, self._repeats, self._left = run, profile, repeats, most
        self.again = Story(AGAIN)

    def tell(self, scenario: Scenario, heard: Sequence[Checker], told: Stories) -> None:
        """Tell a scenario into `told`, and again where it found a MUST broken."""
        begun = len(self._run.history)
        self._perform(scenario, told, 1)
        if not told.ended and self._repeats:
            self._ask_again(told, begun)
        while self._may_repeat(scenario, told, heard):
            self._perform(scenario, told, len(told.stories) + 1)
        if len(told.stories) > 1:
            self._left -= 1

    def _may_repeat(self, scenario: Scenario, told: Stories, heard: Sequence[Checker]) -> bool:
        if told.ended or scenario.late or self._left <= 0 or not self._repeats:
            return False
        return wants_more(told.stories, heard, self._profile, self._repeats)

    def _perform(self, scenario: Scenario, told: Stories, attempt: int) -> None:
        session = Session(self._run, scenario.name, attempt, told.stories[0] if told.stories else None)
        told.stories.append(session.story)
        with self._run.transport.pace.share(scenario.spends.get(session.level)):
            self._guarded(lambda: _without_what_is_not_there(scenario, session), session.story, told)
        if session.skipped is not None and session.story.stopped is None:
            session.story.stopped = (Verdict.NOT_APPLICABLE, session.skipped)

    def _ask_again(self, told: Stories, begun: int) -> None:
        new = self._run.history.exchanges[begun:]
        aside = Story(AGAIN)
        self._guarded(lambda: ask_again(self._run, new, self.again, self._repeats), aside, told)

    def _guarded(self, tell: Callable[[], None], story: Story, told: Stories) -> None:
        try:
            tell()
        except NotApplicable as error:
            story.stopped = (Verdict.NOT_APPLICABLE, str(error))
        except NotExercised as error:
            story.stopped = (Verdict.NOT_EXERCISED, str(error))
        except TargetSilent as error:
            story.stopped = (Verdict.ERROR, str(error))
            told.ended = (Verdict.NOT_EXERCISED, NOT_REACHED_SILENT)
        except CannotTell as error:
            story.stopped = (Verdict.ERROR, str(error))
        except UsageError:
            raise
        except KeyboardInterrupt:
            story.stopped = told.ended = (Verdict.NOT_EXERCISED, "interrupted")
            told.interrupted = True
        except Exception as error:  # a fault of ours is no verdict on the target
            # its text may hold what the target said, patients' names among it: type and place have to do
            reason = f"the scenario {story.scenario} failed: {type(error).__name__}{place(error)}"
            story.stopped = (Verdict.ERROR, reason)


def _without_what_is_not_there(scenario: Scenario, session: Session) -> None:
    """Tell a scenario; where it looks for a step that was left out, that is why it ends."""
    try:
        scenario.tell(session)
    except Missing:
        if session.skipped is None:
            raise
        raise Absent(session.skipped) from None
