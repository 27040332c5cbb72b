"""Where the operator looks when a path is not there: the address, or the dialect that spells the path."""

from pacsimile_contract.dialects.file_lines import line_of_key
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.target.model import Target
from pacsimile_spec.given_documents import compose


def asked_address(exchange: Exchange) -> str:
    """Return the address that was asked, as the service's dialect spells it, without its query."""
    return exchange.sent.url.partition("?")[0]


def credentials_question(target: Target) -> str:
    """Return the question about the dialect that follows a refusal of the client; nothing if no line can be wrong."""
    given = target.dialect
    if given is None:
        return ""
    line = line_of_key(compose(given.text), ("token", "credentials"))
    where = given.file if line is None else f"{given.file}:{line}"
    return f". Is `token: {{credentials: {given.dialect.credentials}}}` of the dialect right ({where})?"


def path_question(target: Target, operation: str, key: str, added: str) -> str:
    """Return the question that follows an answer by which a path seems not to be there.

    Args:
        target: what the operator described.
        operation: the operation that was asked.
        key: the key of the target file that holds the address.
        added: what is said of the paths that are added to this address, if no dialect has others.
    """
    given = target.dialect
    if given is None:
        return f"is {key} right? ({added}) If the service has other paths, `pacsimile learn` proposes a dialect"
    line = line_of_key(compose(given.text), ("paths", operation))
    where = given.file if line is None else f"{given.file}:{line}"
    return f"is {key} right, and `paths: {{{operation}: ...}}` of the dialect ({where})?"
