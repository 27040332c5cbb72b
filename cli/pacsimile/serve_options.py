"""The values of `serve`'s options. Each is checked when it is read. A refusal says what to write."""

from __future__ import annotations

import re

import click

from pacsimile_mock.control.times import start_time

EXAMPLE = "http://mock.example:8080"


def check_url(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Accept an absolute http or https URL."""
    del ctx, parameter
    if value is None or re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
        return value
    if re.fullmatch(r"[A-Za-z0-9.\-\[\]:]+(/[^\s?#]*)?", value):
        raise click.BadParameter(f"{value!r} is not an absolute URL such as {EXAMPLE}: write http://{value}")
    raise click.BadParameter(f"{value!r} is not an absolute URL such as {EXAMPLE}")


def check_lifetime(ctx: click.Context, parameter: click.Parameter, value: float) -> float:
    """Refuse a lifetime with which a world would end at once."""
    del ctx, parameter
    if value <= 0:
        raise click.BadParameter("0 would end a world at once: give more")
    return value


def check_time(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Accept a time with its offset, and write it in UTC."""
    del ctx, parameter
    try:
        return None if value is None else start_time(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def check_token(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Accept what can be sent in a header."""
    del ctx, parameter
    if value == "":
        raise click.BadParameter("it is empty: write a token, or leave the option out, and one is drawn")
    if value is not None and not re.fullmatch("[!-~]+", value):
        raise click.BadParameter("it must be visible ASCII characters without a space, as it is sent in a header")
    return value


def check_host(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    """Accept a host name or an address, without scheme, port and path."""
    del ctx, parameter
    host, port = _parts(value)
    if host == value:
        return value
    written = f"--host {host or '127.0.0.1'}{f' --port {port}' if port else ''}"
    raise click.BadParameter(f"{value!r} is {_kind(value)} where a host is wanted: write {written}")


def check_allowed_hosts(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept host names as in the `Host` header: without scheme, port and path, IPv6 in brackets."""
    del ctx, parameter
    for value in values:
        host, _ = _parts(value)
        name = f"[{host}]" if ":" in host else host
        if not name:
            raise click.BadParameter(f"{value!r} is no host name: write one such as mock.example")
        if name != value:
            raise click.BadParameter(f"{value!r} is {_kind(value)} where a host name is wanted: write {name}")
    return values


def _kind(value: str) -> str:
    if "://" in value:
        return "a URL"
    if "/" in value:
        return "a host with a path"
    return "an IPv6 address in another form" if value.count(":") > 1 and "]:" not in value else "a host with a port"


def _parts(value: str) -> tuple[str, str]:
    """Return the host in a value, without brackets, and the port. Both are empty if there is none."""
    if "://" not in value and value.count(":") > 1 and "[" not in value:
        return value, ""  # IPv6
    authority = value.partition("://")[2] if "://" in value else value
    parts = re.match(r"(?:[^/?#@]*@)?(?:\[([^\]/]*)\]|([^:/?#\[]*))(?::([^/?#]*))?", authority)
    return (parts[1] or parts[2] or "", parts[3] or "") if parts else ("", "")
