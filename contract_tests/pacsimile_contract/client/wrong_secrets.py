"""How many wrong secrets of a configured client may leave: services lock clients out (`probes: wrong_secrets`)."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from pacsimile_contract.errors import Forbidden
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Request
from pacsimile_contract.target.model import Client


class WrongSecrets:
    """Counts token requests that name an existing client with another secret than its own."""

    def __init__(self, most: int) -> None:
        self._most = self._left = most

    def check(self, request: Request, clients: Mapping[str, Client]) -> None:
        """Count the request; Forbidden where no wrong secret may be tried any more."""
        wrong = [
            client
            for name, secret in _credentials(request)
            if (client := clients.get(name)) is not None and not client.owned and secret != client.client_secret
        ]
        if not wrong:
            return
        if self._left < 1:
            raise Forbidden(
                f"no more wrong secrets of a configured client than `probes: {{wrong_secrets: {self._most}}}`"
            )
        self._left -= 1


def _credentials(request: Request) -> list[tuple[str, str]]:
    """Return each (client id, secret) that a request carries: by Basic, in a form, in its query."""
    basic = [authority.basic for authority in authorization.sent_by(request)]
    credentials = [(unquote(pair.client_id), pair.secret) for pair in basic if pair]
    pairs = [urlsplit(request.url).query, (request.body or b"").decode("utf-8", "replace")]
    for text in pairs:
        form = dict(parse_qsl(text, keep_blank_values=True))
        if "client_id" in form and "client_secret" in form:
            credentials.append((form["client_id"], form["client_secret"]))
    return credentials
