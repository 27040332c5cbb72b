"""Start `examples/small_server` in the dialect of `klinik.dialect.yaml`, with the options of its own `serve.py`."""

from __future__ import annotations

import secrets
import sys
from dataclasses import replace
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples" / "small_server"))

import serve
import spelling
from small_server import wire
from small_server.api import Service
from small_server.problems import problem
from small_server.wire import Handler, Request, Response, json_response, refusal_response


class RespelledService(Service):
    """Reads each call, and writes each success, as the dialect has it. Reports are behind links that need no token."""

    def answer(self, request: Request) -> Response:
        """Answer one call."""
        if request.method == "GET" and request.path in self._links:
            return self._links[request.path]
        path, in_path, methods = spelling.address(request.method, request.path)
        if path is None and methods:
            refusal = problem(405, "method-not-allowed", "Not by that method.", {"Allow": ", ".join(methods)})
            response = refusal_response(refusal, request.request_id)
            self._record(request, response, None)
            return response
        query = spelling.read_parameters(spelling.without_version(request.query))
        query = "&".join(filter(None, (in_path, query)))
        body = spelling.read_body(path, request.body) if request.method == "POST" else request.body
        headers = spelling.with_basic(request.headers) if path == "/oauth2/token" else request.headers
        own = replace(request, path=path or "/nowhere", query=query, headers=headers, body=body)
        response = super().answer(own)
        if response.status == HTTPStatus.OK and path is not None:
            response = spelling.success(request.method, path, response)
            return self._linked(request, response) if path in ("/results", "/report") else response
        return response

    @cached_property
    def _links(self) -> dict[str, Response]:
        return {}

    def _linked(self, request: Request, report: Response) -> Response:
        """Keep a report, and return the answer that says where it is."""
        path = f"/abrufe/{secrets.token_urlsafe(24)}"
        of_report = {name: value for name, value in report.headers.items() if name.startswith("Content-")}
        self._links[path] = replace(report, headers=of_report)
        others = {name: value for name, value in report.headers.items() if name not in of_report}
        return json_response({"abruf": f"http://{request.header('Host')}{path}"}, headers=others)


class RespelledHandler(Handler):
    """Writes refusals, those of what is not HTTP too, and headers as the dialect has them; states stay as they are."""

    def _write(self, response: Response, request_id: str) -> None:
        if b" /states " not in self.raw_requestline:
            response = spelling.refusal(response) if response.media_type == spelling.PROBLEM else response
            response = replace(response, headers=spelling.headers(response.headers))
        super()._write(response, request_id)


if __name__ == "__main__":
    serve.Service = RespelledService  # type: ignore[misc]
    wire.Handler = RespelledHandler  # type: ignore[misc]
    serve.main()
