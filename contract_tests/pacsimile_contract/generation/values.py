"""Hypothesis strategies for parameter values: well-formed ones, and ones with a flaw, each with words for it."""

from collections.abc import Callable, Mapping
from string import ascii_letters, ascii_lowercase, digits

from hypothesis import strategies as st

from pacsimile_spec.identifiers import ORDER_ID, ORGANIZATION_ID, STUDY_UID, is_study_group
from pacsimile_spec.report_types import REPORT_TYPES

Drawn = st.SearchStrategy[tuple[str, str]]
"""A strategy of (value, its description for a reader)."""

MOST_UID, MOST_ID, MOST_GROUP, MOST_LISTED = 64, 64, 128, 10_000
HOSTILE = "\n\r\t\0\x1f\x7f\u00e9\u0661\u2028\u202e\uff11\U0001f9bb"
"""Characters that no identifier may have. They are sent only where hostile input is allowed."""
ODD = " !*()~,:;/?@$&='\"<>%+_"
"""ASCII characters, some of which an identifier may not have."""


def _number(size: int) -> st.SearchStrategy[str]:
    """Draw a UID component with that many digits, without a leading zero unless it is 0."""
    return st.integers(10 ** (size - 1) if size > 1 else 0, 10**size - 1).map(str)


@st.composite
def _uid(draw: st.DrawFn) -> str:
    """Draw an unknown UID: a root, a number of ten digits or more, and components of any length."""
    parts = [draw(st.sampled_from(("1.3.6.1.4.1.32473", "2.25", "1.2.840.999999", "2.999", "0.9", "1.0.0")))]
    parts.append(draw(st.integers(10, 15).flatmap(_number)))
    most = draw(st.integers(MOST_UID - 3, MOST_UID) | st.integers(len(".".join(parts)), MOST_UID))
    while (left := most - len(".".join(parts)) - 1) > 0:
        size = min(draw(st.integers(1, 40)), left)
        parts.append(draw(_number(size if left - size != 1 else left)))
    return ".".join(parts)


def valid_uids() -> Drawn:
    """Draw valid unknown DICOM UIDs (PS3.5 section 9)."""
    return _uid().map(lambda uid: (uid, f"a valid study_uid of {len(uid)} characters that does not exist"))


def _inserted(alphabet: str) -> Callable[[list[str], int], st.SearchStrategy[str]]:
    def insert(parts: list[str], place: int) -> st.SearchStrategy[str]:
        before, component, after = parts[:place], parts[place], parts[place + 1 :]
        return st.tuples(st.sampled_from(alphabet), st.booleans()).map(
            lambda drawn: ".".join([*before, component + drawn[0] if drawn[1] else drawn[0] + component, *after])
        )

    return insert


_FLAWS: Mapping[str, Callable[[list[str], int], st.SearchStrategy[str]]] = {
    "a leading zero": lambda parts, place: st.integers(1, 3).map(
        lambda zeros: ".".join([*parts[:place], "0" * zeros + parts[place], *parts[place + 1 :]])[:MOST_UID].rstrip(".")
    ),
    "an empty component": lambda parts, place: st.just(".".join([*parts[:place], "", *parts[place:]])),
    "too many characters": lambda parts, place: st.integers(MOST_UID, 200).map(
        lambda size: ".".join(parts) + "." + "7" * max(size - len(".".join(parts)), 1)
    ),
    "one component alone": lambda parts, place: _number(12),
    "a full stop at its end": lambda parts, place: st.just(".".join(parts)[: MOST_UID - 1].rstrip(".") + "."),
    "a sign": _inserted("+-"),
    "a letter": _inserted(ascii_letters),
    "a character that is none of a UID's": _inserted(ODD),
}
_HOSTILE_FLAWS = {"a character that is not printable ASCII": _inserted(HOSTILE)}


def malformed_uids(hostile: bool) -> list[Drawn]:
    """Return a strategy for each way in which a text is a malformed DICOM UID."""
    return [_flawed(flaw, spoil) for flaw, spoil in {**_FLAWS, **(_HOSTILE_FLAWS if hostile else {})}.items()]


def _flawed(flaw: str, spoil: Callable[[list[str], int], st.SearchStrategy[str]]) -> Drawn:
    def spoilt(uid: str) -> st.SearchStrategy[str]:
        parts = uid.split(".")
        return st.integers(0, len(parts) - 1).flatmap(lambda place: spoil(parts, place))

    wrong = _uid().flatmap(spoilt).filter(lambda text: not STUDY_UID.fullmatch(text))
    return wrong.map(lambda text: (text, f"a study_uid with {flaw}"))


def _text(alphabet: str, least: int, most: int) -> st.SearchStrategy[str]:
    size = st.integers(least, most) | st.sampled_from((most, most - 1))
    letters = st.sampled_from(alphabet)
    return size.flatmap(lambda length: st.lists(letters, min_size=length, max_size=length).map("".join))


def unknown_orders() -> Drawn:
    """Draw well-formed unknown order ids."""
    return _text(ascii_letters + digits + "-", 24, MOST_ID).map(
        lambda text: (text, f"an order_id of {len(text)} characters that does not exist")
    )


def unknown_groups(hostile: bool) -> Drawn:
    """Draw well-formed unknown names of study groups."""
    alphabet = ascii_letters + digits + " ._-#()" + ("\u00e9\u0141\u4e00\U0001f9bb" * 3 if hostile else "")
    return _text(alphabet, 24, MOST_GROUP).map(
        lambda text: (text, f"a study_group of {len(text)} characters that does not exist")
    )


def unknown_organizations() -> Drawn:
    """Draw well-formed unknown organization ids."""
    return _text(ascii_letters + digits + "._-", 16, MOST_ID).map(
        lambda text: (text, f"an organizationId of {len(text)} characters that does not exist")
    )


FORMS: Mapping[str, tuple[Callable[[str], object], int, str]] = {
    "order_id": (ORDER_ID.fullmatch, MOST_ID, ascii_letters + digits + "-"),
    "organizationId": (ORGANIZATION_ID.fullmatch, MOST_ID, ascii_letters + digits + "._-"),
    "study_group": (is_study_group, MOST_GROUP, ascii_letters + digits + " "),
}


def malformed(name: str, hostile: bool) -> list[Drawn]:
    """Return a strategy for each way in which a text is malformed for that parameter."""
    fits, most, alphabet = FORMS[name]
    long = _text(alphabet, most + 1, most + 70).map(lambda text: (text, f"{name} of {len(text)} characters"))
    unfit = "" if name == "study_group" else "".join(character for character in ODD if not fits(character))
    ways = [long, st.just(("", f"an empty {name}"))]
    for wrong in (unfit, HOSTILE[:6] + "\u2028\u202e" if hostile else ""):
        if wrong:
            spoilt = st.tuples(_text(alphabet, 1, 20), st.sampled_from(wrong), st.integers(0, 20)).map(
                lambda drawn: drawn[0][: drawn[2]] + drawn[1] + drawn[0][drawn[2] :]
            )
            ways.append(spoilt.map(lambda text: (text, f"{name} with a character that is no part of one")))
    return ways


def valid_limits() -> st.SearchStrategy[int]:
    """Draw valid limits."""
    return st.integers(1, MOST_LISTED) | st.sampled_from((MOST_LISTED, 9999, 1000, 101, 100, 99, 2, 1))


_SPELLINGS = {
    "a leading zero": "0{}", "leading zeros": "000{}", "a sign": "+{}", "a fraction": "{}.0", "an exponent": "{}e0",
    "a space behind it": "{} ", "a space before it": " {}", "an underscore": "1_{}", "a minus sign": "-{}",
    "a comma": "{},0", "letters behind it": "{}abc", "hexadecimal digits": "0x{}",
}  # fmt: skip
_HOSTILE_SPELLINGS = {"a line break behind it": "{}\n", "digits that are not ASCII": "\u0661{}"}


def malformed_limits(hostile: bool) -> list[Drawn]:
    """Return a strategy for each wrong spelling of a valid limit, and for numbers beyond the range."""
    spellings = {**_SPELLINGS, **(_HOSTILE_SPELLINGS if hostile else {})}
    beyond = st.integers(MOST_LISTED + 1, 10**9), st.integers(2**31, 2**32 + 1), st.integers(2**63, 10**25), st.just(0)
    return [
        *(_spelt(what, form) for what, form in spellings.items()),
        *(numbers.map(lambda number: (str(number), "a limit beyond 1 to 10000")) for numbers in beyond),
        st.just(("", "an empty limit")),
    ]


def _spelt(what: str, form: str) -> Drawn:
    return valid_limits().map(lambda number: (form.format(number), f"a limit with {what}"))


_WORDS = _text(ascii_lowercase, 1, 30).filter(lambda word: word not in REPORT_TYPES)


def unknown_types(hostile: bool) -> list[Drawn]:
    """Return a strategy for each kind of unknown report type: another case, a prefix, two at once, a word."""
    known = st.sampled_from(list(REPORT_TYPES))
    ways = [
        known.map(str.upper), known.map(str.title), known.map(lambda name: name + " "),
        known.map(lambda name: " " + name),
        st.tuples(known, st.integers(1, 2)).map(lambda drawn: drawn[0][: -drawn[1]]),
        st.tuples(known, known).map(",".join),
        st.tuples(known, st.sampled_from(ascii_lowercase + digits)).map("".join), known.map(lambda name: "." + name),
        known.map(lambda name: f"application/{name}"), known.map(lambda name: name.replace("_", "-") + ";q=1"), _WORDS,
        *([known.map(lambda name: name + "\n"), known.map(lambda name: name + "\0")] if hostile else []),
    ]  # fmt: skip
    return [
        way.filter(lambda text: text not in REPORT_TYPES).map(lambda text: (text, "an unknown report_type"))
        for way in ways
    ]


_BEHIND = (" ", ".", "..", "%", "*", "_", "-", "%20", "0", "%00")


def resembling(own: str, hostile: bool) -> Mapping[str, st.SearchStrategy[str]]:
    """Return by description strategies of texts that resemble an identifier but are not it."""
    places = st.integers(0, len(own) - 1)

    def at(change: Callable[[str], str]) -> st.SearchStrategy[str]:
        return places.map(lambda place: own[:place] + change(own[place]) + own[place + 1 :])

    ways = {
        **{f"with {end!r} behind it": st.just(own + end) for end in _BEHIND},
        "with a space before it": st.just(" " + own),
        "in another case": st.just(own.swapcase()) if own.swapcase() != own else st.just(own + own),
        "cut short": st.integers(1, max(len(own) - 1, 1)).map(lambda size: own[:size]),
        "with a wildcard in it": st.sampled_from("%_*?").flatmap(lambda sign: at(lambda character: sign)),
        "with a zero more in it": at(lambda character: "0" + character),
        "encoded twice": at(lambda character: f"%{ord(character) & 0xFF:02X}"),
    }
    if hostile:
        ways |= {
            "with what is not printable behind it": st.sampled_from("\n\0\u0301\t\u00a0\u200b").map(own.__add__),
            "with a character as wide as two": at(
                lambda character: chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character + "x"
            ),
        }
    return ways
