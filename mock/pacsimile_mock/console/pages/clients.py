"""Clients and their tokens: credentials, what a token says, and whether it is accepted now."""

from __future__ import annotations

import base64
import json
from typing import Any

from flask import Response

from pacsimile_mock.clock import rfc3339
from pacsimile_mock.console.control_calls import Refused, in_path
from pacsimile_mock.console.visit import Visit
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_spec.scopes import SCOPES

MOST = 200


def show(visit: Visit, message: str | None = None, token: dict[str, Any] | None = None) -> Response:
    """List the clients, and offer to make one and to read a token."""
    path = f"/worlds/{in_path(visit.name)}/clients"
    return visit.page(
        "clients", "clients", "Clients and tokens", status=200 if message is None else 400,
        clients=list(visit.calls.all_of(path, "clients", most=MOST)), scopes=SCOPES, message=message, token=token,
    )  # fmt: skip


def create(visit: Visit) -> Response:
    """Make a client of an organization."""
    wanted: dict[str, Any] = visit.entered("organization_id")
    scopes = [scope for scope in SCOPES if visit.form.get(f"scope {scope}")]
    if scopes:
        wanted["scopes"] = scopes
    try:
        visit.of_world("POST", "/clients", wanted)
    except Refused as error:
        return show(visit, str(error))
    return visit.go("clients")


def read_token(visit: Visit) -> Response:
    """Show what a token says, and whether the world accepts it now. It is not kept."""
    text = visit.form.get("access_token", "").strip()
    if not text:
        return show(visit, "Paste an access token.")
    return show(visit, token=described(visit, text))


def described(visit: Visit, text: str) -> dict[str, Any]:
    """Return what a token says and grants: `parts` of a JWT, `verdict`, and `expires_at` where it is accepted."""
    now = visit.world.clock.now()
    parts = [part for part in map(_decoded, text.split(".")[:2]) if part is not None] if text.count(".") == 2 else []
    try:
        grant = visit.world.jwt.verify(text, now)
    except InvalidToken as error:
        return {"parts": parts, "verdict": str(error), "accepted": False, "expires_at": None}
    whose = f"{grant.organization_id}, client {grant.client_id}"
    return {
        "parts": parts,
        "verdict": f"It is accepted for {', '.join(grant.scopes)} of {whose}.",
        "accepted": True,
        "expires_at": rfc3339(grant.expires_at),
    }


def _decoded(part: str) -> str | None:
    """Return a part of a JWT as indented JSON; None where it is none."""
    try:
        return json.dumps(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))), indent=2)
    except (ValueError, RecursionError):
        return None
