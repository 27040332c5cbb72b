"""UIDs that are malformed in one way each, and valid ones that nobody has."""

from random import Random

LONGEST = 64
"""Characters of the longest UID."""


def flawed(uid: str) -> dict[str, str]:
    """Return malformed UIDs by their flaw, made from `uid` where possible."""
    before, _, last = uid.rpartition(".")
    return {
        "newline": uid + "\n",
        "nul": uid + "\0",
        "leading-zero": f"{before}.0{last}",
        "too-long": long_uid(uid, LONGEST + 1),
        "too-short": "1.",
        "one-component": "12345",
        "empty-component": f"{before}..{last}",
        "letters": f"{before}.{last}a",
        "sign": f"{before}.+{last}",
        "other-digits": before + "." + "".join(chr(0x0660 + int(digit)) for digit in last),
        "space": f" {uid}",
    }


def long_uid(uid: str, length: int) -> str:
    """Return a UID of exactly that length, which begins as `uid` does."""
    stem = uid[: length - 2].rstrip(".")
    return f"{stem}." + "7" * (length - len(stem) - 1)


SIZES = (10, 11, 20, 1, 12)
"""Digits of the components behind the root of a long UID. No 32 bits hold the first three, no 64 bits the third."""


def valid_unknown(unknown: str, draw: Random) -> tuple[str, ...]:
    """Return valid unknown UIDs, the first of the greatest length, with a component 0 and components of many sizes."""
    sizes = [str(draw.randrange(9 * 10 ** (size - 1), 10**size)) if size > 1 else "0" for size in SIZES]
    return ".".join(["2.999", *sizes]), unknown, f"{unknown.rpartition('.')[0]}.0.0"
