"""Why something was not judged: in words for a reader, and as a reason for the code."""

from dataclasses import dataclass
from enum import Enum, auto

from pacsimile_contract.errors import BLOCKED_BY, ENDPOINT_OUT_OF_SERVICE, MISTAKE_ENDED, SHARE_SPENT, TARGET_GONE
from pacsimile_contract.findings.verdict import Verdict


class Reason(Enum):
    """The reasons that code decides by. All others are only shown."""

    BLOCKED = auto()
    """Another requirement is broken, so that this one would only repeat it."""
    NOT_SELECTED = auto()
    """The user did not select the requirement."""
    NOT_AT_THIS_LEVEL = auto()
    """The run's level is too small for it."""
    NOT_RUN = auto()
    """No checker was given anything to say of it."""
    NOTHING_TO_COMPARE = auto()
    """Its checker, with nothing in its way, said nothing."""
    OPERATION_ABSENT = auto()
    """The target file says that the service lacks the operation."""
    FACT_ABSENT = auto()
    """The dialect says that the service does not tell it."""
    MISTAKE_ENDED = auto()
    """The operator's mistake ended the run."""
    TARGET_GONE = auto()
    """The target gave no answer any more."""
    OUT_OF_SERVICE = auto()
    """The token endpoint is out of service."""
    SCENARIO_FAILED = auto()
    """A fault of ours ended the scenario. What it did not ask may have been about any part."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """The verdict of what was not judged, and why. For the reason BLOCKED, `blocked_by` is the broken requirement."""

    verdict: Verdict
    text: str
    reason: Reason | None = None
    blocked_by: str | None = None


def open_because(text: str) -> Unjudged:
    """Return why something is NOT-EXERCISED."""
    return Unjudged(Verdict.NOT_EXERCISED, text)


def blocked(requirement: str) -> Unjudged:
    """Return why something is open that a broken requirement blocks."""
    return Unjudged(Verdict.NOT_EXERCISED, f"{BLOCKED_BY}{requirement}", Reason.BLOCKED, requirement)


MISTAKE = Unjudged(Verdict.NOT_EXERCISED, MISTAKE_ENDED, Reason.MISTAKE_ENDED)
GONE = Unjudged(Verdict.NOT_EXERCISED, TARGET_GONE, Reason.TARGET_GONE)
OUT_OF_SERVICE = Unjudged(Verdict.NOT_EXERCISED, ENDPOINT_OUT_OF_SERVICE, Reason.OUT_OF_SERVICE)
NOTHING_JUDGED = (MISTAKE, OUT_OF_SERVICE)
"""Reasons after which nothing is judged, since the calls say nothing about the service."""
_ENDED_BY = (MISTAKE, GONE, OUT_OF_SERVICE)


def scenario_failed(name: str, fault: str) -> Unjudged:
    """Return why a scenario is not judged that a fault of ours ended. `fault` is the error's type and place."""
    return Unjudged(Verdict.ERROR, f"{_THE_SCENARIO}{name}{_FAILED}{fault}", Reason.SCENARIO_FAILED)


_THE_SCENARIO, _FAILED = "the scenario ", " failed: "


def unjudged_of_stored(verdict: Verdict, text: str) -> Unjudged:
    """Return why a story of a stored run ended early: such a run holds only the words."""
    if text.startswith(BLOCKED_BY):
        return blocked(text.removeprefix(BLOCKED_BY))
    if verdict is Verdict.ERROR and text.startswith(_THE_SCENARIO) and _FAILED in text:
        return Unjudged(verdict, text, Reason.SCENARIO_FAILED)
    known = {why.text: why for why in _ENDED_BY}
    return known.get(text, Unjudged(verdict, text))


END_OF_RUN = ("not reached", "interrupted")
"""How the reasons begin of what the run did not come to."""


def is_left_out(why: Unjudged | None) -> bool:
    """Tell whether the run ended before something that it was to ask: by its limits, or by Ctrl-C."""
    if why is None or why in _ENDED_BY or why.text == SHARE_SPENT:
        return False
    return why.text.startswith(END_OF_RUN)
