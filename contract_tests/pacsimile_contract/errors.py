"""What can keep us from judging. That the target is wrong is never one of these: that is a finding."""

import errno


class UsageError(Exception):
    """The operator asked for what cannot be done: one line that says what to do; exit status 2."""


class TargetFileError(UsageError):
    """A target file that cannot be used: file, line, what was expected."""


class OperatorsMistake(UsageError):
    """The target file says what the service, in several answers, says otherwise: nothing is judged by it."""


class ExistingNamed(UsageError):
    """A state answered with what stands already, as if it had made it: everything would be allowed on that."""


class NotExercised(Exception):
    """A scenario lacks a state, time or data. The text says what to supply."""


MISTAKE_ENDED = "not reached: a mistake in the target file ended the run"
"""Why a requirement is open that the operator's mistake kept from being tested."""
TARGET_GONE = "not reached: the target gave no answer any more"
"""Why a requirement is open that a target without answers kept from being tested."""
ENDPOINT_OUT_OF_SERVICE = "not reached: the token endpoint is out of service"
"""Why a requirement is open where the token endpoint is out of service."""
SHARE_SPENT = "not reached: what this level spends on generated input is used up"
"""Why a scenario that generates its input ends: it always does, and the run goes on."""
BLOCKED_BY = "blocked by "
"""How the reason begins of what was not exercised since a requirement is broken, whose id follows."""


class Blocked(NotExercised):
    """A scenario's precondition failed elsewhere."""

    def __init__(self, requirement: str) -> None:
        super().__init__(f"{BLOCKED_BY}{requirement}")
        self.requirement = requirement


class Forbidden(NotExercised):
    """The safety rules keep a request from leaving; nothing was sent."""


class BudgetSpent(NotExercised):
    """The run's number of requests, or its time, is used up."""


class OutOfTime(BudgetSpent):
    """The run's time was used up, and what was under way did not end by itself: it was stopped from outside."""


class Ended(BaseException):
    """The run is over: raised within what is still under way. No Exception, so that nothing takes it for a fault."""


class NotApplicable(Exception):
    """The operator's declaration, or the kind of target, leaves a scenario without a meaning."""


class Absent(NotApplicable):
    """The service does not have an operation, as the target file says."""


class CannotTell(Exception):
    """The harness, the network or the state URL failed: verdict ERROR."""


class Unreachable(CannotTell):
    """No connection to an address comes about: nothing listens there, or it cannot be found."""


class TargetSilent(CannotTell):
    """The target answers nothing any more: the run ends."""


def described(error: BaseException, outcome: str = "") -> str:
    """Describe an internal error in one line. Leave out its message, which may contain data of the target."""
    ending = f": {outcome}" if outcome else ""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return f"out of memory{place(error)}{ending}. Give the process more memory."
    return f"internal error, {type(error).__name__}{place(error)}{ending}"


def place(error: BaseException) -> str:
    """Return where an exception was raised, as ` (file:line)`, without the folder."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f" ({trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno})"
