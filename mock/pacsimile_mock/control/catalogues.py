"""Handles calls about the whole server: its health, keys, scenarios and defects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response

from pacsimile_mock.control import http
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control_params import Params
from pacsimile_mock.database_errors import OUTAGE, Unavailable
from pacsimile_mock.seed.load import load, shipped
from pacsimile_mock.worlds.defect_registry import catalogue
from pacsimile_spec.version import __version__

DESCRIPTION = Path(__file__).with_name("openapi.yaml")


def description(state: ServerState) -> Response:
    """Return the control API's own OpenAPI document."""
    del state  # the same for all
    return http.response_of(200, DESCRIPTION.read_bytes(), "application/yaml")


def health(state: ServerState) -> Response:
    """Report whether the server is ready: whether its state can be read and changed. No token is needed."""
    try:
        state.worlds.registry.probe()
    except Unavailable as error:
        OUTAGE.warn(error)
        response = http.respond(503, {"ready": False, "version": __version__, "detail": str(error)})
        response.headers["Retry-After"] = "5"
        return response
    return http.respond(200, {"ready": True, "version": __version__})


def rotate_keys(state: ServerState) -> tuple[int, Any]:
    """Sign tokens with a new key; `{"forget": true}` ends those of older keys."""
    state.worlds.rotate_keys(forget=Params(http.body(), ("forget",)).flag("forget"))
    return 200, state.worlds.keys.public()


def defects(state: ServerState) -> tuple[int, Any]:
    """List the defects that a world can have."""
    del state  # the same for all
    return 200, catalogue()


def scenarios(state: ServerState) -> tuple[int, Any]:
    """List the scenarios that come with the package, with their summaries."""
    del state  # the same for all
    return 200, {"scenarios": [{"name": name, "summary": load(name).summary} for name in shipped()]}
