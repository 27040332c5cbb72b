"""Values of parameters as Hypothesis draws them: well-formed ones, and ones with a flaw, each with words for it."""

from collections.abc import Callable, Mapping
from string import ascii_letters, ascii_lowercase, digits

from hypothesis import strategies as st

from pacsimile_spec.identifiers import ORDER_ID, ORGANIZATION_ID, STUDY_UID, is_study_group

Drawn = st.SearchStrategy[tuple[str, str]]
"""(the value, what it is in a reader's words)."""

MOST_UID, MOST_ID, MOST_GROUP, MOST_LISTED = 64, 64, 128, 10_000
HOSTILE = "\n\r\t\0\x1f\x7f\u00e9\u0661\u2028\u202e\uff11\U0001f9bb"
"""Characters that are no part of any identifier here, and that only who allows hostile input is sent."""
ODD = " !*()~,:;/?@$&='\"<>%+_"
"""Characters of ASCII of which some are no part of an identifier."""


def _number(most: int) -> st.SearchStrategy[str]:
    """Draw a component of a UID of at most so many digits: 0, or no leading zero."""
    long = st.integers(2, max(most, 2)).flatmap(lambda size: st.integers(10 ** (size - 1), 10**size - 1))
    return (st.integers(0, 9) | long).map(str)


@st.composite
def _uid(draw: st.DrawFn) -> str:
    """Draw a UID that nobody has: a root, a number of ten digits or more, and components of any length."""
    parts = [draw(st.sampled_from(("1.3.6.1.4.1.32473", "2.25", "1.2.840.999999", "2.999", "0.9", "1.0.0")))]
    parts.append(str(draw(st.integers(10**9, 10**14))))
    left = MOST_UID - len(".".join(parts))
    for size in draw(st.lists(st.integers(1, 40), max_size=6)):
        if left > 2:
            parts.append(draw(_number(min(size, left - 1))))
            left -= len(parts[-1]) + 1
    if draw(st.booleans()) and left > 2:  # of the greatest length there is
        parts.append(str(draw(st.integers(10 ** (left - 2), 10 ** (left - 1) - 1))))
    return ".".join(parts)


def valid_uids() -> Drawn:
    """Draw DICOM UIDs (PS3.5 section 9) that nobody has."""
    return _uid().map(lambda uid: (uid, f"a valid study_uid of {len(uid)} characters that nobody has"))


@st.composite
def _flawed_uid(draw: st.DrawFn, hostile: bool) -> tuple[str, str]:
    """Spoil a UID in one way; the result breaks the pattern, or the length."""
    uid = draw(_uid())
    parts = uid.split(".")
    place = draw(st.integers(0, len(parts) - 1))
    flaws = ["a leading zero", "an empty component", "a character that is none of a UID's", "too many characters",
             "a full stop at its end", "one component", "a sign"]  # fmt: skip
    flaw = draw(st.sampled_from(flaws))
    if flaw == "a leading zero":
        parts[place] = "0" * draw(st.integers(1, 3)) + parts[place]
        spoilt = ".".join(parts)[:MOST_UID].rstrip(".")
    elif flaw == "an empty component":
        spoilt = ".".join([*parts[:place], "", *parts[place:]])
    elif flaw == "too many characters":
        spoilt = uid + "." + "7" * draw(st.integers(max(MOST_UID - len(uid), 1), 200))
    elif flaw == "one component":
        spoilt = parts[1]
    elif flaw == "a full stop at its end":
        spoilt = uid[: MOST_UID - 1].rstrip(".") + "."
    else:
        signs = "+-" if flaw == "a sign" else ascii_letters + ODD + (HOSTILE * 4 if hostile else "")
        sign = draw(st.sampled_from(signs))
        parts[place] = draw(st.sampled_from((sign + parts[place], parts[place] + sign)))
        spoilt = ".".join(parts)
    return spoilt, f"a study_uid with {flaw}"


def malformed_uids(hostile: bool) -> Drawn:
    """Draw texts that are nearly a DICOM UID, and none."""
    return _flawed_uid(hostile).filter(lambda drawn: not STUDY_UID.fullmatch(drawn[0]))


def _text(alphabet: str, least: int, most: int) -> st.SearchStrategy[str]:
    size = st.sampled_from((least, least + 1, most // 2, most - 1, most)) | st.integers(least, most)
    letters = st.sampled_from(alphabet)
    return size.flatmap(lambda length: st.lists(letters, min_size=length, max_size=length).map("".join))


def nobodys_orders() -> Drawn:
    """Draw well-formed order ids that nobody has."""
    return _text(ascii_letters + digits + "-", 24, MOST_ID).map(
        lambda text: (text, f"an order_id of {len(text)} characters that nobody has")
    )


def nobodys_groups(hostile: bool) -> Drawn:
    """Draw well-formed names of study groups that nobody has."""
    alphabet = ascii_letters + digits + " ._-#()" + ("\u00e9\u0141\u4e00\U0001f9bb" * 3 if hostile else "")
    return _text(alphabet, 24, MOST_GROUP).map(
        lambda text: (text, f"a study_group of {len(text)} characters that nobody has")
    )


def nobodys_organizations() -> Drawn:
    """Draw well-formed ids of organizations that nobody has."""
    return _text(ascii_letters + digits + "._-", 16, MOST_ID).map(
        lambda text: (text, f"an organizationId of {len(text)} characters that nobody has")
    )


FORMS: Mapping[str, tuple[Callable[[str], object], int, str]] = {
    "order_id": (ORDER_ID.fullmatch, MOST_ID, ascii_letters + digits + "-"),
    "organizationId": (ORGANIZATION_ID.fullmatch, MOST_ID, ascii_letters + digits + "._-"),
    "study_group": (is_study_group, MOST_GROUP, ascii_letters + digits + " "),
}


def malformed(name: str, hostile: bool) -> Drawn:
    """Draw texts that are no identifier of that parameter: too long, empty, or with what is no part of one."""
    fits, most, alphabet = FORMS[name]
    long = _text(alphabet, most + 1, most + 70).map(lambda text: (text, f"{name} of {len(text)} characters"))
    ways = [long, st.just(("", f"an empty {name}"))]
    wrong = (ODD if name != "study_group" else "") + (HOSTILE[:6] + "\u2028\u202e" if hostile else "")
    if wrong:
        spoilt = st.tuples(_text(alphabet, 1, 20), st.sampled_from(wrong), st.integers(0, 20)).map(
            lambda drawn: drawn[0][: drawn[2]] + drawn[1] + drawn[0][drawn[2] :]
        )
        ways.append(spoilt.map(lambda text: (text, f"{name} with a character that is no part of one")))
    return st.one_of(ways).filter(lambda drawn: not fits(drawn[0]))


def valid_limits() -> st.SearchStrategy[int]:
    """Draw limits as they may be."""
    return st.sampled_from((1, 2, 99, 100, 101, 1000, 9999, MOST_LISTED)) | st.integers(1, MOST_LISTED)


def malformed_limits(hostile: bool) -> Drawn:
    """Draw what is nearly a limit: other spellings of a number that would be one, and numbers beyond the range."""
    spellings = {
        "a leading zero": "0{}", "leading zeros": "000{}", "a sign": "+{}", "a fraction": "{}.0", "an exponent": "{}e0",
        "a space behind it": "{} ", "a space before it": " {}", "an underscore": "1_{}", "a minus sign": "-{}",
        "a comma": "{},0", "letters behind it": "{}abc", "hexadecimal digits": "0x{}",
    }  # fmt: skip
    if hostile:
        spellings |= {"a line break behind it": "{}\n", "digits that are not ASCII": "\u0661{}"}
    spelt = st.tuples(st.sampled_from(list(spellings)), valid_limits()).map(
        lambda drawn: (spellings[drawn[0]].format(drawn[1]), f"a limit with {drawn[0]}")
    )
    beyond = st.integers(MOST_LISTED + 1, 10**25) | st.sampled_from(
        (0, MOST_LISTED + 1, 2**31, 2**32 + 1, 2**63, 2**64 + 5)
    )
    return (
        spelt | beyond.map(lambda number: (str(number), "a limit beyond 1 to 10000")) | st.just(("", "an empty limit"))
    )


REPORT_TYPES = ("json", "txt", "pdf", "fhir", "hl7v2", "dicom_sr", "dicom_pdf", "csv")


def unknown_types(hostile: bool) -> Drawn:
    """Draw report types that there are not: other cases of one, a prefix, two at once, a word."""
    known = st.sampled_from(REPORT_TYPES)
    ways = st.one_of(
        known.map(str.upper), known.map(str.title), known.map(lambda one: one + " "), known.map(lambda one: " " + one),
        st.tuples(known, st.integers(1, 2)).map(lambda drawn: drawn[0][: -drawn[1]]),
        st.tuples(known, known).map(",".join), st.tuples(known, st.sampled_from(ascii_lowercase + digits)).map("".join),
        known.map(lambda one: "." + one), known.map(lambda one: f"application/{one}"), _text(ascii_lowercase, 1, 30),
        *([known.map(lambda one: one + "\n"), known.map(lambda one: one + "\0"), known.map(lambda one: one + "\u0131")]
          if hostile else []),
    )  # fmt: skip
    return ways.filter(lambda one: one not in REPORT_TYPES and one != "").map(
        lambda one: (one, "an unknown report_type")
    )
