"""Time: the server's clock, which a state moves, and ours, by which a scenario waits."""

import time

from pacsimile_contract.errors import CannotTell
from pacsimile_contract.instants import Instant, instant
from pacsimile_contract.session.context import ScenarioContext


class Clock(ScenarioContext):
    """Asks for the server's clock, moves it, and waits."""

    def now(self) -> Instant:
        """Return the server's own time, by the state `time_passes`, never by ours."""
        return self._clock(0)

    def time_passes(self, seconds: float) -> Instant:
        """Move the server's clock (only in a scenario that `moves_clock`); returns its time.

        Tokens that expire meanwhile, shared states and answers are forgotten: later scenarios get new ones.
        """
        found = self._clock(seconds)
        self._run.tokens.grow_older(seconds)
        self._run.states.forget()
        self._run.answers.clear()
        return found

    def _clock(self, seconds: float) -> Instant:
        found = instant(self._run.states.fresh("time_passes", {"seconds": seconds})["now"])
        if found is None:
            raise CannotTell("the state time_passes answered without a time")
        return found

    def wait(self, seconds: float) -> None:
        """Let real time pass, where the server's clock cannot be moved or shows whole seconds only."""
        self._run.transport.pace.wait_within_budget(seconds)

    def rest_until(self, moment: float) -> None:
        """Wait until that second of the monotonic clock: time that the operator gives beside `max_time`."""
        self._run.transport.pace.wait_beyond_budget(moment - time.monotonic())
