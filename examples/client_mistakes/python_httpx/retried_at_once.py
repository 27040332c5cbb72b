"""Repeats a failed call without a pause."""

import sys

import httpx
from good import Repeating, Results, main


class Hasty(Repeating):
    """Does not pause."""

    def pause(self, grown: float, answer: httpx.Response | None) -> float:
        """Return no pause."""
        return 0.0


class AtOnce(Results):
    """Uses that transport."""

    transport = Hasty


sys.exit(main(AtOnce))
