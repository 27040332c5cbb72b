"""Stores whatever came, whole or not."""

import sys

import httpx
from good import Repeating, Results, main


class Unchecked(Repeating):
    """Looks at no digest."""

    def check_whole(self, answer: httpx.Response) -> None:
        """Check nothing."""


class BrokenBody(Results):
    """Uses that transport."""

    transport = Unchecked


sys.exit(main(BrokenBody))
