"""Puts its secret into the URL of the token request."""

import sys

import requests
from good import TIMEOUT, Results, main


class SecretInUrl(Results):
    """Asks with parameters first, and properly when that is refused."""

    def request_token(self) -> requests.Response:
        """Ask with the secret in the query."""
        secret = dict(zip(("client_id", "client_secret"), self.credentials, strict=True))
        answer = self.session.get(self.token_url, params=secret, timeout=TIMEOUT)
        return answer if answer.ok else super().request_token()


sys.exit(main(SecretInUrl))
