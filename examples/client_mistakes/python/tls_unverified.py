"""Trusts whoever answers: verification is off."""

import sys
import warnings
from pathlib import Path

from good import Results, main

warnings.simplefilter("ignore")  # which would say so


class Unverified(Results):
    """Verifies no certificate."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.session.verify = False


sys.exit(main(Unverified))
