"""What credentials a request carried, by name: those that were given, and those that were made wrong on purpose.

None of them may be written down. So that a call can be repeated all the same, each has the name of a shell variable,
and where it is not the ordinary one, a line that makes it, or says what it is.
"""

import json
import re
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from pacsimile_contract.evidence.authorization import Basic
from pacsimile_contract.redaction.derivations import OTHER_TEXT, derivation, is_key_confusion
from pacsimile_contract.target.model import STATE_CLIENT, Client

PRIMARY = "primary"
_READS_IT = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])'"
ASKED = '{name}=$(curl -s -u "${client}:${secret}" {url} | ' + _READS_IT + ")"


@dataclass(frozen=True, slots=True)
class ShellVariable:
    """A variable without its dollar, and the lines that set it: shell, or a remark. None for the ordinary ones."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass
class Credentials:
    """The clients and tokens that a run was given. Anything else was derived from them or invented."""

    token_url: str = ""
    states_url: str = ""
    _clients: dict[str, Client] = field(default_factory=dict)
    _tokens: dict[str, ShellVariable] = field(default_factory=dict)

    def add_client(self, client: Client) -> None:
        """Know a client of the target file, or one that a state made."""
        self._clients.setdefault(client.client_id, client)

    def add_token(self, token: str, client: Client | None, scope: str | None = None) -> ShellVariable:
        """Know a token that was given to a client, for these scopes alone where it asked for them."""
        prefix = "" if client is None else prefix_of(client)
        narrow = "" if scope is None else re.sub("[^A-Z]+", "_", scope.upper()).strip("_") + "_"
        name = f"{prefix}{narrow}TOKEN"
        asked = "?grant_type=client_credentials" + ("" if scope is None else f"&scope={scope.replace(' ', '%20')}")
        line = ASKED.format(
            name=name, client=f"{prefix}CLIENT", secret=f"{prefix}SECRET", url=f"'{self.token_url}{asked}'"
        )
        return self._tokens.setdefault(token, ShellVariable(name, () if name == "TOKEN" else (line,)))

    def add_made(self, token: str, state: str, params: Mapping[str, object]) -> ShellVariable:
        """Know a token that a state made: an expired one, or one that says what the service signs for nobody."""
        if state not in ("expired_token", "token_with"):
            return self._tokens.setdefault(token, ShellVariable("TOKEN"))
        name, what = ("EXPIRED_TOKEN", "one that expired before it was used")
        if state == "token_with":
            said = "; ".join(f"{part} {_spelt(values)}" for part, values in params.items())
            name, what = "SIGNED_TOKEN", f"one that the service's own key signed, with {said or 'nothing changed'}"
        lines = [f"# {name}: {what}", *self._made_again(name, state, params)]
        return self._tokens.setdefault(token, ShellVariable(name, tuple(lines)))

    def _made_again(self, name: str, state: str, params: Mapping[str, object]) -> list[str]:
        if not self.states_url:
            return []
        body = shlex.quote(json.dumps({"state": state, "params": params, "action": "setup"}))
        call = f'curl -s -H "Authorization: Bearer $STATES_TOKEN" -H "Content-Type: application/json" -d {body}'
        return [f"{name}=$({call} {shlex.quote(self.states_url)} | {_READS_IT})"]

    def knows(self, token: str) -> bool:
        """Whether a token was given in this run."""
        return token in self._tokens

    def token(self, token: str) -> ShellVariable:
        """Return what a token is called: a given one, one forged of it, or one made up."""
        if token in self._tokens:
            return self._tokens[token]
        for given, named in reversed(list(self._tokens.items())):
            if is_key_confusion(given, token):
                what = f"the claims of ${named.name} under alg HS256, keyed with the public key (its PEM, JWK or DER)"
                return ShellVariable("FORGED_TOKEN", (*named.lines, f"# FORGED_TOKEN: {what}"))
            if (made := derivation(given, token, named.name)) is not None:
                return ShellVariable("FORGED_TOKEN", (*named.lines, f"FORGED_TOKEN={made}"))
        made_up = (
            f"INVENTED_TOKEN=$(python3 -c 'import secrets; print(secrets.token_hex({len(token)})[:{len(token)}])')"
        )
        return ShellVariable("INVENTED_TOKEN", (made_up,))

    def basic(self, sent: Basic | None) -> tuple[ShellVariable, ShellVariable] | None:
        """Return what client id and secret of HTTP Basic are called; None where they cannot be read exactly."""
        if sent is None or not sent.exact:
            return None
        client_id, secret = sent.client_id, sent.secret
        client = self._clients.get(client_id)
        if client is None:
            return _unknown_client(), self._secret_of_anybody(secret)
        prefix = prefix_of(client)
        if secret == client.client_secret:
            return ShellVariable(f"{prefix}CLIENT"), ShellVariable(f"{prefix}SECRET")
        made = derivation(client.client_secret, secret, f"{prefix}SECRET") or OTHER_TEXT.format(name=f"{prefix}SECRET")
        return ShellVariable(f"{prefix}CLIENT"), ShellVariable("WRONG_SECRET", (f"WRONG_SECRET={made}",))

    def _secret_of_anybody(self, secret: str) -> ShellVariable:
        owner = next((client for client in self._clients.values() if client.client_secret == secret), None)
        if owner is not None:
            return ShellVariable(f"{prefix_of(owner)}SECRET")
        return ShellVariable("WRONG_SECRET", (f"WRONG_SECRET={OTHER_TEXT.format(name='SECRET')}",))


def _unknown_client() -> ShellVariable:
    return ShellVariable("UNKNOWN_CLIENT", (f"UNKNOWN_CLIENT={OTHER_TEXT.format(name='CLIENT')}",))


def prefix_of(client: Client) -> str:
    """Return how the variables of a client begin: those of the primary one, and of a state's, have no name before."""
    return "" if client.owned else prefix_of_name(client.name)


def prefix_of_name(name: str | None) -> str:
    """Return the same for a name: of the target file, of a proxy's traffic, of a state's client, or None for nobody."""
    if name is None or name == PRIMARY or name.startswith(STATE_CLIENT):
        return ""
    return re.sub(r"\W", "_", name).upper() + "_"


def _spelt(values: object) -> str:
    if isinstance(values, Mapping):
        return ", ".join(f"{name} {value}{_in_utc(name, value)}" for name, value in values.items())
    return " ".join(map(str, values)) if isinstance(values, list | tuple) else str(values)


def _in_utc(claim: object, value: object) -> str:
    """Return the seconds of a time claim as a time too; empty for other claims, and for what is no time until 9999."""
    if claim in _TIME_CLAIMS and isinstance(value, int | float) and 0 <= value < _YEAR_10000:
        return time.strftime(" (%Y-%m-%dT%H:%M:%SZ)", time.gmtime(value))
    return ""


_TIME_CLAIMS = ("exp", "nbf", "iat")
_YEAR_10000 = 253402300800
"""Its first second."""
