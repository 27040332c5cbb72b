"""Asks for a token for each call."""

import sys

from good import Results, main


class TokenEachCall(Results):
    """Keeps no token."""

    def access_token(self) -> str:
        """Return a new token."""
        self.token = None
        return super().access_token()


sys.exit(main(TokenEachCall))
