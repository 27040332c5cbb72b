"""What a port speaks instead of HTTP, told by its first bytes: the name of a protocol is ours, and safe to write."""

import http.client

_BEGINNINGS = (
    ("SSH-", "SSH"),
    ("220 ", "SMTP or FTP"),
    ("220-", "SMTP or FTP"),
    ("* OK", "IMAP"),
    ("+OK", "POP3"),
    ("RFB ", "VNC"),
    ("\x15\x03", "TLS"),
    ("\x16\x03", "TLS"),
    ("<", "a page or XML without a head"),
    ("{", "JSON without a head"),
)
NOT_HTTP = "not HTTP"
"""How the failure of a call begins that was answered by something else."""
NOT_HTTP_BUT_TLS = f"{NOT_HTTP} (TLS)"


def not_http(error: http.client.HTTPException) -> str:
    """Return the failure of a call whose answer is not HTTP: with the protocol, or else with what did not read it."""
    line = str(error) if isinstance(error, http.client.BadStatusLine) else ""
    spoken = next((name for beginning, name in _BEGINNINGS if line.startswith(beginning)), type(error).__name__)
    return f"{NOT_HTTP} ({spoken})"
