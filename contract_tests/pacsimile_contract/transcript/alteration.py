"""Tells whether redaction changes part of a value, so that the stored value is not what was said.

If an identifier is a whole value, a stored run has a stand-in of the same form for it (`runner/stored_run.py`). If it
is part of something longer, such as a short number in a UID or a date, nothing can stand in for it.
"""

import json
from collections.abc import Mapping
from typing import Any

from pacsimile_contract.evidence.exchange import Exchange, Headers
from pacsimile_contract.facts.identifier_members import IDENTIFIER_MEMBERS
from pacsimile_contract.findings.story import Story
from pacsimile_contract.provenance import unmarked
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.transcript.sent import body_of, url_of

_NAMES = frozenset({"x-order-id", "x-report-id"})
"""Headers whose whole value is an identifier."""


def alters_exchange(exchange: Exchange, stored_body: Mapping[str, Any], redactor: Redactor, *, is_token: bool) -> bool:
    """Tell whether a stored request or its answer has an identifier replaced inside something longer.

    Args:
        exchange: what is stored.
        stored_body: the answer's body as `recorded.body` returns it. If it is not stored as text, nothing is altered.
        redactor: what replaces identifiers.
        is_token: whether the answer may have a token, which is looked for in its members instead of its text.
    """
    request, answer = exchange.sent, exchange.received
    if any(redactor.hits(value) for name, value in request.given.items() if name not in IDENTIFIER_MEMBERS):
        return True
    sent = [url_of(request), *request.given.values(), *(value for _, value in request.headers)]
    if any(_cuts_a_word(text, redactor) for text in (*sent, body_of(request) if request.body else "")):
        return True
    if answer is None:
        return False
    if _alters_headers(answer.headers, redactor):
        return True
    if is_token:
        return alters_values(exchange.json, redactor)
    stored = stored_body.get("text")
    return stored is not None and stored.encode() != answer.body


def _alters_headers(headers: Headers, redactor: Redactor) -> bool:
    """Whether a name has something replaced, or a value that is not the whole name of an order or a report."""
    return any(
        redactor.hits(name) or (_is_cut(value, redactor) if name.lower() in _NAMES else redactor.hits(value))
        for name, value in headers
    )


def alters_story(story: Story, redactor: Redactor) -> bool:
    """Tell whether a stored story has an identifier replaced in a label, or inside one of its values."""
    labels = {*story.values, *(step.label for step in story.steps)}
    changed = any(redactor.redact_own_text(label) != unmarked(label) for label in labels)
    return changed or alters_values(story.values, redactor)


def alters_values(value: Any, redactor: Redactor, name: str = "") -> bool:
    """Tell whether redaction replaces anything in a JSON value but a whole identifier.

    `name` is the member that holds the value. A `scope` is a list of words, and each may be replaced as a whole.
    """
    match value:
        case Mapping():
            return any(
                redactor.hits(str(key)) or alters_values(member, redactor, str(key)) for key, member in value.items()
            )
        case list() | tuple():
            return any(alters_values(member, redactor, name) for member in value)
        case str():
            if name in IDENTIFIER_MEMBERS or name == "scope":
                return any(_is_cut(word, redactor) for word in (value.split(" ") if name == "scope" else [value]))
            return bool(redactor.hits(value))
        case int() | float() if not isinstance(value, bool):
            return bool(redactor.hits(json.dumps(value)))
    return False


def _is_cut(text: str, redactor: Redactor) -> bool:
    """Tell whether redaction replaces part of a text, not the whole."""
    return any(hit.word != text for hit in redactor.hits(text))


def _cuts_a_word(text: str, redactor: Redactor) -> bool:
    """Tell whether redaction replaces something in a text beside a letter or a digit."""
    around = (text[max(hit.start - 1, 0) : hit.start] + text[hit.end : hit.end + 1] for hit in redactor.hits(text))
    return any(any(map(str.isalnum, beside)) for beside in around)
