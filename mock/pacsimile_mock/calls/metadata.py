"""Authorization server metadata (RFC 8414)."""

from __future__ import annotations

from typing import Any

from pacsimile_spec.scopes import SCOPES

METADATA = "/.well-known/oauth-authorization-server"

OPEN_DOCUMENTS = (f"{METADATA}/oauth2", f"/oauth2{METADATA}", "/oauth2/jwks")
"""Paths that need no token: the metadata, both where RFC 8414 §3.1 has it and where clients look, and the keys."""


def metadata(endpoint: str) -> dict[str, Any]:
    """Describe the authorization server whose OAuth2 endpoint is `endpoint`."""
    return {
        "issuer": endpoint,
        "token_endpoint": f"{endpoint}/token",
        "introspection_endpoint": f"{endpoint}/introspect",
        "revocation_endpoint": f"{endpoint}/revoke",
        "jwks_uri": f"{endpoint}/jwks",
        "scopes_supported": list(SCOPES),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
