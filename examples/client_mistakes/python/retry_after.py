"""Asks again before Retry-After has passed."""

import sys

import requests
from good import Results, main


class RetryAfter(Results):
    """Waits as long as it likes."""

    def retry_after(self, answer: requests.Response) -> float:
        """Ignore the header."""
        return 0.0


sys.exit(main(RetryAfter))
