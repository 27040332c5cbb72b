"""Replaces the values that only one run has, so that two runs with the same result make the same statement.

Such values are identifiers, times, durations and salted hashes. Each becomes its kind and a number, in the order of the
sentence: `expected order 1; got order 2`. The reports of the run keep the values.
"""

import re
from collections.abc import Iterable, Iterator

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange

_PARAMETERS = {"order_id": "order", "study_uid": "study", "organizationId": "organization"}
_VARIABLE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?)"
    r"|(?P<duration>\d+\.\d+(-\d+\.\d+)? m?s\b)"
    r"|(?P<redacted>\b(?P<redacted_kind>[a-z]+):[0-9a-f]{12}\b)"
    r"|(?P<elided><\w+ of \d+ characters, (?P<hash>[0-9a-f]{12})>)"
    r"|(?P<world>/w/[0-9a-f]{8}\b)"
    r"|(?P<word>\w[\w.-]*\w)"
)
"""What may differ from run to run; the named group says its kind. A word may be an identifier, or contain one."""
_ID = re.compile(
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<![0-9a-z])(?=[a-f]*\d)[0-9a-f]{12,}(?![0-9a-z])|\b\d+(\.\d+){5,}\b"
)
"""A UUID, hexadecimal digits, or a UID."""
_GENERATED = re.compile(r"(?=.*\d).{6,}", re.DOTALL)
"""An identifier that a run may have generated. Shorter ones and those without a digit, such as `org-a`, stay."""


class RunValues:
    """The identifiers of a run, and how sentences are written without them."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._kinds = {text: kind for kind, text in _identifiers(exchanges) if _GENERATED.fullmatch(text)}

    def replace_in(self, sentence: str) -> str:
        """Return a sentence with each value of the run as its kind and a number; equal values have equal numbers."""
        numbers: dict[str, dict[str, int]] = {}

        def placeholder(kind: str, text: str) -> str:
            of_kind = numbers.setdefault(kind, {})
            return f"{kind} {of_kind.setdefault(text, len(of_kind) + 1)}"

        def replaced(match: re.Match[str]) -> str:
            text = match[0]
            if match["redacted"]:
                return placeholder(match["redacted_kind"], text)
            if match["elided"]:
                return text.replace(match["hash"], placeholder("text", match["hash"]))
            if match["world"]:
                return ""
            if match["word"]:
                known = self._kinds.get(text)
                return (
                    _ID.sub(lambda part: placeholder("id", part[0]), text)
                    if known is None
                    else placeholder(known, text)
                )
            return placeholder("time" if match["time"] else "duration", text)

        return _VARIABLE.sub(replaced, sentence)


def _identifiers(exchanges: Iterable[Exchange]) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of the identifiers in requests and answers."""
    for exchange in exchanges:
        yield from ((kind, exchange.given[name]) for name, kind in _PARAMETERS.items() if name in exchange.given)
        yield from facts.identifiers(exchange.json)
