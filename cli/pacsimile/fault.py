"""`pacsimile fault`: make calls to a running mock go wrong, list the faults, and remove them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import click

from pacsimile.option_types import DurationType, Word
from pacsimile.running_mock import Running, on_running
from pacsimile_spec.operation_ids import OPERATION_IDS
from pacsimile_spec.suggestions import did_you_mean

KINDS: dict[str, dict[str, Any]] = {
    "reset": {"reset": True},
    "reset-request": {"reset": "request"},
    "truncate": {"truncate": True},
    "malformed": {"malformed": True},
    "drip": {"drip": True},
    "token-endpoint-down": {"token_endpoint_down": True},
    "key-rotation": {"key_rotation": True},
}
"""The possible EFFECTs besides a status or a delay, and their members in the control API."""

EFFECTS = f"a status, a delay, {', '.join(KINDS)}, --delay, --lognormal or --token-lifetime"

MATCH = ("operation", "client_id", "order_id", "study_uid", "nth", "every", "probability", "seed")
LIMIT = ("count", "seconds")


class DelayType(DurationType):
    """A delay with its unit. A plain number would be in seconds here, and in milliseconds in other tools."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a delay, or say what one looks like."""
        number = str(value)
        if number.replace(".", "", 1).isdecimal():
            self.fail(f"{number[:20]} has no unit: give {number[:20]}ms or {number[:20]}s", param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument("effect", required=False)
@click.option(
    "--delay",
    metavar="DURATION",
    type=DelayType(),
    help="Delay the answer, such as 500ms. Works alone or with an EFFECT.",
)
@click.option(
    "--lognormal",
    type=(DelayType(), float),
    metavar="MEDIAN SIGMA",
    help="Delay the answer by a log-normal random time, such as 200ms 0.5.",
)
@click.option("--retry-after", type=DurationType(), metavar="DURATION", help="Value of Retry-After, with a status.")
@click.option("--token-lifetime", type=DurationType(), metavar="DURATION", help="Refuse tokens after this age.")
@click.option(
    "--operation", metavar="ID", type=Word(OPERATION_IDS), help="Only calls of this operation, such as getStatus."
)
@click.option("--client-id", metavar="ID", help="Only calls of this client.")
@click.option("--order-id", metavar="ID", help="Only calls that name this order.")
@click.option("--study-uid", metavar="UID", help="Only calls that name this study.")
@click.option("--nth", type=int, help="Only the nth matching call.")
@click.option("--every", type=int, help="Every nth matching call.")
@click.option("--probability", type=float, help="Each matching call with this probability, 0 to 1.")
@click.option("--seed", type=int, help="Seed of --probability and --lognormal. Without it: the world's seed.")
@click.option("--count", type=int, help="End the fault after this many calls.")
@click.option(
    "--seconds", type=DurationType(), metavar="DURATION", help="End the fault after this time, by the world's clock."
)
@click.option("--list", "listing", is_flag=True, help="List the faults.")
@click.option("--remove", metavar="FAULT", help="Remove a fault, such as fault-1.")
@click.option("--clear", is_flag=True, help="Remove all faults.")
@on_running
def command(running: Running, listing: bool, remove: str | None, clear: bool, **given: Any) -> None:
    """Make calls to the running mock fail or slow down.

    EFFECT is a status such as 503, a delay such as 500ms or 2s, or one of: reset, reset-request, truncate, malformed,
    drip, token-endpoint-down, key-rotation.
    """
    wanted = _fault(given)
    if [bool(wanted), listing, remove is not None, clear].count(True) != 1:
        raise click.UsageError(f"give an EFFECT ({EFFECTS}); or one of --list, --remove and --clear")
    if wanted:
        click.echo(_line(running.of_world("POST", "/faults", wanted)))
    elif listing:
        faults = running.of_world("GET", "/faults")["faults"]
        for fault in faults:
            click.echo(_line(fault))
        if not faults:
            click.echo("no faults", err=True)
    else:
        running.of_world("DELETE", f"/faults/{quote(remove, safe='')}" if remove else "/faults")
        click.echo(f"removed fault {remove}" if remove else "removed all faults")


def _fault(given: dict[str, Any]) -> dict[str, Any]:
    """Return the fault as the control API takes it. It is empty if no member of it was given."""
    effect: dict[str, Any] = {} if given["effect"] is None else _effect(given["effect"])
    if given["delay"] is not None:
        effect["latency_ms"] = given["delay"] * 1_000
    if given["lognormal"] is not None:
        median, sigma = given["lognormal"]
        effect["lognormal"] = {"median_ms": median * 1_000, "sigma": sigma}
    effect |= {name: given[name] for name in ("retry_after", "token_lifetime") if given[name] is not None}
    parts = {"effect": effect, "match": _some(given, MATCH), "limit": _some(given, LIMIT)}
    return {name: part for name, part in parts.items() if part}


def _some(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given[name] for name in names if given[name] is not None}


def _effect(text: str) -> dict[str, Any]:
    if re.fullmatch(r"[0-9]{3}", text):
        return {"status": int(text)}
    if text in KINDS:
        return dict(KINDS[text])
    try:
        return {"latency_ms": DelayType().convert(text, None, None) * 1_000}
    except click.UsageError as error:
        meant = did_you_mean(text, KINDS)
        if meant:
            raise click.UsageError(f"{text!r} is not an effect{meant}") from None
        as_delay = f" As a delay: {error.message}" if text[:1].isdecimal() else ""
        raise click.UsageError(f"{text[:40]!r} is not an effect: give {EFFECTS}.{as_delay}") from None


def _line(fault: dict[str, Any]) -> str:
    """Return one fault as a line: id, effect, calls, limit, and how often it was triggered."""
    parts = [f"{name}={value}" for part in ("match", "limit") for name, value in fault[part].items()]
    state = "over" if fault["over"] else "set"
    return "  ".join([fault["id"], fault["name"], *parts, f"{state}, met {fault['met']} of {fault['matched']} calls"])
