"""Checks of the addresses that a user gives, before anything is sent there."""

from urllib.parse import urlsplit

EXPECTED = "expected an http or https address such as https://api.staging.example"


def fault_of_address(text: str) -> str | None:
    """Return in one line what is wrong with an absolute http or https address; None where it can be used.

    Name and password in it are refused, since every report shows the address.
    """
    if not (text.isascii() and text.isprintable()) or " " in text or "\\" in text:
        return f"{EXPECTED}, without blanks, `\\` and characters beyond ASCII (a name beyond it is written xn--...)"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        return f"{EXPECTED}; {error}"
    if parts.scheme not in ("http", "https") or not host or port == 0 or parts.netloc.endswith(":"):
        return EXPECTED
    if "@" in parts.netloc:
        return f"{EXPECTED}, without name and password: an address stands in every report"
    return None
