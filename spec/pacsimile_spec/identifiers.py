"""The shapes of identifiers. Use `fullmatch`: a trailing newline is no part of any of them (STATUS-8, ORDERID-4)."""

import re
import unicodedata

ORDER_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
"""An order's identifier."""

REPORT_ID = ORDER_ID
"""A report's identifier, of the same shape."""

ORGANIZATION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""An organization's identifier."""

STUDY_UID = re.compile(r"(?=.{3,64}\Z)(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+")
"""A DICOM UID (PS3.5 section 9): 3 to 64 characters, components of ASCII digits without leading zeros."""

STUDY_GROUP_MAX_LENGTH = 128
"""In code points."""

SYNTHETIC_UID_ROOT = "1.3.6.1.4.1.32473."
"""The arc that RFC 5612 sets aside for documentation: no real study carries it."""

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})


def is_study_group(text: str) -> bool:
    """Whether `text` can name a study group.

    1 to 128 code points, none of them a control, format, surrogate or separator character but the plain space, which
    is significant wherever it stands.
    """
    if not 1 <= len(text) <= STUDY_GROUP_MAX_LENGTH:
        return False
    return all(character == " " or unicodedata.category(character) not in _UNPRINTABLE for character in text)


def is_synthetic_uid(uid: str) -> bool:
    """Whether a UID lies under the documentation arc, and so names nothing real."""
    return uid.startswith(SYNTHETIC_UID_ROOT)
