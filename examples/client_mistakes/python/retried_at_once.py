"""Repeats a failed call without a pause."""

import sys

from good import Results, main


class AtOnce(Results):
    """Does not pause."""

    def pause(self, attempt: int) -> float:
        """Return no pause."""
        return 0.0


sys.exit(main(AtOnce))
