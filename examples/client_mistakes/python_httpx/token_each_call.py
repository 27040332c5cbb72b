"""Asks for a token for each call."""

import sys
from collections.abc import Generator

import httpx
from good import Results, Token, main


class Forgotten(Token):
    """Keeps no token."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a new token."""
        self.text = None
        yield from super().auth_flow(request)


class TokenEachCall(Results):
    """Uses that."""

    token_flow = Forgotten


sys.exit(main(TokenEachCall))
