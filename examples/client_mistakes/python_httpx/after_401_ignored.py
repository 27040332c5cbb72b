"""Stops at a 401 instead of asking for a new token."""

import sys
from collections.abc import Generator

import httpx
from good import GivenUp, Results, Token, main


class OneToken(Token):
    """Takes a 401 for the end."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the token, and give up at a 401."""
        if self.text is None:
            yield from self.renew()
        request.headers["Authorization"] = f"Bearer {self.text}"
        answer = yield request
        if answer.status_code == 401:
            raise GivenUp("not authorized")


class Ignored(Results):
    """Uses that."""

    token_flow = OneToken


sys.exit(main(Ignored))
