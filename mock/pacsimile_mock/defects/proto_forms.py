"""Defects of unusual forms of a call: a slash at the end, headers that few clients send, and odd texts."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.defects.changed_calls import operation_at
from pacsimile_mock.errors import Problem, Refusal, failure
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS


@defect("slash-at-the-end-is-served", "PROTO-2")
class SlashServed(Pipeline):
    """A path that ends with a slash is taken for the path without it."""

    def route(self, call: Call) -> str:
        """Find the operation without the slash."""
        found = operation_at(call, call.method, call.path.removesuffix("/")) if call.path.endswith("/") else None
        if found is not None:
            call.operation = found
        return super().route(call)


@defect("condition-in-a-header-is-an-unknown-order", "PROTO-5")
class ConditionUnknown(Pipeline):
    """A call with `If-None-Match` is answered with 404: a cache that is asked first has nothing."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Look into an empty cache."""
        if "if-none-match" in request.call.headers and operation_id != "listReports":
            raise Problem("There is nothing in the cache.", reason="order-not-found", requirement="STATUS-4")
        return super().serve(operation_id, request)


@defect("preflight-is-answered", "PROTO-2")
class PreflightAnswered(Pipeline):
    """OPTIONS with the headers of a browser's preflight is answered with 204, and says nothing of methods."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Answer any preflight."""
        if call.method == "OPTIONS" and "access-control-request-method" in call.headers:
            return Answer(204, b"", "")
        return super().respond(call, values)


@defect("rewritten-path-is-followed", "PROTO-5")
class RewrittenPath(Pipeline):
    """A path in `X-Original-URL` counts, in the place of the call's own: there is nothing at most of them."""

    def route(self, call: Call) -> str:
        """Look for the other path."""
        rewritten = call.headers.get("x-original-url", call.path)
        if rewritten != call.path:
            call.operation, call.path = operation_at(replace(call, operation=None), call.method, rewritten), rewritten
        return super().route(call)


@defect("half-a-surrogate-fails", "PROTO-3")
class SurrogateFails(Pipeline):
    """An acknowledgement that names half a surrogate pair fails: the parser lets it pass, and the encoder does not."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Fail where there is one."""
        if b"\\ud8" in call.body and b"\\ude" not in call.body:
            raise failure()
        return super().report_ids(operation_id, call)


@defect("nul-in-a-named-report-fails", "PROTO-3")
class NulFails(Pipeline):
    """An acknowledgement that names a text with NUL fails, as the database's driver refuses it."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Fail where there is one."""
        names = super().report_ids(operation_id, call)
        if any("\0" in name for name in names or ()):
            raise failure()
        return names


@defect("folder-in-a-named-report-fails", "PROTO-3")
class FolderFails(Pipeline):
    """An acknowledgement that names `..` fails, as each report is a file, and that is a folder."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Fail where there is one."""
        names = super().report_ids(operation_id, call)
        if not {".", ".."}.isdisjoint(names or ()):
            raise failure()
        return names


@defect("order-in-the-path-is-served", "PROTO-2")
class OrderInThePath(Pipeline):
    """`/status/` with an order's id behind it is answered with that order's status."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Take the id from the path."""
        before, _, order_id = call.path.rpartition("/")
        if call.method == "GET" and before == "/status":
            call.operation, call.path, call.query = "getStatus", before, f"order_id={order_id}"
        return super().respond(call, values)


@defect("nul-in-basic-fails", "PROTO-3")
class NulInBasicFails(Pipeline):
    """A token request whose client id in HTTP Basic has NUL fails, as the database's driver refuses it."""

    def route(self, call: Call) -> str:
        """Fail where there is one."""
        scheme, _, pair = call.headers.get("authorization", "").partition(" ")
        if (
            call.operation in TOKEN_OPERATIONS
            and scheme == "Basic"
            and b"\0" in b64decode(pair + "==").partition(b":")[0]
        ):
            raise failure()
        return super().route(call)


@defect("errors-of-the-former-refusal-are-told-again", "PROTO-5")
class ErrorsAddUp(Pipeline):
    """A refusal of a query names the parameters of the refusal before it too, whoever was refused."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Add those of the last refusal."""
        try:
            return super().parameters(operation_id, call)
        except Problem as problem:
            former: tuple[tuple[str, str], ...] = self.__dict__.get("former", ())
            self.__dict__["former"] = problem.errors
            problem.errors = (*former, *problem.errors)
            raise


@defect("request-id-of-the-caller-is-taken-over", "PROTO-1")
class CallersRequestId(Pipeline):
    """An `X-Request-Id` that the caller sends becomes the answer's, also where it was sent before."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Take it over."""
        call.request_id = call.headers.get("x-request-id") or call.request_id
        return super().respond(call, values)


@defect("other-origin-is-refused", "PROTO-5")
class OtherOrigin(Pipeline):
    """A call with an `Origin` that is not the service's own is refused, as browsers' calls of other pages are."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Refuse it."""
        if "origin" in request.call.headers:
            raise Problem("The page may not call.", reason="organization-not-allowed", requirement="PROTO-5")
        return super().serve(operation_id, request)


@defect("malformed-date-of-a-condition-fails", "PROTO-3")
class MalformedDateFails(Pipeline):
    """A group's report fails if `If-Modified-Since` is not a date."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Read the date."""
        answer, since = super().serve(operation_id, request), request.call.headers.get("if-modified-since")
        if operation_id == "getGroupReport" and since and not since.endswith("GMT"):
            raise failure()
        return answer


@defect("empty-piece-of-a-query-is-refused", "PROTO-5")
class EmptyPiece(Pipeline):
    """A query with an empty piece, such as `&&`, is refused, as one with a parameter that has no name."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Refuse it."""
        if call.query and "" in call.query.split("&"):
            raise Problem("A parameter has no name.", reason="invalid-parameter", requirement="STATUS-3")
        return super().parameters(operation_id, call)


METHOD_NOT_ALLOWED = 405


@defect("refused-method-gets-a-page", "PROTO-1")
class RefusedMethodGetsPage(Pipeline):
    """405 is the framework's own page in HTML, not a problem."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Replace the problem by a page."""
        answer = super().refuse(refusal, call)
        if answer.status == METHOD_NOT_ALLOWED:
            return replace(answer, body=b"<h1>405 Method Not Allowed</h1>", media_type="text/html")
        return answer
