"""What every answer has: the usual headers and, once it is complete, an audit record."""

from __future__ import annotations

import secrets
from email.utils import formatdate

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starlette_server.clock import SECOND
from starlette_server.database import AuditRecord
from starlette_server.service import Service


class Answers:
    """What stands around the application, so that the answer to a failure is finished too."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, and finish its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not scope["path"].isprintable():  # a pattern's `$` would let a line feed at the end pass
            scope["path"] = "/unprintable"
        now = self.service.clock.now()
        request_id = secrets.token_hex(8)

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Date"] = formatdate(now // SECOND, usegmt=True)
                self.service.record(self.record(scope, message["status"], request_id, now))
            await send(message)

        await self.app(scope, receive, finish)

    def record(self, scope: Scope, status: int, request_id: str, now: int) -> AuditRecord:
        """The audit record of a call."""
        return AuditRecord(
            at=now,
            request_id=request_id,
            client_id=scope.get("client_id"),
            method=scope["method"],
            operation=scope.get("operation"),
            status=status,
        )
