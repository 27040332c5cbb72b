"""The verdicts, from the best news to the worst, and the kinds of a difference."""

from enum import Enum, StrEnum
from functools import total_ordering
from typing import Literal

Obligation = Literal["MUST", "SHOULD"]


@total_ordering
class Verdict(Enum):
    """What we say of a part or a requirement, from the best news to the worst: the maximum of the parts wins."""

    NOT_APPLICABLE = "N/A"  # the operator declared a lack, or this kind of target has none
    NOT_EXERCISED = "NOT-EXERCISED"  # a state, time or data was missing, or another requirement blocked it
    PASS = "PASS"  # noqa: S105 (a verdict) - everything that was tested was right
    WARN = "WARN"  # a SHOULD is broken, or what the profile demotes
    ERROR = "ERROR"  # no verdict: the tests or the network failed
    FAIL = "FAIL"  # a MUST failed

    def __lt__(self, other: "Verdict") -> bool:
        return _RANK[self] < _RANK[other]


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


class Kind(StrEnum):
    """Whether the substance was wrong or only its shape."""

    FACT = "fact"  # served what must not be, refused what is right, wrong, lost or doubled data
    FORM = "form"  # another 4xx than said, a missing header, another problem type or spelling
