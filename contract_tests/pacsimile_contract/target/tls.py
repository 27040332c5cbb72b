"""TLS as the target file sets it: the trusted authorities, and the client certificate."""

import ssl
from collections.abc import Mapping
from pathlib import Path

from pacsimile_spec import given_files
from pacsimile_spec.given_files import UnusableFile


def tls_context(files: Mapping[str, str]) -> ssl.SSLContext:
    """Return a context that verifies chain and name, from TLS 1.2 on.

    `files` are paths by the target file's keys: `ca` (else the machine's authorities), `client_cert`, `client_key`.
    A key with a passphrase cannot be used: nobody is there to enter it.

    Raises:
        OSError: a file cannot be read or is not of its kind (as ssl.SSLError).
    """
    context = ssl.create_default_context(cafile=files.get("ca"))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if "client_cert" in files:
        context.load_cert_chain(files["client_cert"], files.get("client_key"), password=lambda: b"")
    return context


def fault_of_files(files: Mapping[str, str]) -> tuple[str, str] | None:
    """Return (key, what was expected) of the first file that cannot be used; None where all can."""
    for name, path in files.items():
        try:
            given_files.check(Path(path))
        except UnusableFile as error:
            return name, f"expected a PEM file ({error})"
    try:
        tls_context({name: path for name, path in files.items() if name == "ca"})
    except OSError as error:
        return "ca", f"expected a PEM file of certificates ({_reason(error)})"
    try:
        tls_context({name: path for name, path in files.items() if name != "ca"})
    except OSError as error:
        key = "client_key" if "client_key" in files else "client_cert"
        what = "expected PEM files of a certificate and its key, without a passphrase"
        return key, f"{what} ({_reason(error)})"
    return None


def _reason(error: OSError) -> str:
    return str(getattr(error, "reason", None) or error.strerror or type(error).__name__)
