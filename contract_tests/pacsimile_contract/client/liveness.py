"""Calls without an answer: an operation that hangs is asked no more, and a target that is gone ends the run."""

from collections import Counter
from threading import Lock

from pacsimile_contract.errors import Blocked, CannotTell, TargetSilent
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.evidence.silence import GONE_AFTER, is_counted

HANGS_AFTER = 3
"""Calls in a row without an answer of one operation, while others answer: PROTO-3 judges it, nobody waits for it."""


STATE_URL_SILENT_AFTER = 2
"""Calls in a row without an answer after which the state URL is called no more: each may take longer than others."""


class Silence:
    """Counts what was not answered."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._in_a_row = 0
        self._answered = False
        self._by_operation: Counter[str] = Counter()
        self._state_calls = 0
        """How many calls of the state URL in a row got no answer."""
        self._answered_since = False
        """Whether the service answered since the first of them."""

    def check(self, request: Request) -> None:
        """Raise Blocked for a call of an operation that hangs: the run keeps its time by skipping."""
        with self._lock:
            if self._answered and self._by_operation[str(request.operation)] >= HANGS_AFTER:
                raise Blocked("PROTO-3")

    def record(self, exchange: Exchange) -> None:
        """Count an exchange; TargetSilent where nothing answers any more."""
        if not is_counted(exchange):
            return
        name = str(exchange.operation)
        with self._lock:
            if exchange.answer is not None:
                self._in_a_row, self._answered, self._answered_since = 0, True, True
                del self._by_operation[name]
                return
            self._in_a_row += 1
            if exchange.operation is not None:
                self._by_operation[name] += 1
            if self._in_a_row >= GONE_AFTER:
                raise TargetSilent(f"the target answers nothing any more ({exchange.failure})")

    def check_state_url(self, url: str) -> None:
        """Raise CannotTell for a call of a state URL that gives no answer any more."""
        with self._lock:
            if self._state_calls >= STATE_URL_SILENT_AFTER:
                raise CannotTell(f"{url}: not called, since it gave no answer {STATE_URL_SILENT_AFTER} times in a row")

    def is_state_url_silent(self) -> bool:
        """Whether its last call got no answer: it is asked once more, but not waited for as long."""
        with self._lock:
            return self._state_calls > 0

    def record_state_call(self, *, answered: bool, of_service: bool) -> None:
        """Count a call of the state URL.

        TargetSilent where the state URL is `of_service`, at its address, and neither has answered since the first of
        these calls.
        """
        with self._lock:
            self._state_calls = 0 if answered else self._state_calls + 1
            if self._state_calls <= 1:
                self._answered_since = False
            if of_service and self._state_calls >= STATE_URL_SILENT_AFTER and not self._answered_since:
                raise TargetSilent("the target answers nothing any more, nor does its state URL")
