"""What a scenario may do: ask for tokens and states, call operations, and note what it knows.

A wall runs between what it has (`teller`), what it has others make (`arranging`), what it sends (`asking`) and what it
waits for (`timing`). A scenario sees the whole.
"""

from pacsimile_contract.session.asking import NO_TOKEN, Asking
from pacsimile_contract.session.timing import Timing

__all__ = ["NO_TOKEN", "Session"]


class Session(Asking, Timing):
    """One scenario's view of a run. Each labelled exchange becomes a step of its story."""
