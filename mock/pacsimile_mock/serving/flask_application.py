"""Flask as the mock needs it: for the control API and the open documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from werkzeug.exceptions import NotFound
from werkzeug.routing import MapAdapter

from pacsimile_mock.wsgi_calls import path_of


class Application(Flask):
    """Flask, routing by path and method alone: admission decides which `Host` is refused."""

    allowance: Callable[[dict[str, Any]], int]
    """Returns how many bytes of a body a call may send, by its headers."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Bind the routes to a request, whose `Host` is not looked at."""
        if request is None:
            return super().create_url_adapter(request)
        path = path_of(request.environ)
        if path.startswith("//"):
            raise NotFound  # the routes would fold the slashes into one
        return self.url_map.bind("localhost", path_info=path, default_method=request.method)
