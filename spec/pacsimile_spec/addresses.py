"""Checks of the addresses that a user gives, before anything is sent there."""

from urllib.parse import urlsplit

EXAMPLE = "https://api.staging.example"


def fault_of_address(text: str, example: str = EXAMPLE) -> str | None:
    """Return in one line what is wrong with an absolute http or https address; None where it can be used.

    Name and password in it are refused, since every report shows the address.
    """
    expected = f"expected an http or https address such as {example}"
    if not (text.isascii() and text.isprintable()) or " " in text or "\\" in text:
        return f"{expected}, without blanks, `\\` or characters beyond ASCII (write such a host name as xn--...)"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        return f"{expected}; {error}"
    if parts.scheme not in ("http", "https") or not host or port == 0 or parts.netloc.endswith(":"):
        return expected
    if not text.startswith(parts.scheme):
        return f"{expected}: write {parts.scheme}:// in lower case"
    if "@" in parts.netloc:
        return f"{expected}, without name and password: an address stands in every report"
    return None


def fault_of_base(text: str, example: str = EXAMPLE) -> str | None:
    """Return what is wrong with an address that paths are added to: it has no query and no fragment either."""
    query = "expected an address without a query or fragment" if "?" in text or "#" in text else None
    return fault_of_address(text, example) or query
