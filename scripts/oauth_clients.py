"""Get and use a token with popular Python OAuth clients, each as in its documentation.

    python scripts/oauth_clients.py --url http://127.0.0.1:8080

Needs requests-oauthlib and Authlib. Exit status 0: each got a token that opens the listing.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import requests

TIMEOUT = 10


class Refused(Exception):
    """A client got no token, or one that opens nothing."""


def main() -> int:
    """Try every client, and print the results."""
    given = arguments()
    if urlsplit(given.url).scheme == "http":  # oauthlib requires TLS; loopback has none
        os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    failed = [name for name, client in CLIENTS.items() if not tried(name, client, given)]
    return 1 if failed else 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Get tokens with the Python OAuth clients that people use.")
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="where the API is")
    parser.add_argument("--client-id", default="demo-hospital")
    parser.add_argument("--client-secret", default="demo-hospital-secret")
    parser.add_argument("--organization", default="demo-hospital", help="the client's organizationId")
    return parser.parse_args()


def tried(name: str, client: Callable[[argparse.Namespace], None], given: argparse.Namespace) -> bool:
    """Try one client."""
    try:
        client(given)
    except (Refused, requests.RequestException, OSError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return False
    print(f"{name}: got a token that opens the listing")
    return True


def use(session: requests.Session, given: argparse.Namespace) -> None:
    """List reports with a session that sends its token itself."""
    answer = session.get(f"{given.url}/reports", params={"organizationId": given.organization}, timeout=TIMEOUT)
    if answer.status_code != 200:
        raise Refused(f"the token opens nothing: {answer.status_code} {answer.text[:300]}")


def requests_oauthlib_basic(given: argparse.Namespace) -> None:
    """The backend application flow of requests-oauthlib, with credentials by Basic."""
    from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
    from requests.auth import HTTPBasicAuth
    from requests_oauthlib import OAuth2Session

    session = OAuth2Session(client=BackendApplicationClient(client_id=given.client_id))
    try:
        session.fetch_token(
            token_url=f"{given.url}/oauth2/token",
            auth=HTTPBasicAuth(given.client_id, given.client_secret),
            timeout=TIMEOUT,
        )
    except OAuth2Error as error:
        raise Refused(str(error)) from None
    use(session, given)


def requests_oauthlib_body(given: argparse.Namespace) -> None:
    """The same with credentials in the body, and with two scopes."""
    from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
    from requests_oauthlib import OAuth2Session

    scope = ["status.read", "reports.read"]
    session = OAuth2Session(client=BackendApplicationClient(client_id=given.client_id, scope=scope))
    try:
        session.fetch_token(
            token_url=f"{given.url}/oauth2/token",
            client_secret=given.client_secret,
            include_client_id=True,
            timeout=TIMEOUT,
        )
    except OAuth2Error as error:
        raise Refused(str(error)) from None
    use(session, given)


def authlib(given: argparse.Namespace, method: str, scope: str | None) -> None:
    """Authlib's OAuth2Session, for requests."""
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.requests_client import OAuth2Session

    session = OAuth2Session(given.client_id, given.client_secret, scope=scope, token_endpoint_auth_method=method)
    try:
        session.fetch_token(f"{given.url}/oauth2/token", grant_type="client_credentials", timeout=TIMEOUT)
    except AuthlibBaseError as error:
        raise Refused(str(error)) from None
    use(session, given)


CLIENTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "requests-oauthlib, client_secret_basic": requests_oauthlib_basic,
    "requests-oauthlib, client_secret_post": requests_oauthlib_body,
    "authlib, client_secret_basic": lambda given: authlib(given, "client_secret_basic", None),
    "authlib, client_secret_post": lambda given: authlib(given, "client_secret_post", "reports.read"),
}

if __name__ == "__main__":
    sys.exit(main())
