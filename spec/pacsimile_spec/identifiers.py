"""The patterns of identifiers. Use `fullmatch`: none of them includes a trailing newline (STATUS-8, ORDERID-4)."""

import re

ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
"""An order's identifier."""

REPORT_ID = ORDER_ID
"""A report's identifier, with the same pattern."""

ORGANIZATION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""An organization's identifier."""

STUDY_UID = re.compile(r"(?=.{3,64}\Z)(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+")
"""A DICOM UID (PS3.5 section 9): 3 to 64 characters, components of ASCII digits without leading zeros."""

STUDY_GROUP_MAX_LENGTH = 128
"""In code points."""

SYNTHETIC_UID_ROOT = "1.3.6.1.4.1.32473."
"""The arc that RFC 5612 reserves for documentation. No real study has a UID below it."""

_REFUSED = (
    r"\x00-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u2064\u2066-\u206f\u3000\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""Unicode's categories Cc, Cf, Cs, Zl, Zp and Zs except the space, spelt out, so that Python's version makes no
difference."""

STUDY_GROUP = re.compile(f"[^{_REFUSED}]{{1,{STUDY_GROUP_MAX_LENGTH}}}")
"""The name of a study group."""


def is_study_group(text: str) -> bool:
    """Tell whether `text` can name a study group.

    It has 1 to 128 code points. Control, format, surrogate and separator characters are not allowed, except the plain
    space, which is significant wherever it stands.
    """
    return STUDY_GROUP.fullmatch(text) is not None


def is_synthetic_uid(uid: str) -> bool:
    """Tell whether a UID is below the documentation arc, and so names nothing real."""
    return uid.startswith(SYNTHETIC_UID_ROOT)
