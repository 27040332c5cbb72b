"""A client of a running mock's control API. It finds the mock by the runtime file that `serve` writes."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlsplit

import click

from pacsimile_spec import runtime_file
from pacsimile_spec.addresses import fault_of_base
from pacsimile_spec.control_client import ControlClient, ControlRefused, NotTrusted, fault_of_token, is_health
from pacsimile_spec.plain import one_line

REFUSED = 1
"""Exit status if the mock refused what is possible at another time, such as to fail an order that is COMPLETED."""
USAGE = 2
"""Exit status if something given cannot be used, as in every command."""

UNAUTHORIZED, UNAVAILABLE = 401, 503
EXAMPLE = "http://127.0.0.1:8080"
NO_TOKEN = "none"  # noqa: S105 - not a secret
"""Sent where no control token is needed, as for /health."""
NOT_TLS_REASONS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"})
"""OpenSSL's reasons when the peer does not use TLS."""
NO_CONTROL = "There is nothing at this path."
"""The beginning of a refusal by the API itself, which answers where there is no control API."""
NO_WORLD = "there is no world "
"""The beginning of the control API's refusal of an unknown world."""


class Refused(click.ClickException):
    """The mock refused the call; the message says why."""

    exit_code = REFUSED


class Unusable(click.ClickException):
    """Something given cannot be used. The message says what, and what to do."""

    exit_code = USAGE


class Running:
    """A running mock. `world` is the world that the calls are about."""

    def __init__(self, control_url: str, token: str, world: str, authority: str | None = None) -> None:
        self.client = ControlClient(control_url, token, authority)
        self.world = world

    def of_world(self, method: str, path: str, content: Any = None) -> Any:
        """Call something in the world. A refusal ends the command with its detail."""
        return self.call(method, f"/worlds/{quote(self.world, safe='')}{path}", content)

    @property
    def address(self) -> str:
        """The base URL of the service."""
        return self.client.url.removesuffix("/_mock")

    def stream(self, path: str) -> Iterator[Any]:
        """Yield what a stream of the world sends, as `ControlClient.stream` does."""
        with self.refusals():
            yield from self.client.stream(f"/worlds/{quote(self.world, safe='')}{path}")

    def call(self, method: str, path: str, content: Any = None) -> Any:
        """Call the control API, and return its JSON."""
        with self.refusals():
            return self.client.call(method, path, content)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """End the command with one line where the mock refuses a call, or does not answer."""
        try:
            yield
        except ControlRefused as error:
            raise _kind(error.status)(self._refusal(error)) from None
        except NotTrusted as error:
            raise Unusable(str(error)) from None
        except (OSError, HTTPException, ValueError) as error:
            raise Unusable(_no_answer(self.address, error)) from None

    def _refusal(self, error: ControlRefused) -> str:
        if str(error).startswith(NO_CONTROL):
            return f"the mock at {self.address} has no control API: start it without --no-control"
        if error.status != UNAUTHORIZED:
            hint = ": `pacsimile worlds` lists those that there are" if str(error).startswith(NO_WORLD) else ""
            return one_line(str(error)) + hint
        return (
            f"{self.address} refuses this control token: leave --control-token out for a mock of yours, or give its own"
        )


def _kind(status: int) -> type[click.ClickException]:
    """Return the error for an HTTP status. 409 and server errors are not mistakes in what was typed."""
    return Unusable if 400 <= status < 500 and status != 409 else Refused


def _no_answer(address: str, error: Exception) -> str:
    """Say what is wrong at an address where nothing answers as a mock does, and what to do."""
    reason, rest = getattr(error, "reason", error), address.partition("://")[2]
    if isinstance(reason, ssl.SSLError) and reason.reason in NOT_TLS_REASONS:
        return f"{address} does not use TLS: give http://{rest}"
    if isinstance(error, HTTPException):
        tls = f" For a mock with TLS give https://{rest}" if address.startswith("http:") else ""
        return f"{address} did not send a complete HTTP response: is the mock still running?{tls}"
    if isinstance(error, OSError):
        return f"no mock answers at {address} ({reason}): start one with `pacsimile serve`"
    return f"{address} is not a pacsimile mock: the answer is not JSON"


def find(url: str | None, token: str | None, world: str) -> Running:
    """Find the running mock at `url`, else the one that was started last. Its token comes from the runtime file."""
    server = _latest() if url is None else _at(url)
    address = str(server["url"]).rstrip("/")
    known = token or server.get("control_token")
    if not known:
        raise Unusable(f"the control token of {address} is not known here: give --control-token")
    fault = fault_of_token(str(known))
    if fault:
        raise Unusable(fault)
    return Running(f"{address}/_mock", str(known), world, server.get("authority"))


def _at(url: str) -> runtime_file.Runtime:
    """Return the mock at an address. One that is not known here is asked whether it is a mock."""
    fault = fault_of_base(url, EXAMPLE)
    if fault:
        raise Unusable(f"--url: {fault}")
    server = runtime_file.at(url)
    if server is None:
        address = url.rstrip("/")
        _recognise(Running(f"{address}/_mock", NO_TOKEN, "default"))
        return {"url": address}
    return server


def _recognise(running: Running) -> None:
    """Raise Unusable if what answers is not a mock. A mock answers this question with --no-control too."""
    health = None
    with running.refusals():
        try:
            health = running.client.call("GET", "/health")
        except ControlRefused as error:
            if error.status == UNAVAILABLE:  # its database does not answer: the call itself says so
                return
    if not is_health(health):
        path = urlsplit(running.address).path
        what = f"the address without {path}" if path else "the address that `pacsimile serve` printed"
        raise Unusable(f"{running.address} is not a pacsimile mock: give {what}")


def _latest() -> runtime_file.Runtime:
    """Return the mock that was started last. If there are several, write to standard error which one that is."""
    servers = runtime_file.running()
    if not servers:
        raise Unusable("no mock of yours is running here: start one with `pacsimile serve`")
    latest, *others = servers
    if others:
        named = ", ".join(str(server["url"]) for server in others)
        click.echo(
            f"{len(servers)} mocks of yours are running: this is {latest['url']}, started last; for another ({named}) "
            "give --url",
            err=True,
        )
    return latest


URL = click.option("--url", envvar="PACSIMILE_URL", help="URL of the mock. Without it: the mock started last.")
CONTROL_TOKEN = click.option(
    "--control-token",
    envvar="PACSIMILE_CONTROL_TOKEN",
    help="Control token of the mock. Not needed for a mock that you started.",
)
WORLD = click.option("--world", envvar="PACSIMILE_WORLD", default="default", show_default=True, help="World to use.")


def on_running(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for the mock and the world. It gets a `Running` as its first argument."""
    return WORLD(on_server(function))


def on_server(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options for the mock only, without a world. It gets a `Running` as its first argument."""

    @URL
    @CONTROL_TOKEN
    def command(url: str | None, control_token: str | None, world: str = "default", **given: Any) -> None:
        function(find(url, control_token, world), **given)

    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    command.__dict__["__click_params__"] = [
        *getattr(command, "__click_params__", []),
        *getattr(function, "__click_params__", []),
    ]
    return command
