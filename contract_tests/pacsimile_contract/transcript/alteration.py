"""Whether redaction changed a part of what an exchange says, so that what is stored of it cannot be judged there.

A real identifier that is a whole value has a stand-in of its own form in a stored run (`runner/stored_run.py`). One
that is a part of something longer, as a short number is of a UID or a date, leaves something that nobody said.
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


def alters_exchange(exchange: Exchange, stored_body: Mapping[str, Any], redactor: Redactor, *, is_token: bool) -> bool:
    """Whether what is stored of a request, or of its answer, has an identifier replaced inside something longer.

    `stored_body` is as `recorded.body` returns it: of a body that is not stored as a text nothing is altered.
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
    return any(redactor.hits(name) or _is_cut(value, redactor) for name, value in headers)


def alters_story(story: Story, redactor: Redactor) -> bool:
    """Whether what is stored of a story has an identifier replaced in a label, or inside a value that it knew."""
    labels = {*story.values, *(step.label for step in story.steps)}
    changed = any(redactor.redact_own_text(label) != unmarked(label) for label in labels)
    return changed or alters_values(story.values, redactor)


def alters_values(value: Any, redactor: Redactor, name: str = "") -> bool:
    """Whether a JSON value has an identifier that redaction replaces, and that is not the whole of a text."""
    match value:
        case Mapping():
            return any(
                redactor.hits(str(key)) or alters_values(member, redactor, str(key)) for key, member in value.items()
            )
        case list() | tuple():
            return any(alters_values(member, redactor, name) for member in value)
        case str():
            return any(_is_cut(word, redactor) for word in (value.split(" ") if name == "scope" else [value]))
        case int() | float() if not isinstance(value, bool):
            return bool(redactor.hits(json.dumps(value)))
    return False


def _is_cut(text: str, redactor: Redactor) -> bool:
    """Whether something is replaced in a text that is not the whole of it."""
    return any(hit.word != text for hit in redactor.hits(text))


def _cuts_a_word(text: str, redactor: Redactor) -> bool:
    """Whether something is replaced in a text that stands between letters or digits."""
    around = (text[max(hit.start - 1, 0) : hit.start] + text[hit.end : hit.end + 1] for hit in redactor.hits(text))
    return any(any(map(str.isalnum, beside)) for beside in around)
