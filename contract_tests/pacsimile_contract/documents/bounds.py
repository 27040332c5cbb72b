"""How much a document may hold that is read: what passes these bounds is read as none, so that nobody's memory ends.

The bounds of an answer's bytes (`evidence/bounds.py`) do not do: a mebibyte of commas, or of what a PDF has compressed,
takes hundreds once it is read. These are far above what a report of 150 orders has.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from pacsimile_contract.evidence.bounds import MEBIBYTE
from pacsimile_spec.report_types import REPORT_TYPES

LONGEST_TEXT = 16 * MEBIBYTE
"""Bytes of a document that is text, and characters of the text that is taken out of another one."""
MOST_WORDS = 1_000_000
"""Words, lines and fields of it, counted by what separates them."""
MOST_KEPT = 64 * MEBIBYTE
"""Bytes that the documents which are kept once they were read may take, as they are estimated."""
_SEPARATORS = " \t\r\n\f\v,|~^&"

Result = TypeVar("Result")


def is_readable(report_type: str, body: bytes) -> bool:
    """Tell whether a document's bytes are within the bounds of its type: those of text have some."""
    row = REPORT_TYPES.get(report_type)
    if row is None or not row.is_text:
        return True
    words = (body.count(sign.encode()) for sign in _SEPARATORS)
    return len(body) <= LONGEST_TEXT and (len(body) <= MOST_WORDS or sum(words) <= MOST_WORDS)


def is_short(texts: Sequence[str]) -> bool:
    """Tell whether what was taken out of a document is within the bounds of a text."""
    length = sum(map(len, texts))
    words = (text.count(sign) for text in texts for sign in _SEPARATORS)
    return length <= LONGEST_TEXT and (length <= MOST_WORDS or sum(words) <= MOST_WORDS)


class Latest(Generic[Result]):
    """A function of a name and bytes, whose latest results are kept as long as all of them weigh little enough."""

    def __init__(
        self, function: Callable[[str, bytes], Result], weight: Callable[[Result], int], most: int = MOST_KEPT
    ) -> None:
        """Keep results of `function`; `weight` estimates the bytes that one takes beside those it was made of."""
        self._function, self._weight, self._most = function, weight, most
        self._kept: OrderedDict[tuple[str, bytes], tuple[Result, int]] = OrderedDict()
        self._weighs = 0
        self._lock = Lock()

    def __call__(self, name: str, body: bytes) -> Result:
        """Return the function's result, as it was if it is still there."""
        key = (name, body)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        result = self._function(name, body)
        weight = len(body) + self._weight(result)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (result, weight)
                self._weighs += weight
            while self._weighs > self._most:
                _, (_, freed) = self._kept.popitem(last=False)
                self._weighs -= freed
        return result
