"""The rules of `txt`, and of the text within other types."""

import re
from collections.abc import Iterator

from pacsimile_contract.rules.model import Breach, Rules

# Tab, line feed, carriage return and form feed lay a text out; a terminal obeys the others.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def utf8(body: bytes, rule: str) -> str | Breach:
    """Decode UTF-8 without its byte order mark. Return a breach of `rule` instead where it is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Breach(rule, f"byte {error.start}", f"{body[error.start]:#04x} is not UTF-8")


def _breaches(body: bytes) -> Iterator[Breach]:
    text = utf8(body, "TXT-1")
    if isinstance(text, Breach):
        yield text
        return
    for number, line in enumerate(text.split("\n"), 1):
        for match in _CONTROL.finditer(line):
            yield Breach("TXT-2", f"line {number}", f"the control character U+{ord(match.group()):04X}")
    if not text.strip():
        yield Breach("TXT-3", "the whole text", "nothing but white space")


WORDS = {
    "TXT-1": "can be decoded as UTF-8",
    "TXT-2": "has no control character but tab, line feed, carriage return and form feed",
    "TXT-3": "says something",
}

RULES = (Rules("txt", WORDS, _breaches),)
