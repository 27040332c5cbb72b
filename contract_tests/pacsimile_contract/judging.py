"""From stories to judgements. Used by the runner and by replay alike: nothing here asks the target."""

from collections.abc import Iterable, Mapping, Sequence

from pacsimile_contract.exchange import Exchange
from pacsimile_contract.history import Missing, Story, of_run
from pacsimile_contract.registry import Checker, judged_requirements, parts_of, run_checkers
from pacsimile_contract.verdict import Judgement, Part, Profile, Verdict, cannot_tell, judge, reworded
from pacsimile_spec import Requirement, requirements

NOT_TESTED_YET = "not tested yet"


def said_by(checker: Checker, story: Story) -> list[Part]:
    """Return what a checker says of each of its parts; one it is silent about tells why, where the story does."""
    said: list[Part] = []
    why: tuple[Verdict, str] | None = story.stopped
    try:
        for one in checker(story):
            if one.name not in checker.parts:
                raise ValueError(f"the checker {checker.name} does not declare the part {one.name}")
            said.append(one)
    except Missing as error:
        why = why or (Verdict.NOT_EXERCISED, str(error))
    except Exception as error:  # a fault of ours is no verdict on the target
        why = (Verdict.ERROR, f"the checker {checker.name} failed: {type(error).__name__}: {error}{place(error)}")
    silent = [name for name in checker.parts if name not in {one.name for one in said}]
    return said + [Part(name, open=why or (Verdict.NOT_EXERCISED, "there was nothing to compare")) for name in silent]


def place(error: BaseException) -> str:
    """Return where an exception was raised, as ` (file:line)`, without the folder."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f" ({trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno})"


class Bench:
    """Collects what checkers say and judges requirements under a profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile: Profile = profile
        self._said: dict[str, list[Part]] = {}

    def hear(self, checker: Checker, story: Story) -> None:
        """Let a checker judge a story."""
        self._said.setdefault(checker.requirement, []).extend(said_by(checker, story))

    def hear_run(
        self, exchanges: Sequence[Exchange], wanted: Iterable[str], stopped: tuple[Verdict, str] | None
    ) -> None:
        """Let the checkers over a whole run judge it."""
        story = of_run(exchanges)
        story.stopped = stopped
        for checker in run_checkers():
            if checker.requirement in wanted:
                self.hear(checker, story)

    def error(self, requirement: str, reason: str) -> None:
        """Note that a requirement cannot be judged."""
        self._said.setdefault(requirement, []).extend(cannot_tell(name, reason) for name in parts_of(requirement))

    def fails(self, requirement: str) -> bool:
        """Whether what was said so far is a FAIL."""
        return requirement in self._said and self.judgement(requirement).verdict is Verdict.FAIL

    def judgement(self, requirement: str) -> Judgement:
        """Judge one requirement from all that was said so far."""
        row = requirements()[requirement]
        if row.not_tested_because:
            return Judgement(row, Verdict.NOT_APPLICABLE, f"not tested because {row.not_tested_because}")
        if requirement not in judged_requirements():
            return Judgement(row, Verdict.NOT_EXERCISED, NOT_TESTED_YET)
        if requirement not in self._said:
            return _unselected(row)
        return judge(row, parts_of(requirement), self._said[requirement], self._profile, "was not run")

    def judgements(self, wanted: Mapping[str, Requirement] | Iterable[str]) -> list[Judgement]:
        """Judge every row of the contract; those not wanted say so."""
        chosen = set(wanted)
        return [
            self.judgement(name) if name in chosen else reworded(_unselected(row), summary="not selected")
            for name, row in requirements().items()
        ]


def _unselected(row: Requirement) -> Judgement:
    return Judgement(row, Verdict.NOT_EXERCISED, "not run at this level")
