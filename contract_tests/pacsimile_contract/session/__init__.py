"""What a scenario may do: ask for tokens and states, call operations, and note what it knows.

A class each for what it may know of the run (`context`), the states it is given (`state_setup`), the calls it sends
(`calls`) and the time it waits for (`clock`). A scenario sees the whole.
"""

from pacsimile_contract.session.calls import NO_TOKEN, Calls
from pacsimile_contract.session.clock import Clock

__all__ = ["NO_TOKEN", "Session"]


class Session(Calls, Clock):
    """One scenario's view of a run. Each labelled exchange becomes a step of its story."""
