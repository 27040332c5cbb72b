"""Before an acknowledgement on an existing organization: the listing that it acknowledges is saved, and it is told."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract.errors import Forbidden
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.files import private_folder, write_private

BeforeAcknowledging = Callable[[str, int | None, str], None]
"""(organization, number of reports to be marked at most, None for unknown; file that holds them)."""


class SavedListings:
    """Remembers what each client listed last, as the service does (BATCH-5), and saves it before it is acknowledged."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._listed: dict[tuple[str | None, str], Exchange] = {}
        self._saved = 0
        self.announce: BeforeAcknowledging = lambda organization, count, file: None

    def remember(self, exchange: Exchange) -> None:
        """Remember a listing that was answered 200."""
        if exchange.operation == "listReports" and exchange.status == 200:
            self._listed[_key(exchange.request)] = exchange

    def before(self, request: Request) -> None:
        """Save what the request marks, and tell; Forbidden where there is no folder to save it in."""
        if self._folder is None:
            raise Forbidden(
                "an acknowledgement of an existing organization saves its listing first: needs --report DIR"
            )
        organization, listed = _key(request)[1], self._listed.get(_key(request))
        self._saved += 1
        name = f"acknowledged-{self._saved}.json"
        saved = {
            "organization_id": organization,
            "request": {"url": request.url, "body": None if request.body is None else request.body.decode()},
            "last_listing": None if listed is None else listed.json,
        }
        write_private(private_folder(self._folder) / name, json.dumps(saved, indent=1, ensure_ascii=False) + "\n")
        self.announce(organization, _amount(request, listed), f"private/{name}")


def _key(request: Request) -> tuple[str | None, str]:
    pairs = dict(parse_qsl(urlsplit(request.url).query))
    return request.client, pairs.get("organizationId", "")


def _amount(request: Request, listed: Exchange | None) -> int | None:
    if request.body is not None:
        document = json.loads(request.body)
        return len(document.get("report_ids", ())) if isinstance(document, dict) else None
    reports = listed.json.get("reports") if listed is not None and isinstance(listed.json, dict) else None
    return len(reports) if isinstance(reports, list) else None
