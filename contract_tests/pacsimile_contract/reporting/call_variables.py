"""Say how to set the variables of the reports' `curl` commands: from the target file, the environment, a state URL."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from pacsimile_contract.dialects.vocabulary import API_SCOPES
from pacsimile_contract.provenance import as_value
from pacsimile_contract.redaction.credentials import PRIMARY, prefix_of_name
from pacsimile_contract.reporting.failure import failure
from pacsimile_contract.reporting.presentation import sort_failures
from pacsimile_contract.reporting.rationale import Rationale
from pacsimile_contract.reporting.repetition import repeating_command
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.target.model import STATE_CLIENT, Client

_MEMBER = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"{}\"])'"
_FROM_ENVIRONMENT = "# Set {} to what {} in the target file takes from the environment."
_IDENTIFIERS = ". private/identifiers.env   # the values of variables such as $ORDER_1"


@dataclass(frozen=True, slots=True)
class Settings:
    """The shell lines that set the variables of some calls; `calls` says of which."""

    calls: str
    lines: tuple[str, ...]

    @property
    def commands(self) -> str:
        """The lines as a text to copy."""
        return "\n".join(self.lines)


def call_variables(done: RunFinished) -> list[Settings]:
    """Return for each kind of client how to set the variables of its calls.

    Clients of a world that was made for the run ended with it: a command makes such calls again.
    """
    if done.target.world_of_its_own:
        why = "Any call: the run's own world, with its clients, was deleted at its end. This makes the calls in another"
        return [Settings(why, (repeating_command(done),))]
    callers = {exchange.request.client for exchange in done.exchanges}
    in_file = [client for client in done.target.clients.values() if client.name in (*callers, PRIMARY)]
    in_traffic = [name for name in sorted(filter(None, callers)) if _is_of_traffic(name, done)]
    settings = [_settings_for_file_client(client, done) for client in in_file]
    settings += map(_settings_for_traffic_client, in_traffic)
    if any(name and name.startswith(STATE_CLIENT) for name in callers):
        settings.append(_settings_for_state_client(done))
    return settings


def _settings_for_file_client(client: Client, done: RunFinished) -> Settings:
    """Return how to set the variables of a client of the target file, by the environment variables named there."""
    prefix, key = prefix_of_name(client.name), f"clients.{client.name}"
    if client.id_from:
        lines = [f"{prefix}CLIENT=${client.id_from}", f"{prefix}SECRET=${client.secret_from}"]
    else:
        lines = [_FROM_ENVIRONMENT.format(f"{prefix}CLIENT and {prefix}SECRET", key)]
    return Settings(f"A call by {client.name}, which is {key} in the target file", (*lines, *_last_lines(prefix, done)))


def _last_lines(prefix: str, done: RunFinished) -> Iterator[str]:
    if done.redactor.variables():
        yield _IDENTIFIERS
    yield f"{prefix}TOKEN=$({_curl_of_token(prefix, done)} | {_MEMBER.format('access_token')})"


def _curl_of_token(prefix: str, done: RunFinished) -> str:
    urls = (exchange.sent.url for exchange in done.exchanges if exchange.operation == "getToken")
    endpoint = next(urls, f"{done.target.oauth2_endpoint}/token").partition("?")[0]
    return f"""curl -s -u "${prefix}CLIENT:${prefix}SECRET" '{endpoint}?grant_type=client_credentials'"""


def _is_of_traffic(name: str, done: RunFinished) -> bool:
    """Tell whether a client is one that only the traffic of a proxy showed."""
    return name not in done.target.clients and not name.startswith(STATE_CLIENT)


def _settings_for_traffic_client(name: str) -> Settings:
    prefix = prefix_of_name(name)
    return Settings(
        f"A call by {name}, which is not in the target file",
        (f"# Set {prefix}CLIENT and {prefix}SECRET to the id and secret that your program sent.",),
    )


def _organization(done: RunFinished) -> str:
    """Return the organization of the state URL's client that the first failure is about, or else that called first."""
    rationale = Rationale(done)
    evidence = (failure(judgement, done, rationale).evidence for judgement in sort_failures(done.judgements))
    failed = [proof.exchange for proof in evidence if proof is not None and proof.exchange is not None]
    names = (exchange.request.client or "" for exchange in (*failed, *done.exchanges))
    homes = (rationale.home(name) for name in names if name.startswith(STATE_CLIENT))
    home = next(filter(None, homes), None)
    return "..." if home is None else done.redactor.shell_word(as_value(home))


def _settings_for_state_client(done: RunFinished) -> Settings:
    """Return how to get another client of its organization: the secret of a state's client is kept nowhere."""
    calls = (
        f"A call by a client whose name begins with {STATE_CLIENT}: the state URL made it, and its secret is not kept. "
        "This gets another client of its organization"
    )
    states, identifiers = done.target.states, [_IDENTIFIERS] if done.redactor.variables() else []
    params = {"scopes": list(API_SCOPES), "organization_id": "ORGANIZATION"}
    body = shlex.quote(json.dumps({"state": "client_with_scopes", "params": params, "action": "setup"}))
    headers = '-H "Authorization: Bearer $STATES_TOKEN" -H "Content-Type: application/json"'
    token_by_hand = _FROM_ENVIRONMENT.format("STATES_TOKEN", "states.token")
    filled = body.replace('"ORGANIZATION"', '"\'"$ORGANIZATION"\'"')
    lines = (
        f"STATES_TOKEN=${states.token_from}" if states.token_from else token_by_hand,
        f"STATES_URL={shlex.quote(states.url)}" if states.url else "# Set STATES_URL to states.url of the target file.",
        *identifiers,
        f"ORGANIZATION={_organization(done)}   # the organization of the client that made the call",
        f'MADE=$(curl -s {headers} -d {filled} "$STATES_URL")',
        f'CLIENT=$(printf %s "$MADE" | {_MEMBER.format("client_id")})',
        f'SECRET=$(printf %s "$MADE" | {_MEMBER.format("client_secret")})',
        f"TOKEN=$({_curl_of_token('', done)} | {_MEMBER.format('access_token')})",
    )
    return Settings(calls, lines)
