"""`proxy` and `tls: {ca}`: what keeps a call from reaching the service at all."""

from pacsimile_contract.errors import OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.target.model import Target

NOT_LET_THROUGH = ("the proxy answers 401", "the proxy answers 403", "the proxy answers 407")
UNKNOWN_AUTHORITY = ("unable to get local issuer certificate", "self-signed certificate", "self signed certificate")


def check_connection(target: Target, line: str, asked: Exchange) -> None:
    """Raise OperatorsMistake with `line` where a token request found the proxy closed, or an authority unknown.

    Whoever connects by a proxy connects to it alone: what refuses the connection is the proxy. An expired certificate,
    or another host's, is the service's own.
    """
    failure = asked.failure or ""
    closed = failure == "refused" or failure.startswith(("unreachable", *NOT_LET_THROUGH))
    if target.proxy is not None and closed:
        raise OperatorsMistake(line)
    if failure.startswith("TLS: ") and any(one in failure for one in UNKNOWN_AUTHORITY):
        raise OperatorsMistake(line)
