"""Defects of inputs that few clients send: HEAD, empty values, false bodies, near media types; and of borders."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import read_as
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

CHUNK = 500


def content_of(call: Call) -> Any:
    """Read a body as JSON; None for what is none."""
    try:
        return orjson.loads(call.body)
    except orjson.JSONDecodeError:
        return None


def _replace_body(call: Call, body: bytes) -> None:
    """Give a call another body, which arrived whole as its own did."""
    call.content_length, call.body = call.content_length and len(body), body


@defect("head-is-remembered-as-a-listing", "BATCH-6")
class HeadIsRemembered(Pipeline):
    """HEAD lists as GET does, and is remembered as a listing."""

    def route(self, call: Call) -> str:
        """Take HEAD for GET."""
        if (call.method, call.path) == ("HEAD", "/reports"):
            return "listReports"
        return super().route(call)


@defect("empty-limit-is-none", "BATCH-13")
class EmptyLimitIsNone(Pipeline):
    """An empty `limit` counts as none."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Leave it out."""
        return read_as(self, operation_id, call, call.query.removesuffix("&limit="))


@defect("body-of-an-empty-array-is-none", "BATCH-11")
class EmptyArrayIsNone(Pipeline):
    """A body that is an empty array, or an empty text, counts as no body: it acknowledges the last listing."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Take such a body for none."""
        if operation_id == "acknowledgeReports" and content_of(call) in ([], ""):
            return None
        return super().report_ids(operation_id, call)


@defect("ids-that-are-an-empty-object-are-none", "BATCH-11")
class EmptyIdsAreNone(Pipeline):
    """`report_ids` that are false or an empty object count as an empty list."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Take them for an empty list."""
        if operation_id == "acknowledgeReports" and content_of(call) in ({"report_ids": {}}, {"report_ids": False}):
            return []
        return super().report_ids(operation_id, call)


@defect("json-named-in-a-parameter-is-json", "BATCH-11")
class JsonInAParameter(Pipeline):
    """A media type counts as JSON that has `application/json` anywhere."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Search the header's value."""
        if operation_id == "acknowledgeReports" and "application/json" in call.headers.get("content-type", ""):
            call.headers = {**call.headers, "content-type": "application/json"}
        return super().report_ids(operation_id, call)


@defect("last-chunk-of-names-is-dropped", "BATCH-11")
class LastChunkDropped(QueueService):
    """Of more than five hundred names, those behind the last full chunk's first half are dropped."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Leave the end out."""
        kept = report_ids if len(report_ids) <= CHUNK else report_ids[: -CHUNK // 2]
        return super().acknowledge(organization_id, kept, now)


@defect("limit-of-all-there-are-is-one-less", "BATCH-13")
class LimitOfAllIsOneLess(QueueService):
    """A limit that is as great as the number of reports leaves the newest out."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave it out where the page is just full and nothing follows, but for pages of one or two."""
        everything = super().unacknowledged(organization_id, now, None)
        shown = super().unacknowledged(organization_id, now, limit)
        return shown[:-1] if limit is not None and limit > 2 and len(everything) == limit else shown


@defect("order-id-acknowledges-its-report", "BATCH-11")
class OrderIdAcknowledges(QueueService):
    """An acknowledgement takes ids of orders too, and acknowledges their newest reports."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Put the report in the place of its order."""
        orders = {order.order_id: order for order in self.store.orders_of(organization_id)}
        newest = {name: order.newest_version(now) for name, order in orders.items()}
        named = [version.report_id if (version := newest.get(name)) else name for name in report_ids]
        return super().acknowledge(organization_id, named, now)


@defect("member-is-known-in-any-case", "BATCH-11")
class MemberInAnyCase(Pipeline):
    """The name of the member `report_ids` is compared without case."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Write it in small letters."""
        content = content_of(call)
        if isinstance(content, dict):
            _replace_body(call, orjson.dumps({name.lower(): value for name, value in content.items()}))
        return super().report_ids(operation_id, call)


@defect("comma-at-the-end-is-left-out", "BATCH-11")
class CommaLeftOut(Pipeline):
    """A comma behind the last member of a body is left out, as a lenient parser does."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Leave it out."""
        if call.body.endswith(b"],}"):
            _replace_body(call, call.body[:-2] + b"}")
        return super().report_ids(operation_id, call)


@defect("body-in-chunks-is-none", "BATCH-11")
class ChunksAreNone(Pipeline):
    """A body without `Content-Length` counts as none: one in chunks acknowledges the last listing."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Take such a body for none, if it came whole."""
        if operation_id == "acknowledgeReports" and call.content_length is None and not call.cut_off:
            return None
        return super().report_ids(operation_id, call)


@defect("body-with-a-byte-order-mark-is-none", "BATCH-11")
class ByteOrderMark(Pipeline):
    """A body that begins with a byte order mark counts as no body: it acknowledges the last listing."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Take it for none."""
        if operation_id == "acknowledgeReports" and call.body.startswith(b"\xef\xbb\xbf"):
            return None
        return super().report_ids(operation_id, call)


LONGEST_ID = 64


@defect("long-id-is-refused", "BATCH-11")
class LongIdRefused(Pipeline):
    """An id of more than 64 characters refuses the whole acknowledgement, instead of being in `not_found`."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Refuse it."""
        ids = super().report_ids(operation_id, call)
        if any(len(name) > LONGEST_ID for name in ids or ()):
            raise Problem("An id is too long.", reason="invalid-body", requirement="BATCH-11")
        return ids


@defect("same-idempotency-key-repeats-the-answer", "BATCH-11")
class SameKey(Pipeline):
    """Two acknowledgements with one `Idempotency-Key` are one: the second does nothing, and gets the first answer."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Keep the answers by the key."""
        key = request.call.headers.get("idempotency-key")
        if operation_id != "acknowledgeReports" or key is None:
            return super().serve(operation_id, request)
        kept: dict[str, Answer] = self.__dict__.setdefault("kept", {})
        if key not in kept:
            kept[key] = super().serve(operation_id, request)
        return replace(kept[key], headers=[*kept[key].headers])


@defect("body-in-utf-16-is-read", "BATCH-11")
class Utf16IsRead(Pipeline):
    """The encoding of a body is guessed, as by a parser that takes bytes: one in UTF-16 acknowledges."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Decode it."""
        if call.body.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
            _replace_body(call, call.body.decode("utf-16").encode())
        return super().report_ids(operation_id, call)


@defect("acknowledgement-that-finds-nothing-is-refused", "BATCH-11")
class FindsNothingIsRefused(QueueService):
    """An acknowledgement that names unknown reports alone is refused with 400."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Refuse it."""
        done = super().acknowledge(organization_id, report_ids, now)
        if done.not_found and set(done.not_found) == set(report_ids):
            raise Problem("There are no such reports.", reason="invalid-body", requirement="BATCH-11")
        return done
