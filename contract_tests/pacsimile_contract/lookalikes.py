"""Identifiers that nobody has, of the length and shape of one that somebody has (SEC-1, STATUS-4)."""

import random
import string


def lookalike(text: str, draw: random.Random) -> str:
    """Return another text of the same shape: each digit another digit, each letter another letter of its case.

    A UID stays a UID: no component begins with a zero that did not, and the first two components stay.
    """
    if text and all(one in string.digits + "." for one in text):
        return _uid(text, draw)
    found = text
    while found == text:
        found = "".join(_other(one, draw) for one in text)
    return found


def _other(character: str, draw: random.Random) -> str:
    for alphabet in (string.digits, string.ascii_lowercase, string.ascii_uppercase):
        if character in alphabet:
            return draw.choice(alphabet)
    return character


def _uid(text: str, draw: random.Random) -> str:
    pieces = text.split(".")
    longest = max(range(len(pieces)), key=lambda place: (len(pieces[place]), place))
    found = text
    while found == text:
        digits = draw.choice("123456789") + "".join(draw.choice(string.digits) for _ in pieces[longest][1:])
        found = ".".join([*pieces[:longest], digits, *pieces[longest + 1 :]])
    return found
