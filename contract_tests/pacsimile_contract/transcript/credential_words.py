"""Write the Authorization headers of a request as curl arguments without secrets. A stored run keeps only these."""

import re
import shlex

from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.redaction.credentials import prefix_of_name
from pacsimile_contract.redaction.own_words import is_ours
from pacsimile_contract.redaction.redactor import Redactor

HIDDEN = "$HIDDEN"
"""What is stored in the place of a header that is never shown."""
CredentialWords = tuple[str, tuple[str, ...]]
"""A header as words of curl, and the shell lines that make its credentials."""
_BEARER = re.compile(r'\$(\w*TOKEN)"$')
_WHAT = {"FORGED_TOKEN": "one that was changed", "INVENTED_TOKEN": "one that was given to nobody"}
"""What tokens are whose lines make them without a remark."""
_UNKNOWN = "unknown: an earlier version stored this run without it"
_UNREADABLE = "what is no bearer token and no Basic credentials that can be read"


def credential_words(exchange: Exchange, redactor: Redactor) -> tuple[CredentialWords, ...]:
    """Return the words of each Authorization header, in order; of a replayed exchange, those that were stored."""
    if exchange.credential_words is not None:
        return exchange.credential_words
    headers = exchange.sent.headers
    return tuple(_words(name, value, redactor) for name, value in headers if name.lower() == "authorization")


def unusual_token(exchange: Exchange, redactor: Redactor) -> str:
    """Say which token a request carried, as `$EXPIRED_TOKEN, one that …`; empty if it is the client's usual one."""
    usual = f"{prefix_of_name(exchange.request.client)}TOKEN"
    for words, lines in credential_words(exchange, redactor):
        name = _BEARER.search(words)
        if name is None or not lines or name[1] in ("TOKEN", usual):
            continue
        remarks = (line.removeprefix(f"# {name[1]}: ") for line in lines if line.startswith(f"# {name[1]}: "))
        what = next(remarks, _WHAT.get(name[1], ""))
        return f"${name[1]}" + (f", {what}" if what else "")
    return ""


def _words(name: str, value: str, redactor: Redactor) -> CredentialWords:
    sent = authorization.read(value)
    if value.endswith(HIDDEN):
        return _variable(name, _UNKNOWN)
    if sent.kind == "bearer" and sent.credentials:
        token = redactor.token(sent.credentials)
        return f'-H "{name}: {sent.scheme} ${token.name}"', token.lines
    pair = redactor.credentials.basic(sent.basic)
    if pair is not None:
        return f'-u "${pair[0].name}:${pair[1].name}"', (*pair[0].lines, *pair[1].lines)
    if is_ours(value):
        return f"-H {shlex.quote(f'{name}: {value}')}", ()
    return _variable(name, _UNREADABLE)


def _variable(name: str, what: str) -> CredentialWords:
    return f'-H "{name}: $AUTHORIZATION"', (f"# AUTHORIZATION: {what}",)
