"""Reads an answer that was copied from somebody else's connection, as the wire reads those of our own."""

import http.client
import io
import math

from pacsimile_contract.client.bodies import Room
from pacsimile_contract.client.deadlines import HeadPastBound, timed_response
from pacsimile_contract.client.wire import WireError, answer_of, reason_of
from pacsimile_contract.evidence.bounds import longest_body, too_long
from pacsimile_contract.evidence.exchange import Answer


def read_copied_answer(content: bytes, method: str, operation: str | None, *, is_overlong: bool = False) -> Answer:
    """Return the answer that the bytes of a connection hold, interim answers before it included.

    Args:
        content: the bytes from the answer's beginning to its end, or to where the connection ended.
        method: the method of its request: a HEAD is answered without a body.
        operation: what it answers, which bounds its body.
        is_overlong: whether the copy ends where the answer passed that bound.

    Raises:
        WireError: they are no whole answer.
    """
    most = longest_body(operation)
    try:
        response = timed_response(math.inf, math.inf)(_Copy(content), method=method)
        response.begin()
        if is_overlong:
            version = "HTTP/1.0" if response.version == 10 else "HTTP/1.1"
            return Answer(response.status, tuple(response.getheaders()), version=version, exceeded_bound=too_long(most))
        return answer_of(response, most, Room())
    except HeadPastBound as error:
        return Answer(error.status, (), exceeded_bound=str(error))
    except (OSError, http.client.HTTPException) as error:
        raise WireError(reason_of(error)) from error


class _Copy:
    """Stands in the place of a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the bytes as a socket's file."""
        del mode
        return io.BufferedReader(io.BytesIO(self._content))

    def settimeout(self, seconds: float) -> None:
        """Wait for nothing: all is there."""
        del seconds
