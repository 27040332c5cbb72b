"""One call and its answer, free of any web framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

from pacsimile_advice.calls import ReportMention

WIRE = "pacsimile.wire"
"""Set in a request's environment by a server that sends the answer on a connection, and can apply faults there."""

STREAM = "pacsimile.stream"
"""Set in the environment for that server: the source of a body that is streamed until the client disconnects."""

DELIVERY = "pacsimile.delivery"
"""Set in the environment for that server: how the answer leaves, where the call triggered a fault."""


_PATH_CHARACTERS = "/:@!$&'()*+,;="
"""What stands in a path of a URI as it is, beside the unreserved characters (RFC 3986 section 3.3)."""

NO_VALUES: Mapping[str, str] = MappingProxyType({})
"""The parameters of a call that has none."""


class Mask(Protocol):
    """Hides the secrets of a call in what is shown of it."""

    def text(self, text: str) -> str:
        """Return a text with the secrets in it hidden."""

    def sentence(self, text: str) -> str:
        """Return a sentence of the mock's own with the secrets that it quotes hidden."""

    def value(self, name: str, value: str) -> str:
        """Return a parameter's value with the secrets in it hidden."""


class Delivery(Protocol):
    """How an answer is to leave, where a fault says otherwise than at once and whole."""

    def hand_over(self, environ: MutableMapping[str, Any], answer: Answer) -> Answer:
        """Leave the answer to whoever sends it; return what to answer where nobody does."""


class CallFault(Protocol):
    """The fault that a call triggered."""

    @property
    def name(self) -> str:
        """Its id and what it does, for the journal."""

    @property
    def token_lifetime(self) -> int | None:
        """Seconds after which a token issued by this call is refused; None for the usual."""

    def spoil(self, answer: Answer) -> None:
        """Change the answer."""

    def delivery(self, close: Callable[[int, bool], None]) -> Delivery:
        """Return how the answer leaves; `close` takes the bytes that left, and whether the answer arrived whole."""


class Seen:
    """What the steps and the endpoint saw of a call, by which its client can be advised. The journal keeps no token.

    Each call makes one, so that nothing is set that is as usual: defaults are the class's.
    """

    access_token: str | None = None
    """The token that it carries, or was given; the journal keeps the end of its signature alone."""
    lifetime: int | None = None
    """Seconds that a token given lives."""
    operation: str | None = None
    """The operation that a link leads to; None for the call's own."""
    values: Mapping[str, str] = NO_VALUES
    """Its parameters by the contract's names."""
    with_body: bool = False
    """Whether it names the reports that it acknowledges."""
    reports: Sequence[ReportMention] = ()
    """The reports that its answer lists, holds or acknowledges."""
    order_ids: Sequence[str] = ()
    """The orders that its answer names beside those; of an acknowledgement, those named in place of reports."""
    order_status: str | None = None
    has_more: bool = False
    """Whether a listing ended at its limit."""
    damaged: bool = False
    """Whether a fault changed the body."""
    real_at_ns: int = 0
    """When it was answered, in nanoseconds since 1970 by the system's clock: from the journal on."""
    connection: str | None = None
    resets: int = 0
    """How often the world had been reset before."""


def why_incomplete(content_length: object) -> str:
    """Say what is wrong with a body that is not whole, and what to do.

    Args:
        content_length: its announced length; None for a body in chunks, of which nobody knows here whether it broke off
            or has trailers (RFC 9112 section 7.1.2).
    """
    if content_length is not None:
        return "did not arrive whole: send it again"
    return "did not arrive whole, or has trailers, which are not taken here: send it again without them"


class Respelled(NamedTuple):
    """A call as the contract spells it, and where parameters stood in the path in which it came."""

    call: Call
    path_pieces: tuple[str, ...]
    """That path cut around them: literal, value, literal, and so on; empty where none stood in it."""
    path_parameters: Mapping[str, str]
    """Their values, decoded, by the dialect's names."""


@dataclass(slots=True)
class Call:
    """What a client asked: the request line, its headers (names in lower case) and its body."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    content_length: int | None = None
    """Bytes that `Content-Length` announced; more than `len(body)` when the body did not arrive whole."""
    cut_off: bool = False
    """A body that announced no length ended before its end."""
    too_large: bool = False
    """The body is over the cap and was not read."""
    refused_early: Exception | None = None
    """Why the call is refused before the first step: admission refused it, or the database did not tell its world."""
    path_names_other_world: bool = False
    """Whether its path names another world than its credentials."""
    operation: str | None = None
    base_url: str = ""
    """The URL under which an operation of the authorization server was asked; the world's path included."""
    request_id: str = field(default_factory=lambda: token_hex(8))
    client_id: str | None = None
    """The caller, once a token or credentials are verified."""
    fault: CallFault | None = None
    """The fault that it triggered."""
    mask: Mask | None = None
    """Hides its secrets; made when the first text is to be shown."""
    connection: str | None = None
    """Names the connection that it came over; None where others may share it, as behind a proxy."""
    seen: Seen = field(default_factory=Seen)
    respelled: Respelled | None = None
    """The same call as the contract spells it, where the world speaks a dialect."""

    @property
    def incomplete(self) -> bool:
        """Whether there is a body that did not arrive whole."""
        return self.cut_off or (self.content_length is not None and self.content_length > len(self.body))

    def path_with(self, show: Callable[[str], str]) -> str:
        """Return the path with each parameter in it as `show` gives it."""
        if self.respelled is None or not self.respelled.path_pieces:
            return self.path
        return "".join(show(piece) if index % 2 else piece for index, piece in enumerate(self.respelled.path_pieces))


@dataclass(slots=True)
class Answer:
    """The answer to a call."""

    status: int
    body: bytes
    media_type: str | None
    headers: list[tuple[str, str]] = field(default_factory=list)
    requirement: str | None = None
    """The clause that a refusal comes from, for the journal."""
    refusal: str | None = None
    """The detail of a refusal, for the journal."""
    delivery: Delivery | None = None
    """How it is to leave, where a fault says otherwise than at once and whole."""

    @classmethod
    def of_json(cls, status: int, content: Any, media_type: str = "application/json") -> Answer:
        """Return an answer with `content` as JSON."""
        import orjson

        return cls(status, orjson.dumps(content), media_type)


def uri_path(path: str) -> str:
    """Return a decoded path as a URI reference has it, percent-encoded (RFC 3986 section 3.3)."""
    return quote(path, safe=_PATH_CHARACTERS)
