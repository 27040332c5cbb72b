"""Where a request goes, and what becomes of its `Host`."""

from __future__ import annotations

import pytest

from pacsimile_contract.proxy.framing import Head, RequestFramer
from pacsimile_contract.proxy.routing import Names, Routes, origin_of, with_host
from pacsimile_contract.target.dialects import stored_dialect
from pacsimile_contract.target.model import Target


@pytest.mark.parametrize(
    ("dialect", "target", "host"),
    [
        (None, b"/oauth2/token?scope=a", "login.example"),
        (None, b"http://proxy.example/oauth2/token", "login.example"),
        (None, b"/status?order_id=A", "api.example"),
        ("paths: {getToken: /own, postToken: /own}", b"/own", "login.example"),
        ("paths: {getToken: /own, postToken: /own}", b"/oauth2/token", "api.example"),
    ],
)
def test_a_token_request_goes_to_the_address_of_tokens(dialect: str | None, target: bytes, host: str) -> None:
    """By its path, as the service spells it; everything else to the other one."""
    given = stored_dialect(f"name: vendor\n{dialect}\n", "vendor") if dialect else None
    routes = Routes(Target("http://api.example", "https://login.example/oauth2", {}, dialect=given))
    assert routes.find(target).host == host


@pytest.mark.parametrize("hosts", ["", "Host: localhost\r\nHost: localhost\r\n", "Host: other.example\r\n"])
def test_a_head_whose_host_is_not_the_proxys_stays_as_it_is(hosts: str) -> None:
    """With none, with several, or with another name: the service judges those."""
    (head, _) = RequestFramer().feed(f"GET / HTTP/1.1\r\n{hosts}\r\n".encode())
    assert isinstance(head, Head)
    names = Names(())
    assert with_host(head, origin_of("http://api.example"), names) is head
    assert names.refuses(head) == ("other" in hosts)
