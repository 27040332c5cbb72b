"""Makes a `curl` command that repeats a call, where the journal shows the call whole."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from pacsimile_mock.journal.call_line import query_of
from pacsimile_mock.journal.secrets import HIDDEN
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS

CHANGED = re.compile(r"\\[xuU][0-9a-f]|\.\.\.$|#[0-9a-f]{12}|" + re.escape(HIDDEN))
"""Matches what the journal writes for a value that it does not show as it came: escaped, cut, hashed or secret."""
REPEATED = re.compile(r" \([0-9]+\)$")
"""Matches what the journal adds to a name that came more than once."""


def curl_of(entry: Mapping[str, Any], address: str) -> str | None:
    """Return a command that repeats a call; None for one that changes something, or that is not shown whole.

    Args:
        entry: an entry as the control API shows it.
        address: the base URL of the world.
    """
    if entry["method"] not in ("GET", "HEAD"):
        return None
    query = query_of(entry)
    if any(CHANGED.search(text) for text in (entry["path"], *(part for pair in query for part in pair))):
        return None
    target = address + quote(entry["path"], safe="/:@!$'()*+,;=~")
    target += (
        f"?{urlencode([(REPEATED.sub('', name), value) for name, value in query], quote_via=quote)}" if query else ""
    )
    head = " --head" if entry["method"] == "HEAD" else ""
    return f"curl -i{head} {_credentials(entry)} {shlex.quote(target)}"


def _credentials(entry: Mapping[str, Any]) -> str:
    """Return the option that authenticates: as a client for a token, with a token for all else."""
    if entry["operation"] not in CREDENTIAL_OPERATIONS:
        return '-H "Authorization: Bearer $TOKEN"'
    client_id = entry["client_id"] or entry["claimed_client_id"] or "CLIENT"
    return f'-u {shlex.quote(client_id)}:"$SECRET"'
