"""Stores whatever came, whole or not."""

import sys

import requests
from good import Results, main


class BrokenBody(Results):
    """Looks at neither length nor digest."""

    def check_whole(self, answer: requests.Response) -> None:
        """Check nothing."""


sys.exit(main(BrokenBody))
