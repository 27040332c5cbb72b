"""The events of a run. Every report listens to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.reasons import Unjudged
from pacsimile_contract.findings.registry import Scenario
from pacsimile_contract.findings.story import Story
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.run.options import Options
from pacsimile_contract.target.model import Profile, Target


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The scenarios are chosen; nothing was sent."""

    target: Target
    options: Options
    profile: Profile
    run_id: str
    scenarios: Sequence[Scenario]
    redactor: Redactor


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """Something is the matter with the target as a whole: one line, to be shown before all else."""

    line: str


@dataclass(frozen=True, slots=True)
class InventoryTaken:
    """What states there are, one line each."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Acknowledging:
    """Reports of an existing organization are about to be marked as received, for good; `file` holds what they are."""

    organization: str
    count: int | None
    file: str


@dataclass(frozen=True, slots=True)
class ScenarioStarted:
    """A scenario begins; `done` of `total` are over."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RequirementJudged:
    """All that judges a requirement is over."""

    judgement: Judgement


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The end: what every report needs. `stories` come with the keys of the checkers that judged each."""

    target: Target
    options: Options
    profile: Profile
    run_id: str
    redactor: Redactor
    judgements: Sequence[Judgement]
    exchanges: Sequence[Exchange]
    stories: Sequence[tuple[Story, tuple[tuple[str, str], ...]]]
    requests: int
    seconds: float
    exit_status: int
    diagnosis: str | None = None
    notes: Sequence[str] = field(default_factory=tuple)
    unseen: Unjudged | None = None
    """The reason for requirements that no call was about; None if the run's level decides what is asked."""
    unusable: bool = False
    """Whether unusable input, such as a mistake in the target file, ended the run."""


Event = RunStarted | Diagnosed | InventoryTaken | Acknowledging | ScenarioStarted | RequirementJudged | RunFinished
Listener = Callable[[Event], None]
