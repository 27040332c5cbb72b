"""Asks again before Retry-After has passed."""

import sys

import httpx
from good import Repeating, Results, main


class Impatient(Repeating):
    """Waits as long as it likes."""

    def pause(self, grown: float, answer: httpx.Response | None) -> float:
        """Ignore the header."""
        return grown


class RetryAfter(Results):
    """Uses that transport."""

    transport = Impatient


sys.exit(main(RetryAfter))
