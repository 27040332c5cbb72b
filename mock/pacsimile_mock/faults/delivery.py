"""Delivers the answer of a call that triggered a fault: late, in pieces, cut short, or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from pacsimile_mock.exchange import DELIVERY, WIRE, Answer
from pacsimile_mock.faults.effects import Effect

KEPT_HEADERS = ("Cache-Control", "X-Content-Type-Options", "X-Request-Id", "Date")


@dataclass(frozen=True, slots=True)
class FaultDelivery:
    """How the answer of one call is sent."""

    fault: str
    delay: float
    """Seconds before the first byte is sent."""
    effect: Effect
    close: Callable[[int, bool], None]
    """Called at the end with the number of body bytes sent, and whether the client got the whole answer."""

    def hand_over(self, environ: MutableMapping[str, Any], answer: Answer) -> Answer:
        """Pass the delivery to the server that sends the answer.

        Without a connection, delay the answer here; an effect that needs a connection becomes a 500.
        """
        if environ.get(WIRE):
            environ[DELIVERY] = self
            return answer
        time.sleep(self.delay)
        self.close(len(answer.body), not self.effect.needs_wire)
        return self._impossible(answer) if self.effect.needs_wire else answer

    def _impossible(self, answer: Answer) -> Answer:
        problem = {
            "type": "about:blank",
            "title": "The fault needs a connection",
            "status": 500,
            "detail": f"The fault {self.fault!r} needs a connection, and in this process there is none: "
            "use `pacsimile serve`, or a fault of latency, status or malformed.",
        }
        replacement = Answer.of_json(500, problem, "application/problem+json")
        replacement.headers = [header for header in answer.headers if header[0] in KEPT_HEADERS]
        return replacement
