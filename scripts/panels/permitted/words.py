"""Conducts in words, headers and the form of refusals."""

from __future__ import annotations

from itertools import count
from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, http_date
from pacsimile_mock.exchange import Answer, Call
from scripts.panels.permitted.conduct import conduct
from scripts.panels.permitted.writing import edit, is_json

MEMBERS_MAY_BE_MORE = (
    "openapi.yaml, info: “An object in an answer may have further members: ignore those you do not know.”"
)


@conduct(
    "problems-in-another-language",
    "openapi.yaml, Problem: title “The reason in words. It is the same each time for one `type`.”, detail “What happened "
    "here, and what to do about it.”",
)
class AnotherLanguage(Pipeline):
    """Titles and details of problems are Norwegian, and name no value."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Reword."""
        super().add_common_headers(answer, call)

        def reworded(content: Any) -> Any:
            reason = content["type"].rpartition(":")[2]
            return {
                **content,
                "title": f"Avslått på grunn av «{reason}»",
                "detail": "Forespørselen ble avslått. Les håndboken ☎ og prøv igjen.",
            } | {
                "errors": [{**error, "reason": "ugyldig"} for error in content.get("errors", [])]
                or [{"parameter": "ingen", "reason": "☎"}]
            }

        edit(answer, reworded, of_problems=True)


@conduct(
    "problem-types-under-other-uris",
    "openapi.yaml, Problem: “The reason is the part of `type` after the last `/`, `:` or `#`.”",
)
class OtherUris(Pipeline):
    """Problem types are web addresses, tags and fragments, one form for each status."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Spell the type by the status."""
        super().add_common_headers(answer, call)
        forms = ("https://errors.example.com/v2/", "tag:example.com,2025:", "https://example.com/doc?lang=en#")

        def respelled(content: Any) -> Any:
            reason = content["type"].rpartition(":")[2]
            return {**content, "type": forms[content["status"] % 3] + reason}

        edit(answer, respelled, of_problems=True)


@conduct("answers-with-further-members", MEMBERS_MAY_BE_MORE)
class FurtherMembers(Pipeline):
    """Each object of each answer has further members, some with names that mean something elsewhere."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Add members."""
        super().add_common_headers(answer, call)

        def more(value: Any) -> Any:
            if isinstance(value, list):
                return [more(each) for each in value]
            if not isinstance(value, dict):
                return value
            return {
                "_links": {"self": {"href": "/somewhere/1"}},
                **{name: more(each) for name, each in value.items()},
                "version": 3,
                "etag": call.request_id,
                "x-null": None,
                "id": "internal-4711",
                "Status": "ok",
                "": [],
            }

        if answer.media_type != "application/fhir+json":
            edit(answer, more)


@conduct(
    "parameter-named-in-detail-alone",
    "requirements.yaml, STATUS-3: “… is refused with 400 too, and named in `errors` or `detail`.”; openapi.yaml, Problem: "
    "`errors` is not required",
)
class NamedInDetail(Pipeline):
    """Problems have no `errors`: the detail names the parameter."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Move the names into the detail."""
        super().add_common_headers(answer, call)

        def moved(content: Any) -> Any:
            names = [error["parameter"] for error in content.pop("errors", [])]
            return {**content, "detail": f"Look at {' and '.join(names)}." if names else content["detail"]}

        edit(answer, moved, of_problems=True)


@conduct("token-errors-are-bare", "openapi.yaml, TokenError: required is `error` alone (RFC 6749 section 5.2)")
class BareTokenErrors(Pipeline):
    """Errors of the token operations have their code and nothing else."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Leave the description out."""
        super().add_common_headers(answer, call)
        if call.path.endswith("/token"):
            edit(answer, lambda content: {"error": content["error"]} if "error" in content else content)


@conduct(
    "challenges-in-lower-case-with-quotes",
    "openapi.yaml, WWW-Authenticate: pattern ^[Bb][Ee][Aa][Rr][Ee][Rr]( |$); RFC 9110 section 11.2: parameters in any order, "
    "quoted strings with any text",
)
class OddChallenges(Pipeline):
    """Challenges are `bearer` and `BASIC`, with a realm that holds commas and quotes, and a challenge of another scheme after."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Respell."""
        super().add_common_headers(answer, call)
        answer.headers = [
            (name, self.respelled(value) if name == "WWW-Authenticate" else value) for name, value in answer.headers
        ]

    def respelled(self, challenge: str) -> str:
        """Write a challenge in another way."""
        realm = r'realm="Ward \"error\", 4 = \"scope\""'
        if challenge.startswith("Basic"):
            return f'BASIC charset="UTF-8",{realm}, Digest realm="old", nonce="x"'
        rest = [part for part in challenge.removeprefix("Bearer ").split(", ") if part.startswith(("error=", "scope="))]
        return f'bearer {" ,  ".join([realm, *reversed(rest)])}, DPoP algs="ES256 PS256"'


@conduct(
    "ninety-headers",
    "docs/verify.md, Limits of an answer: “header fields | 100, each of 64 KiB, all of 128 KiB”",
)
class NinetyHeaders(Pipeline):
    """Each answer has some ninety header fields, one of them of 20 KiB in every twentieth."""

    counter = count()

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Add headers."""
        super().add_common_headers(answer, call)
        answer.headers += [(f"X-Chatty-{number}", f"some words, number {number}; " * 4) for number in range(78)]
        if next(self.counter) % 20 == 0:
            answer.headers.append(("X-Long", "long " * 4096))


@conduct(
    "headers-of-a-gateway",
    "openapi.yaml, responses: the headers listed are required, others are not excluded (RFC 9110 section 5.1); info: “A gateway … "
    "may refuse a request before it reaches the application”, so there may be gateways",
)
class GatewayHeaders(Pipeline):
    """Answers carry what gateways add: Via, Server-Timing, Alt-Svc, Vary, ETag, Link, Warning, and a Cache-Control of several words."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Add headers."""
        super().add_common_headers(answer, call)
        answer.headers = [
            (name, 'private, no-store, no-cache="Set-Cookie", max-age=0' if name == "Cache-Control" else value)
            for name, value in answer.headers
        ]
        answer.headers += [
            ("Via", "1.0 fred, 1.1 p.example.net (Apache/1.1)"),
            ("Server", "Apache/2.4.62 (Unix) OpenSSL/3.0"),
            ("Server-Timing", 'cache;desc="Cache, read";dur=23.2, db;dur=53'),
            ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
            ("Alt-Svc", 'h2=":443"; ma=60'),
            ("Vary", "Accept-Encoding, Authorization"),
            ("ETag", f'W/"{call.request_id}"'),
            ("Link", '<https://api.example.com/openapi>; rel="service-desc"'),
            ("Pragma", "no-cache"),
            ("Age", "0"),
            ("X-RateLimit-Remaining", "0"),
            ("Deprecation", "@1767225600"),
        ]


@conduct(
    "request-ids-are-small-numbers",
    "openapi.yaml, X-Request-Id: “Identifies this answer; no two share one.”, minLength 1",
)
class SmallRequestIds(Pipeline):
    """X-Request-Id is a count: 1, 2, 3."""

    counter = count(1)

    def answer(self, call: Call) -> Answer:
        """Number the call."""
        call.request_id = str(next(self.counter))
        return super().answer(call)


@conduct(
    "file-names-in-two-forms",
    "openapi.yaml, Content-Disposition: “A file name for the report, without patient data.” (RFC 6266)",
)
class TwoFileNames(Pipeline):
    """Reports are `inline`, with a file name in ASCII without quotes and one in UTF-8, the same for all."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Replace the name."""
        super().add_common_headers(answer, call)
        value = "inline; filename*=UTF-8''R%C3%B6ntgen%20report; FileName=report ; size=1"
        answer.headers = [(name, value if name == "Content-Disposition" else other) for name, other in answer.headers]


@conduct("no-digest", "openapi.yaml, Content-Digest: required: false")
class NoDigest(Pipeline):
    """Reports have no Content-Digest."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Leave it out."""
        super().add_common_headers(answer, call)
        answer.headers = [header for header in answer.headers if header[0] != "Content-Digest"]


@conduct(
    "digest-after-another",
    "openapi.yaml, Content-Digest: pattern sha-256=:…:, not anchored; RFC 9530 section 2: a dictionary of several algorithms",
)
class TwoDigests(Pipeline):
    """Content-Digest has an SHA-512 first, and the SHA-256 has a parameter."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Add another."""
        super().add_common_headers(answer, call)
        from base64 import b64encode
        from hashlib import sha512

        other = b64encode(sha512(answer.body).digest()).decode()
        answer.headers = [
            (name, f"sha-512=:{other}: , {value};source=origin" if name == "Content-Digest" else value)
            for name, value in answer.headers
        ]


@conduct(
    "media-types-with-parameters",
    "requirements.yaml, RESULTS-1: “The media type is the one in the table of report types.”; RFC 9110 section 8.3.1: types are "
    "case-insensitive and may have parameters",
)
class ParametersOfTypes(Pipeline):
    """Media types have capitals and parameters: `Application/JSON;charset=UTF-8`."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Respell the type."""
        super().add_common_headers(answer, call)
        kind, _, rest = (answer.media_type or "").partition(";")
        if not kind:
            return
        if is_json(answer):
            answer.media_type = kind.title() + ";charset=UTF-8"
        elif kind == "text/csv":
            answer.media_type = 'text/CSV; header=present; charset="utf-8"'
        elif kind == "text/plain":
            answer.media_type = 'Text/Plain ;charset="UTF-8"; format=fixed'
        else:
            answer.media_type = kind.upper() + (rest and ";" + rest)


@conduct(
    "retry-after-as-a-date",
    "openapi.yaml, Retry-After: “How long to wait …, between 1 s and 1 h, in seconds or as a date (RFC 9110 section 10.2.3).”",
)
class RetryAfterDate(Pipeline):
    """Retry-After is a date, rounded up."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Write a date."""
        super().add_common_headers(answer, call)
        now = self.world.clock.now()
        answer.headers = [
            (name, http_date(now + (int(value) + 1) * SECOND) if name == "Retry-After" else value)
            for name, value in answer.headers
        ]
