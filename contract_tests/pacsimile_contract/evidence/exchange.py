"""One request and what came back: in the contract's own spelling, by which it is judged, and as on the wire."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from functools import cached_property, lru_cache
from typing import Any, Literal

from pacsimile_contract.evidence.bounds import PastBound, estimate_memory, most_values, read_json
from pacsimile_contract.evidence.parsed_bodies import MOST_WEIGHT, ParsedBodies
from pacsimile_spec.dialects import Dialect

Headers = tuple[tuple[str, str], ...]

BUSY = (429, 503)
"""Statuses by which a service puts a call off; with `Retry-After` they are never wrong."""

Cut = Literal["half-closed", "reset", "left"]
"""How a client may end its side once its bytes are sent: it sends no more but reads on; it resets the connection; it
closes it in order, without waiting for the answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request about to leave.

    `url` is absolute, its path and query exactly the bytes to send (ASCII). `operation` is the operationId it is meant
    as, None for what the description does not have. `client` names who asks, `given` the parameters before encoding.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    operation: str | None = None
    client: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    organizations: frozenset[str] = frozenset()
    """Organizations that the call concerns beyond those its token and query name: what the safety rules look at."""
    cut: Cut | None = None
    """None: the connection stays and the answer is awaited, as ever."""
    hostile: bool = False
    """Input that may well be refused by closing the connection: only where the target file allows such probes."""
    by_word: bool = False
    """Whether this acknowledgement may go to an existing organization, where the target file and `--allow-acknowledge`
    both name it. It is never set on a probe that would acknowledge only through a fault of the service."""
    own_length: int = 0
    """Length of the beginning of `url` that is the operator's address and our path, in characters."""
    raw: bytes | None = None
    """The very bytes to send; the other members then only say what they are meant as. Always hostile."""

    @property
    def size(self) -> int:
        """Bytes of memory that it takes: a token may be as long as a body, and goes with each call."""
        head = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.url) + head + len(self.body or b"") + len(self.raw or b"")

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return _first(self.headers, name)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response: `body` with its content coding undone, `raw` as sent."""

    status: int
    headers: Headers
    body: bytes = b""
    raw: bytes = b""
    version: str = "HTTP/1.1"
    exceeded_bound: str | None = None
    """Which bound it passes, as `a body longer than 48 MiB`; then it has no body, and perhaps no headers."""

    @property
    def size(self) -> int:
        """Bytes of memory that it takes: a body that had no content coding is there once."""
        head = sum(len(name) + len(value) for name, value in self.headers)
        return head + len(self.body) + (0 if self.raw is self.body else len(self.raw))


def _first(headers: Headers, name: str) -> str | None:
    return _by_name(headers).get(name.lower())


@lru_cache(maxsize=64)  # many checks ask for the headers of an answer, one after the other
def _by_name(headers: Headers) -> Mapping[str, str]:
    """Return the first value of each header, by its name in lower case."""
    return {key.lower(): value for key, value in reversed(headers)}


@dataclass(frozen=True, slots=True)
class Respelled:
    """What a dialect respelled: request and answer as on the wire. `answer` is None where none came.

    `carried` is the exchange that a link in the answer led to, where the report came so.
    """

    dialect: Dialect
    request: Request
    answer: Answer | None = None
    carried: "Exchange | None" = None


@dataclass
class Exchange:
    """A request with its answer, or with the failure that came instead.

    Both are as the contract spells them, whatever the service's dialect: see `sent` and `received`.
    `number` counts from 1 through the run. `started` and `ended` are seconds of one monotonic clock. `jwt` holds header
    and claims of the access token that a token answer carried, where it is a JWT (signature left out).
    `body_was_stored` is false for a replayed exchange whose body was not stored.
    """

    number: int
    request: Request
    answer: Answer | None = None
    failure: str | None = None
    started: float = 0.0
    ended: float = 0.0
    jwt: Mapping[str, Any] | None = None
    body_was_stored: bool = True
    altered: bool = False
    """Of an exchange of a stored run: whether redaction replaced an identifier inside something longer."""
    at: float | None = None
    """When it was sent by our clock, in seconds since the epoch: by it a service's log is searched. None: not known."""
    carried_secrets: tuple[tuple[str, bool], ...] | None = None
    """Of a replayed exchange: secrets that its request carried, each with whether the answer repeated it."""
    credential_words: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    """Of a replayed exchange: each of its Authorization headers as words of curl, with the lines that make them."""
    known_before: tuple[Set[str], ...] = ()
    """Identifiers that were ours before the answer named them: no mark of the answer's own."""
    is_synthetic: bool | None = None
    """Whether the answer has a synthetic mark of its own; None where that is not known, or not any more."""
    bounds_checked: bool = False
    """Whether its JSON was held against our bounds: reading a large body for each look at it takes minutes."""
    may_store_body: bool = True
    """Whether the reports may have its body; else they have a digest."""
    respelled: Respelled | None = None
    """How it was on the wire, and by which dialect it was read; None where the service spells as the contract does."""

    @property
    def sent(self) -> Request:
        """The request as it was on the wire."""
        return self.respelled.request if self.respelled else self.request

    @property
    def received(self) -> Answer | None:
        """The answer as it was on the wire; None where none came."""
        return self.respelled.answer if self.respelled else self.answer

    @property
    def dialect(self) -> Dialect | None:
        """The dialect by which it was read; None where the service spells as the contract does."""
        return self.respelled.dialect if self.respelled else None

    def says(self, table: str, member: str) -> bool:
        """Whether the service says a fact at all, such as `progress` of `OrderStatus`: a dialect may leave it out."""
        return self.dialect is None or self.dialect.says(table, member)

    def says_header(self, name: str) -> bool:
        """Whether the service has a header of the contract, by its name there: a dialect may leave it out."""
        return self.dialect is None or self.dialect.headers.get(name, name) is not None

    @property
    def operation(self) -> str | None:
        """The operationId it was meant as."""
        return self.request.operation

    @property
    def given(self) -> Mapping[str, str]:
        """The query parameters asked with, by name, before encoding."""
        return self.request.given

    @property
    def status(self) -> int | None:
        """The status code; None where no answer came."""
        return self.answer.status if self.answer else None

    @property
    def succeeded(self) -> bool:
        """Whether the answer is a 2xx."""
        return self.answer is not None and 200 <= self.answer.status < 300

    @property
    def body(self) -> bytes:
        """The body, decoded; empty where no answer came."""
        return self.answer.body if self.answer else b""

    @property
    def timed_out(self) -> bool:
        """Whether no whole answer came in time: none of it (`timeout`), or one that drips, stops or never ends."""
        return self.failure is not None and self.failure.partition(":")[0] == "timeout"

    @property
    def speaks_no_http(self) -> bool:
        """Whether what came instead of an answer is none of HTTP: the service's doing, and not the network's."""
        return self.failure is not None and self.failure.startswith("not HTTP")

    @property
    def indeterminate(self) -> bool:
        """Whether it is an acknowledgement that may or may not have been done: answered 5xx, or not at all."""
        posted = self.operation == "acknowledgeReports" and self.request.method == "POST"
        return posted and (self.answer is None or self.answer.status >= 500)

    def header(self, name: str) -> str | None:
        """Return the answer's first header of that name, in any case."""
        return _first(self.answer.headers, name) if self.answer else None

    def headers(self, name: str) -> list[str]:
        """Return every value of the answer's header of that name."""
        wanted = name.lower()
        return [value for key, value in (self.answer.headers if self.answer else ()) if key.lower() == wanted]

    @property
    def media_type(self) -> str:
        """The answer's media type without parameters, in lower case; empty where it has none."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def media_type_received(self) -> str:
        """The media type as it was on the wire, likewise."""
        value = _first(self.received.headers, "Content-Type") if self.received else None
        return (value or "").partition(";")[0].strip().lower()

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None where it is none, whatever the media type says.

        None, too, where it passes a bound: an answer whose media type is JSON then loses its body, as one that is too
        long has none. In another one, such as a PDF, brackets and commas count nothing.
        """
        self.bounds_checked = True
        try:
            _PARSED.track(self, estimate_memory(self.body, most_values(self.operation)))
            return read_json(self.body, estimated=True)
        except PastBound as error:
            if "json" in self.media_type:
                self.pass_bound(str(error))
        except ValueError:
            pass
        return None

    def pass_bound(self, bound: str) -> None:
        """Note which bound the answer passes, and take its body away."""
        if self.answer is not None:
            vars(self).pop("json", None)
            self.answer = replace(self.answer, body=b"", raw=b"", exceeded_bound=bound)
            if self.respelled is not None and self.respelled.answer is not None:
                received = replace(self.respelled.answer, body=b"", raw=b"", exceeded_bound=bound)
                self.respelled = replace(self.respelled, answer=received)

    @property
    def exceeded_bound(self) -> str | None:
        """Which of our bounds the answer passes, where it does: it has no body, and perhaps no headers."""
        if self.answer is not None and not self.bounds_checked and "json" in self.media_type:
            self.json  # noqa: B018 (whoever reads it takes the body away that is too much)
        return self.answer.exceeded_bound if self.answer else None

    @property
    def date(self) -> float | None:
        """The server's own clock: its `Date`, in seconds since the epoch."""
        try:
            return parsedate_to_datetime(self.header("Date") or "").timestamp()
        except (ValueError, OverflowError, OSError):  # no date, or none that a clock shows
            return None

    @property
    def seconds(self) -> float:
        """How long the call took."""
        return self.ended - self.started

    def __str__(self) -> str:
        if self.answer is None:
            return f"no answer ({self.failure})"
        return f"{self.answer.status} {self.media_type or 'without media type'}"


REPORT_LIST_ATTRIBUTE = "_report_list"
"""The attribute in which an exchange keeps its report list, with the JSON that it was read from."""

_PARSED = ParsedBodies(MOST_WEIGHT, ("json", REPORT_LIST_ATTRIBUTE))
"""What exchanges keep of their JSON: as it was read, and the listing made of it."""
