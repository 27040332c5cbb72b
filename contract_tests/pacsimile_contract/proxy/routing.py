"""Where a request goes, and what of its head is changed: the value of `Host` where it names the proxy, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from pacsimile_contract.client.requests import build
from pacsimile_contract.dialects.requests import RequestWriter
from pacsimile_contract.proxy.framing import Head
from pacsimile_contract.target.model import Target
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """An address to connect to."""

    scheme: str
    host: str
    port: int
    authority: str
    """What `Host` says of it."""

    @property
    def url(self) -> str:
        """Scheme and authority, as a URL begins."""
        return f"{self.scheme}://{self.authority}"


def origin_of(url: str) -> Origin:
    """Return where a URL's service is."""
    parts = urlsplit(url)
    return Origin(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme], parts.netloc)


class Routes:
    """The addresses of a target: one for all paths, and where tokens are elsewhere, one for the token endpoint's."""

    def __init__(self, target: Target) -> None:
        self.base = origin_of(target.base_url)
        self._oauth2 = origin_of(target.oauth2_endpoint)
        self._token_paths = {urlsplit(url).path for url in _token_urls(target)}

    def find(self, target: bytes) -> Origin:
        """Return the address that a request's target, as it stands in its first line, leads to."""
        if self._oauth2 == self.base:
            return self.base
        text = target.decode("latin-1")
        path = urlsplit(text).path if "://" in text else text.partition("?")[0]
        return self._oauth2 if path in self._token_paths else self.base


def _token_urls(target: Target) -> Iterable[str]:
    writer = None
    if target.dialect is not None:
        writer = RequestWriter(target.dialect.dialect, target.base_url, target.oauth2_endpoint)
    for operation in TOKEN_OPERATIONS:
        request = build(target, operation, {})
        yield (request if writer is None else writer.write(request)).url


class Names:
    """The names under which the proxy answers: loopback's, that of `--host`, and those of `--allow-host`."""

    def __init__(self, given: Iterable[str]) -> None:
        self._own = LOOPBACK | {f"[{name}]" if ":" in name and name[0] != "[" else name.lower() for name in given}

    def is_own(self, host: str) -> bool:
        """Whether a value of `Host` names the proxy, whatever the port."""
        return _name_of(host) in self._own

    def refuses(self, head: Head) -> bool:
        """Whether a request asks for a name that is not ours, which a web page may have borrowed (DNS rebinding).

        Several `Host` fields, and one that is no name, are none that a browser sends: the service judges them.
        """
        hosts = head.values(b"host")
        if len(hosts) != 1:
            return False
        host = hosts[0].decode("latin-1")
        plain = all(sign.isalnum() or sign in "-._[]:" for sign in host) and bool(host)
        return plain and not self.is_own(host)


def _name_of(host: str) -> str:
    return (host if host.endswith("]") or ":" not in host else host.rpartition(":")[0]).lower()


def with_host(head: Head, origin: Origin, names: Names) -> Head:
    """Return a head with the service's authority in the place of the proxy's, where its one `Host` names that.

    All other bytes stay: the order, the case and the spaces of fields, and whatever they say.
    """
    hosts = head.values(b"host")
    if len(hosts) != 1 or not names.is_own(hosts[0].decode("latin-1")):
        return head
    lines = head.raw.split(b"\n")
    place = next(place for place, line in enumerate(lines) if line.lower().startswith(b"host:"))
    name, colon, value = lines[place].partition(b":")
    text, own = value.rstrip(b"\r"), origin.authority.encode("ascii")
    start = len(text) - len(text.lstrip(b" \t"))
    lines[place] = name + colon + text[:start] + own + value[start + len(text.strip(b" \t")) :]
    fields = tuple((name, own if name.lower() == b"host" else value) for name, value in head.fields)
    return Head(b"\n".join(lines), head.line, fields)


def refusal_of(head: Head, names: Names) -> tuple[str, str] | None:
    """Return the status and the words with which the proxy refuses a request itself; None where it passes it on."""
    if head.line[0] == b"CONNECT":
        return "501 Not Implemented", "CONNECT is not passed on: set the proxy's address as the service's"
    if names.refuses(head):
        return "421 Misdirected Request", "this name is not ours: start the proxy with --allow-host and that name"
    return None
