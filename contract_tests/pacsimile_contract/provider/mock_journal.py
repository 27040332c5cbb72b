"""The audit log of a mock's world, over its control API (SEC-6)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pacsimile_contract.client.transport import Transport
from pacsimile_contract.errors import CannotTell
from pacsimile_contract.evidence.bounds import read_json

MOST_PAGES = 100


def read_journal(transport: Transport, url: str) -> Sequence[Mapping[str, Any]]:
    """Return every record of the journal, oldest first.

    Raises:
        CannotTell: the journal cannot be read to its end.
    """
    records: list[Mapping[str, Any]] = []
    after = ""
    for _ in range(MOST_PAGES):
        page = _page(transport, f"{url}?limit=1000{after}")
        records += page["entries"]
        if page.get("next") is None:
            return records
        after = f"&after={quote(str(page['next']), safe='')}"
    raise CannotTell("the journal has no last page")


def _page(transport: Transport, url: str) -> Mapping[str, Any]:
    answer = transport.call_state_url("GET", url, None, transport.target.states.token, 30.0)
    try:
        page = read_json(answer.body)
        if answer.status == 200 and isinstance(page["entries"], list):
            return dict(page)
    except (ValueError, KeyError, TypeError):
        pass
    raise CannotTell(f"the mock's journal answered {answer.status}")
