"""Provides certificates for serving over TLS: one that the mock makes, or the user's (SEC-4).

The mock's certificate authority is made once for this user and kept, so that it has to be trusted only once.
"""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trustme

CERTIFICATE_LIVES = timedelta(days=365)


class TlsError(Exception):
    """A certificate or key cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Tls:
    """What the server needs to speak TLS."""

    certificate: Path
    key: Path
    authority: Path | None = None
    """The mock's own authority, for clients to trust; None for a certificate of the user's."""
    client_authority: Path | None = None
    """Who must have signed the clients' certificates; None where clients need none."""


def folder() -> Path:
    """Where the authority is kept: `PACSIMILE_TLS_DIR`, else in the user's data folder."""
    named = os.environ.get("PACSIMILE_TLS_DIR")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "pacsimile" / "tls"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "pacsimile" / "tls"


def check(tls: Tls) -> Tls:
    """Check that certificate and key belong together and can be read, or raise TlsError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for file in (tls.certificate, tls.key, tls.client_authority):
        if file is not None and not file.is_file():
            raise TlsError(f"there is no file {file}: give --cert, --key and --client-ca as PEM files")
    try:
        context.load_cert_chain(tls.certificate, tls.key, password=lambda: "")
        if tls.client_authority is not None:
            context.load_verify_locations(tls.client_authority)
    except (ssl.SSLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error)
        raise TlsError(
            f"the certificate and the key cannot be used together ({reason}): give PEM files of one pair, "
            "the key without a passphrase"
        ) from None
    return tls


def own(names: Iterable[str], client_authority: Path | None = None) -> Tls:
    """Give a new certificate of the mock's own authority, for these host names beside those of loopback."""
    import trustme

    place = folder()
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = _authority(place)
        issued = authority.issue_cert(
            *sorted({"localhost", "127.0.0.1", "::1", *names}),
            not_after=datetime.now(UTC) + CERTIFICATE_LIVES,
            key_type=trustme.KeyType.ECDSA,
        )
        certificate, key = place / f"server-{os.getpid()}.pem", place / f"server-{os.getpid()}-key.pem"
        _write_private(key, issued.private_key_pem.bytes())
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    except OSError as error:
        raise TlsError(
            f"certificates cannot be kept in {place} ({error.strerror}): set PACSIMILE_TLS_DIR to another folder"
        ) from None
    except ValueError as error:
        raise TlsError(f"no certificate can be made for {', '.join(sorted(names))}: {error}") from None
    return check(Tls(certificate, key, place / "ca.pem", client_authority))


def kept() -> list[Path]:
    """Name the files that hold the key of the mock's own authority."""
    return [folder() / "ca-key.pem"]


def remove(tls: Tls) -> None:
    """Remove a certificate of the mock's own making; its authority stays."""
    if tls.authority is not None:
        tls.certificate.unlink(missing_ok=True)
        tls.key.unlink(missing_ok=True)


def _authority(place: Path) -> trustme.CA:
    """The authority that is kept, or a new one."""
    import trustme

    certificate, key = place / "ca.pem", place / "ca-key.pem"
    if certificate.exists() and key.exists():
        try:
            return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
        except ValueError:
            raise TlsError(f"{place} holds a certificate or key that cannot be read: remove the folder") from None
    made = trustme.CA(
        organization_name="pacsimile",
        organization_unit_name="mock of this user on this machine",
        key_type=trustme.KeyType.ECDSA,
    )
    _write_private(key, made.private_key_pem.bytes())
    certificate.write_bytes(made.cert_pem.bytes())
    return made


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
