"""`pacsimile verify --plan`: print how many requests a run would send and how long it would take. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.dry_run import Rehearsal, rehearse
from pacsimile_contract.target.model import Target
from pacsimile_spec.plain import one_line


def show(target: Target, options: Options) -> int:
    """Print the plan of a run, with a warning for each limit that would leave something out."""
    plan = rehearse(target, options)
    limits = plan.limits
    click.echo(f"level {options.level}: about {plan.requests} requests in {minutes(plan.seconds)}; nothing was sent")
    for name, number in plan.calls.most_common():
        click.echo(f"  {number:5} {name}")
    if plan.states:
        click.echo(f"  {plan.states:5} calls of the state URL, which count for none")
    if limits.wait:
        click.echo(f"  then it waits until {minutes(limits.wait)} after its first token (limits: wait)")
    for line in starved(plan):
        click.echo(one_line(f"warning: {line}"))
    return 0


def starved(plan: Rehearsal) -> Iterator[str]:
    """Yield a line for each limit that is too low for the run, with a sufficient value."""
    limits = plan.limits
    if plan.requests > limits.max_requests:
        yield f"max_requests {limits.max_requests}: {plan.requests - limits.max_requests} requests are not reached"
    token_seconds = plan.tokens / limits.token_rate if limits.token_rate else 0.0
    if token_seconds > limits.max_time:
        yield (
            f"token_rate {per(limits.token_rate)} against max_time {minutes(limits.max_time)}: {plan.tokens} token "
            f"requests alone take {minutes(token_seconds)}; ask for {per(plan.tokens / limits.max_time)} or more, "
            "or give more time"
        )
    others = plan.requests - plan.tokens
    if limits.rate and others / limits.rate > limits.max_time:
        yield (
            f"rate {per(limits.rate)} against max_time {minutes(limits.max_time)}: {others} calls take "
            f"{minutes(others / limits.rate)}"
        )
    if plan.seconds > limits.max_time:
        yield (
            f"max_time {minutes(limits.max_time)}: the run needs about {minutes(plan.seconds)}; what is not reached "
            "is NOT-EXERCISED"
        )


def per(rate: float) -> str:
    """Return a rate as the target file has it: per second, else per minute or hour."""
    for unit, seconds in (("s", 1), ("m", 60), ("h", 3600)):
        if rate * seconds >= 1:
            return f"{rate * seconds:.0f}/{unit}"
    return f"{rate * 3600:.2f}/h"


def minutes(seconds: float) -> str:
    """Return a duration in a suitable unit."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
