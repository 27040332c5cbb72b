"""Identifiers that nobody has, of the length and shape of one that somebody has (SEC-1, STATUS-4)."""

import random
import string

NOBODYS_ORDER = "pacsimile-nobodys-order"
"""An order that nobody has, asked for where the shape of one is not known."""
TRIES = 20
"""Draws after which one character is replaced by another for certain: what is drawn may be what it was drawn from."""


def lookalike(text: str, draw: random.Random) -> str:
    """Return another text of the same shape: each digit another digit, each letter another letter of its case.

    A UID stays a UID: no component begins with a zero that did not, and the first two components stay. A text without
    an ASCII letter or digit gets a digit in the place of one of its characters.
    """
    make = _uid if text and all(character in string.digits + "." for character in text) else _text
    drawn = (make(text, draw) for _ in range(TRIES if _has_likes(text) else 0))
    return next((candidate for candidate in drawn if candidate != text), None) or _replaced(text, draw)


def _has_likes(text: str) -> bool:
    return any(character in alphabet for character in text for alphabet in _ALPHABETS)


_ALPHABETS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def _text(text: str, draw: random.Random) -> str:
    return "".join(_other(character, draw) for character in text)


def _other(character: str, draw: random.Random) -> str:
    alphabet = next((letters for letters in _ALPHABETS if character in letters), character)
    return draw.choice(alphabet) if len(alphabet) > 1 else character


def _uid(text: str, draw: random.Random) -> str:
    pieces = text.split(".")
    longest = max(range(len(pieces)), key=lambda place: (len(pieces[place]), place))
    digits = draw.choice("123456789") + "".join(draw.choice(string.digits) for _ in pieces[longest][1:])
    return ".".join([*pieces[:longest], digits, *pieces[longest + 1 :]])


def _replaced(text: str, draw: random.Random) -> str:
    """Return the text with a digit that it does not have there already in the place of one character."""
    place = draw.randrange(len(text)) if text else 0
    digit = draw.choice([sign for sign in "123456789" if sign != text[place : place + 1]])
    return text[:place] + digit + text[place + 1 :]
