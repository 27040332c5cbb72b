"""Trusts whoever answers: verification is off."""

import sys

from good import Results, main


class Unverified(Results):
    """Verifies no certificate."""

    verify = False


sys.exit(main(Unverified))
