"""Conducts in identifiers and names."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from uuid import NAMESPACE_URL, uuid5

from pacsimile_fixtures import identifiers
from pacsimile_mock.seed import submission
from pacsimile_mock.seed.submission import Submitter
from scripts.panels.permitted.conduct import Ambient, conduct

ID = "openapi.yaml, OrderId and ReportId: pattern ^[A-Za-z0-9-]{1,64}$"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def short(number: int) -> str:
    """Write a number with as few letters and digits as possible: 1 to 9, A to Z, a to z, 10."""
    text = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        text = LETTERS[rest] + text
    return text or "0"


@conduct("ids-of-one-character", ID)
class OneCharacter(Ambient):
    """The first orders have ids of one character, and so have their reports: 1, 2, … A … a."""

    def prepare(self) -> None:
        """Count."""
        identifiers.order_id = lambda seed, n: short(n)
        identifiers.report_id = lambda seed, n, version=1: short(n) if version == 1 else f"{short(n)}-{version}"


@conduct("ids-of-hyphens", ID + ", which a hyphen alone matches")
class Hyphens(Ambient):
    """The first fifty orders have ids of hyphens alone, later ones of hyphens and digits; so have their reports."""

    def prepare(self) -> None:
        """Count by hyphens."""
        identifiers.order_id = lambda seed, n: "-" * n if n <= 50 else f"-{n}-"
        identifiers.report_id = lambda seed, n, version=1: (
            f"{'-' * n if n <= 50 else f'--{n}'}{'' if version == 1 else f'0{version}'}"
        )


@conduct(
    "names-of-greatest-length",
    ID + "; StudyUid maxLength 64; StudyGroup maxLength 128, code points",
)
class GreatestLength(Ambient):
    """Ids of orders and reports have 64 characters, study UIDs 64, names of groups 128, beyond the basic plane."""

    def prepare(self) -> None:
        """Fill up."""
        identifiers.order_id = lambda seed, n: f"{n:064d}"
        identifiers.report_id = lambda seed, n, version=1: f"R{'-' * 40}{n:020d}-{version:02d}"
        identifiers.study_uid = lambda seed, n: f"{identifiers.UID_ROOT}.{10**45 + n}"
        identifiers.study_group = lambda seed, n: "\N{MATHEMATICAL FRAKTUR CAPITAL G}roup é 山 😀" * 9 + f"{n:029d}"


@conduct("ids-are-uuids", ID + "; the examples are no rule")
class Uuids(Ambient):
    """All ids are UUIDs; nothing in a report's tells its order or its version."""

    def prepare(self) -> None:
        """Hash."""
        identifiers.order_id = lambda seed, n: str(uuid5(NAMESPACE_URL, f"order {seed} {n}"))
        identifiers.report_id = lambda seed, n, version=1: str(uuid5(NAMESPACE_URL, f"report {seed} {n} {version}"))
        identifiers.study_group = lambda seed, n: str(uuid5(NAMESPACE_URL, f"group {seed} {n}"))
        identifiers.study_uid = lambda seed, n: f"2.25.{uuid5(NAMESPACE_URL, f'study {seed} {n}').int}"


WORDS = (
    "null",
    "true",
    "false",
    "NaN",
    "Infinity",
    "undefined",
    "None",
    "0",
    "-1",
    "1e5",
    "0x1F",
    "-0",
    "00",
    "404",
    "200",
    "FAILED",
    "COMPLETED",
)


@conduct("ids-look-like-numbers-and-words", ID)
class NumbersAndWords(Ambient):
    """Ids are null, true, NaN, 0, -1, 1e5, FAILED, 404, and then numbers with leading zeros."""

    def prepare(self) -> None:
        """Choose from the list."""
        identifiers.order_id = lambda seed, n: WORDS[n - 1] if n <= len(WORDS) else f"{n:07d}"
        identifiers.report_id = lambda seed, n, version=1: (
            f"{WORDS[-n] if n <= len(WORDS) else f'{n}'}{'' if version == 1 else f'-{version}'}"
        )


@conduct("ids-look-like-dates", ID)
class Dates(Ambient):
    """Ids of orders are days, those of reports days without hyphens, groups have the name of a time."""

    def prepare(self) -> None:
        """Count days."""
        first = date(1950, 1, 1)
        identifiers.order_id = lambda seed, n: (first + timedelta(days=n)).isoformat()
        identifiers.report_id = lambda seed, n, version=1: f"{first + timedelta(days=n):%Y%m%d}-{version}"
        identifiers.study_group = lambda seed, n: f"2025-06-23T09:15:{n}.000+02:00"


@conduct(
    "ids-differ-in-case-alone",
    "openapi.yaml, info, Parameters: “Names and values are literal and case-sensitive. An identifier matches whole and exactly, compared "
    "by code point.”",
)
class CaseAlone(Ambient):
    """Of two orders in a row one has the other's id in the other case, and one of three has the beginning of another's."""

    def prepare(self) -> None:
        """Pair them."""
        identifiers.order_id = lambda seed, n: (f"ord{n // 2}x", f"ORD{n // 2}X")[n % 2]
        identifiers.report_id = lambda seed, n, version=1: (
            (f"rep{n // 2}x", f"REP{n // 2}X")[n % 2] + ("" if version == 1 else f"{version}")
        )
        identifiers.study_group = lambda seed, n: (f"Group é {n // 2}", f"group é {n // 2}")[n % 2]


@conduct("study-uids-of-three-characters", "openapi.yaml, StudyUid: minLength 3")
class ShortUids(Ambient):
    """Study UIDs are 2.1, 2.2, … 2.10: many are the beginning of others."""

    def prepare(self) -> None:
        """Count."""
        identifiers.study_uid = lambda seed, n: f"2.{n}"


GROUPS = (
    *(
        " ",
        "FAILED",
        "  two  blanks ",
        "=1+1",
        '"quoted", with; commas',
        "<b>bold</b>",
        "%41",
        "a&b=c+d",
        "é",
        "e\N{COMBINING ACUTE ACCENT}",
    ),
    *(
        "null",
        "-",
        "\N{MATHEMATICAL FRAKTUR CAPITAL U}",
        "' OR 1=1 --",
        "../../etc",
        "COMPLETED CANCELLED",
        "#1",
        "?",
        "a/b\\c",
        "١٢٣",
        "אבג",
        "*",
        "_",
        "%",
    ),
)


@conduct(
    "groups-of-odd-names",
    "openapi.yaml, StudyGroup: “Control, format and separator characters … are not allowed, except the plain space, which is significant "
    "wherever it stands.”",
)
class OddGroups(Ambient):
    """Groups are named with one blank, FAILED, =1+1, quotes, <b>, %41, and one name in two Unicode forms."""

    def prepare(self) -> None:
        """Choose from the list; a name that is used up gets a number."""
        numbers = count()

        def study_group(seed: object, n: int) -> str:
            number = next(numbers)
            name = GROUPS[number % len(GROUPS)]
            return name if number < len(GROUPS) else f"{name} {number}"

        identifiers.study_group = study_group


ORGANIZATIONS = (".", "..", "_", "-", "0", "null", "A" * 64, "a", "A", "1.5", "org", "org.", "org-", "org_1")


@conduct("organizations-of-odd-names", "openapi.yaml, OrganizationId: pattern ^[A-Za-z0-9._-]{1,64}$")
class OddOrganizations(Ambient):
    """Organizations are named `.`, `..`, `_`, `-`, `0`, and so that one name begins with another."""

    def prepare(self) -> None:
        """Choose from the list."""

        def organization(itself: Submitter) -> str:
            known = itself.world.organizations()
            named = (*ORGANIZATIONS, *(f".{number}" for number in range(len(known) + 1)))
            return next(name for name in named if name not in known)

        Submitter.organization = organization


@conduct(
    "secrets-with-punctuation",
    "openapi.yaml, getToken: “Send the client credentials by HTTP Basic, raw or form-urlencoded (RFC 6749 section 2.3.1).”; RFC 6749 "
    "appendix A.2: client_secret = *VSCHAR",
)
class Punctuation(Ambient):
    """Secrets have colons, ampersands, blanks and percent signs."""

    def prepare(self) -> None:
        """Add them."""
        made = submission.token_urlsafe
        submission.token_urlsafe = lambda size: f":{made(size)} &=;%/~!*'()\"\\|<>:"
