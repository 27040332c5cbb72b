"""Invented identifiers of the length and shape of a real one (SEC-1, STATUS-4)."""

import random
import re
import string

NOBODYS_ORDER = "pacsimile-nobodys-order"
"""An invented order, for use where no real one is known."""
TRIES = 20
"""Draws before one character is replaced for certain: a draw may equal the text it was drawn from."""


def lookalike(text: str, draw: random.Random) -> str:
    """Return another text of the same shape: digits become digits, and letters letters of the same case.

    A UID stays a UID: its longest component gets new digits, the first of them not 0. In a text without an ASCII letter
    or digit, a digit replaces one character.
    """
    make = _uid if text and all(character in string.digits + "." for character in text) else _text
    drawn = (make(text, draw) for _ in range(TRIES if _has_likes(text) else 0))
    return next((candidate for candidate in drawn if candidate != text), None) or _replaced(text, draw)


def near_lookalike(text: str, draw: random.Random) -> str:
    """Return another text of the same shape that differs in one character, as a mistyped identifier does.

    It changes the last ASCII letter; without letters, the first digit of a UID's longest component; without digits, any
    one character.
    """
    places = [place for place, character in enumerate(text) if character in string.ascii_letters]
    place = places[-1] if places else _first_digit(text)
    if place is None:
        return _replaced(text, draw)
    others = next(alphabet for alphabet in _ALPHABETS if text[place] in alphabet).replace(text[place], "")
    return text[:place] + draw.choice(others.lstrip("0")) + text[place + 1 :]


def _first_digit(text: str) -> int | None:
    """Return the place of the first digit in the longest piece between dots that begins with one; None without one."""
    pieces = [found.span() for found in re.finditer(r"[0-9][^.]*", text)]
    return max(pieces, key=lambda span: (span[1] - span[0], span[0]))[0] if pieces else None


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
    """Return the text with one character replaced by another digit."""
    place = draw.randrange(len(text)) if text else 0
    digit = draw.choice([sign for sign in "123456789" if sign != text[place : place + 1]])
    return text[:place] + digit + text[place + 1 :]
