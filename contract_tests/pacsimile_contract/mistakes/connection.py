"""`proxy` and `tls: {ca}`: whether a call reaches the service at all."""

from pacsimile_contract.errors import OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.target.model import Target
from pacsimile_spec.certificate_trust import is_unknown_authority

NOT_LET_THROUGH = ("the proxy answers 401", "the proxy answers 403", "the proxy answers 407")


def check_connection(target: Target, line: str, asked: Exchange) -> None:
    """Raise OperatorsMistake with `line` where the proxy refuses, or where the certificate's authority is unknown.

    With a proxy, a refused connection is the proxy's refusal. An expired certificate, or that of another host, is the
    service's fault.
    """
    failure = asked.failure or ""
    closed = failure == "refused" or failure.startswith(("unreachable", *NOT_LET_THROUGH))
    if target.proxy is not None and closed:
        raise OperatorsMistake(line)
    if failure.startswith("TLS: ") and is_unknown_authority(failure):
        raise OperatorsMistake(line)
