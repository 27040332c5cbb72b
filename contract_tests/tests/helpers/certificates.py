"""Certificates for tests, made by an authority that nobody else trusts."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Authority:
    """A certificate authority, with its certificate as a file."""

    def __init__(self, folder: Path, name: str) -> None:
        self._authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
        self._folder, self._name = folder, name
        self.file = folder / f"{name}.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def server(
        self, host: str = "127.0.0.1", *, expired: bool = False, clients: "Authority | None" = None
    ) -> ssl.SSLContext:
        """Return what a server of that host speaks TLS with; `clients`: who must have signed those who call."""
        now = datetime.now(UTC)
        until = now - timedelta(days=1) if expired else now + timedelta(days=1)
        issued = self._authority.issue_cert(
            host, not_before=now - timedelta(days=2), not_after=until, key_type=trustme.KeyType.ECDSA
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        if clients is not None:
            context.load_verify_locations(clients.file)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client(self) -> tuple[Path, Path]:
        """Return a client's certificate and key."""
        issued = self._authority.issue_cert("client@tests.invalid", key_type=trustme.KeyType.ECDSA)
        certificate, key = self._folder / f"{self._name}-client.pem", self._folder / f"{self._name}-client-key.pem"
        issued.cert_chain_pems[0].write_to_path(str(certificate))
        issued.private_key_pem.write_to_path(str(key))
        return certificate, key
