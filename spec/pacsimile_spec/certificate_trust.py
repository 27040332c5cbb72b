"""Say what to do if a server's certificate is not trusted. All commands use the same words."""

from __future__ import annotations

UNKNOWN_AUTHORITY = ("unable to get local issuer certificate", "self-signed certificate", "self signed certificate")
"""OpenSSL's reasons if nothing that this machine trusts has signed the certificate."""


def is_unknown_authority(reason: str) -> bool:
    """Tell whether TLS failed because the CA is not trusted. An expired certificate, for example, is something else."""
    return any(known in reason for known in UNKNOWN_AUTHORITY)


def not_trusted(url: str, reason: str, authority: str | None = None) -> str:
    """Return a message about the certificate of `url`. `authority` is the file of its CA, if that is known."""
    message = f"the certificate of {url} is not trusted ({reason})"
    if not is_unknown_authority(reason):
        return message
    return f"{message}: set SSL_CERT_FILE to {authority or 'the file of the CA that signed it'}"
