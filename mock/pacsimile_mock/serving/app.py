"""Assembles the server's paths: the operations, and all that Flask serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.dispatcher import Dispatcher

if TYPE_CHECKING:
    from pacsimile_mock.serving.flask_application import Application


def create_app(state: ServerState) -> Dispatcher:
    """Make the application over the worlds of `state`; it can be called as WSGI without any server."""
    return Dispatcher(state, _flask_application)


def _flask_application(dispatcher: Dispatcher) -> Application:
    """Make what Flask serves. To import Flask takes a quarter of the time to start, and no operation needs it."""
    from pacsimile_mock.serving.flask_application import make_application

    return make_application(dispatcher.state, dispatcher)
