"""How to run: what the command line and pytest can say."""

from dataclasses import dataclass
from pathlib import Path

from pacsimile_contract.findings.registry import RunLevel
from pacsimile_contract.judging.baseline import KnownFailure
from pacsimile_contract.target.model import Profile


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: what the command line and pytest can say."""

    level: RunLevel = "standard"
    seed: int = 0
    requirements: tuple[str, ...] = ()
    allow_acknowledge: str | None = None
    fail_fast: bool = False
    accept_not_exercised: tuple[str, ...] = ()
    profile: Profile | None = None
    keyword: str | None = None
    baseline: tuple[KnownFailure, ...] = ()
    strict_accept: bool = False
    contract: str | None = None
    """The revision of the contract that is judged by; None: that before this minor release (see `revisions`)."""
    repeats: int = 2
    """How often a scenario that found a MUST broken is played again: 0 takes the first answer."""
    share_identifiers: bool = False
    """Write identifiers without the synthetic mark as they are, so that whoever gets a report can repeat its calls."""
    share_report: bool = False
    """Whether the umask decides who may read the reports; else they are for their owner alone."""
    report: Path | None = None
    """The report folder: nothing is written elsewhere."""
