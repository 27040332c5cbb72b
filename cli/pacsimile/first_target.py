"""`pacsimile verify --init URL`: write a first target file with comments, after a few harmless calls."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from pacsimile_contract.client.transport import Transport
from pacsimile_contract.errors import CannotTell, NotExercised, UsageError
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.evidence.history import History
from pacsimile_contract.target.model import PLACEHOLDERS, Client, Limits, Target, is_loopback
from pacsimile_spec.addresses import fault_of_base
from pacsimile_spec.plain import one_line

METADATA = "/.well-known/oauth-authorization-server"
PLACES = ("/oauth2", "/oauth", "/auth")
"""Where to look for the token endpoint below the service if its metadata does not name it."""

OWN_CLIENT = """\
# Listing is not harmless: what this client listed last, its next POST /reports without a body acknowledges. Where
# another program uses the same client, that would be reports which it never saw. Get a client of your own for these
# tests, with its own id and secret{own}
"""

OTHER_CLIENTS = """\
  # other_org: {id: OTHER_ID, secret: OTHER_SECRET, organization_id: other-organization}  # opens the isolation checks
  # same_org: {id: SECOND_ID, secret: SECOND_SECRET}                         # a second one: BATCH-9
  # status_only: {id: STATUS_ID, secret: STATUS_SECRET}                      # status.read alone: AUTH-6
  # ingest_only: {id: INGEST_ID, secret: INGEST_SECRET}                      # ingest.write alone: AUTH-16
"""


def write(url: str) -> int:
    """Write the file to standard output. Only GETs without credentials are sent.

    Raises:
        UsageError: nothing answers at `url`.
    """
    base = url.rstrip("/")
    fault = fault_of_base(url)
    if fault:
        raise UsageError(f"URL: {fault}")
    nobody = {"primary": Client("primary", "", "")}
    target = Target(base, base + "/oauth2", nobody, limits=Limits(timeout=10.0, max_time=60.0), plain_http_allowed=True)
    transport = Transport(target, History(), "init")
    try:
        service = _Service(transport, base)
    finally:
        transport.close()
    click.echo("".join(_lines(service, shared=_is_shared())), nl=False)
    return 0


class _Service:
    """What can be seen of a service without a token."""

    def __init__(self, transport: Transport, base: str) -> None:
        self.base, self._transport = base, transport
        self.status = self._get("/status?order_id=pacsimile-nobodys-order")
        if self.status.answer is None:
            raise UsageError(f"{base}: no answer ({self.status.failure}); is this its address?")
        self.oauth2_endpoint, self.why = self._endpoint()

    def _get(self, path: str) -> Exchange:
        try:
            return self._transport.send(Request("GET", self.base + path))
        except (NotExercised, CannotTell) as error:
            raise UsageError(f"{self.base}: {error}") from None

    def _endpoint(self) -> tuple[str, str]:
        for path in (METADATA, *(f"{place}{METADATA}" for place in PLACES)):
            document = self._get(path).json
            named = document.get("token_endpoint") if isinstance(document, dict) else None
            if isinstance(named, str) and named.endswith("/token") and one_line(named) == named:
                return named.removesuffix("/token"), f"{path} names {named}"
        for place in PLACES:
            asked = self._get(f"{place}/token")
            document = asked.json
            if asked.status in (400, 401) and isinstance(document, dict) and "error" in document:
                return self.base + place, f"{place}/token answers {asked.status} as RFC 6749 has it"
        return self.base + PLACES[0], "a guess: nothing like a token endpoint was found; /token is added to it"


def _is_shared() -> bool | None:
    """Ask whether another program uses the client. Return None if nobody is there to answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    shared = click.confirm("Does another program use the client whose id and secret you will give?", err=True)
    if shared:
        click.echo("Then get one of your own for these tests: listing with theirs may lose them reports.", err=True)
    return shared


def _lines(service: _Service, *, shared: bool | None) -> Iterator[str]:
    status = service.status
    yield "# Where the service is, who asks, and what is allowed. Secrets stay in the environment.\n"
    yield f"# /status without a token: {one_line(str(status))}\n"
    yield f"base_url: {service.base}\n# {one_line(service.why)}\noauth2_endpoint: {service.oauth2_endpoint}\n"
    yield "profile: documented            # or strict: what an API's description leaves open is judged too\n"
    yield f"organization_id: {PLACEHOLDERS[0]}   # write that of the primary client here\n"
    yield "clients:                       # names of environment variables\n"
    yield "  primary: {id: STAGING_ID, secret: STAGING_SECRET}\n"
    yield OTHER_CLIENTS
    yield "# headers: {x-api-key: STAGING_KEY}\n"
    if service.base.startswith("http://") and not is_loopback(service.base):
        yield "# The address is plain HTTP: no secret is sent before you say why that is right.\n"
        yield '# plain_http: {allowed: true, reason: "container on this runner"}\n'
    yield from _words(shared, loopback=is_loopback(service.base))
    yield "# states: {url: https://api.staging.example/states, token: STATES_TOKEN}   # judges everything\n"


def _words(shared: bool | None, *, loopback: bool) -> Iterator[str]:
    yield OWN_CLIENT.format(own="." if shared is not False else ": you said that nobody else uses this one.")
    yield "listing: {allowed: true}\n" if shared is False else "# listing: {allowed: true}     # once it is your own\n"
    yield "# Acknowledging is for good. It takes this and --allow-acknowledge ORGANIZATION. `allowed: false` says\n"
    yield "# that these requirements are not judged.\n"
    yield "acknowledge: {allowed: false}\n"
    if not loopback:  # on this machine, nobody else has to wait, and no account is locked
        yield "limits: {rate: 5/s, token_rate: 5/m, timeout: 10s, max_requests: 3000, max_time: 15m}   # try --plan\n"
        yield "probes: {wrong_secrets: 1, forged_tokens: true, hostile_input: false}\n"
    yield "# operations: {getGroupReport: false}   # what the service does not have is N/A\n"
    yield "exclusive: false               # true: nobody else acknowledges in this organization meanwhile\n"
