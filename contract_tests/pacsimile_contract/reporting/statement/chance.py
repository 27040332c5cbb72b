"""Takes out of a sentence what differs by chance: two runs that find the same say the same in a statement.

Identifiers, instants, durations and salted hashes are of one run alone. Each becomes its kind and a number, in the
order in which the sentence has them: `expected order 1; got order 2`. The reports of the run have them as they were.
"""

import re
from collections.abc import Iterable, Iterator

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange

_PARAMETERS = {"order_id": "order", "study_uid": "study", "organizationId": "organization"}
_BY_CHANCE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?)"
    r"|(?P<duration>\d+\.\d+(-\d+\.\d+)? m?s\b)"
    r"|(?P<redacted>\b(?P<redacted_kind>[a-z]+):[0-9a-f]{12}\b)"
    r"|(?P<elided><\w+ of \d+ characters, (?P<hash>[0-9a-f]{12})>)"
    r"|(?P<world>/w/[0-9a-f]{8}\b)"
    r"|(?P<word>\w[\w.-]*\w)"
)
"""What looks like chance: the named group says what of. A word may be an identifier of the run, or have one in it."""
_ID = re.compile(
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<![0-9a-z])(?=[a-f]*\d)[0-9a-f]{12,}(?![0-9a-z])|\b\d+(\.\d+){5,}\b"
)
"""A UUID, hexadecimal digits, or a UID."""
_DRAWN = re.compile(r"(?=.*\d).{6,}", re.DOTALL)
"""An identifier that a run may have drawn: others, such as `org-a`, are words that stay."""


class Chance:
    """Knows the identifiers of a run."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._kinds = {text: kind for kind, text in _identifiers(exchanges) if _DRAWN.fullmatch(text)}

    def out_of(self, sentence: str) -> str:
        """Return a sentence with each value of chance as its kind and a number, alike where the values are."""
        numbers: dict[str, dict[str, int]] = {}

        def numbered(kind: str, text: str) -> str:
            of_kind = numbers.setdefault(kind, {})
            return f"{kind} {of_kind.setdefault(text, len(of_kind) + 1)}"

        def replaced(match: re.Match[str]) -> str:
            text = match[0]
            if match["redacted"]:
                return numbered(match["redacted_kind"], text)
            if match["elided"]:
                return text.replace(match["hash"], numbered("text", match["hash"]))
            if match["world"]:
                return ""
            if match["word"]:
                known = self._kinds.get(text)
                return _ID.sub(lambda part: numbered("id", part[0]), text) if known is None else numbered(known, text)
            return numbered("time" if match["time"] else "duration", text)

        return _BY_CHANCE.sub(replaced, sentence)


def _identifiers(exchanges: Iterable[Exchange]) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of what was asked for, and of what answers named."""
    for exchange in exchanges:
        yield from ((kind, exchange.given[name]) for name, kind in _PARAMETERS.items() if name in exchange.given)
        yield from facts.identifiers(exchange.json)


_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_LONGEST = 400


def first_sentence(note: str) -> str:
    """Return the first sentence of a finding's first line, in at most 400 characters."""
    line = note.strip().partition("\n")[0]
    sentence = _SENTENCE_ENDS.split(line, maxsplit=1)[0]
    return sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST - 1]}…"
