"""`pacsimile load`: put load on a service as integrators' polling does, and check the answers meanwhile."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from pacsimile.option_types import DurationType, Word
from pacsimile.running_mock import CONTROL_TOKEN
from pacsimile.verify import ERROR, NamedPath, guarded, spoken_dialect
from pacsimile_contract.errors import CannotTell, UsageError
from pacsimile_contract.load.plan import BATCH, DURATION, LONGEST, MOST_PROCESSES, POLL, RAMP, RATE, THINK, Plan
from pacsimile_contract.runner.signals import stopped_in_order
from pacsimile_spec.plain import one_line
from pacsimile_spec.report_types import REPORT_TYPES

MOST_RATE, MOST_USERS, MOST_CLIENTS = 100_000, 100_000, 1000


class RateType(click.ParamType[float]):
    """Calls a second: `20`, `20/s`, `30/m`."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a rate, or say what one looks like."""
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)(?:/([sm]))?", str(value), re.ASCII)
        rate = 0.0 if match is None else float(match[1]) / (60.0 if match[2] == "m" else 1.0)
        if not 0.01 <= rate <= MOST_RATE:
            shown = f"{str(value)[:40]!r} is {'no rate' if match is None else 'out of range'}"
            expected = f"0.01 to {MOST_RATE:,.0f} calls a second, such as 20/s or 30/m"
            self.fail(f"{shown}: expected {expected}", param, ctx)
        return rate


class PlaceType(click.ParamType[tuple[str, int]]):
    """An address with a port."""

    name = "address"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:  # fmt: skip
        """Read `10.0.0.5:5557`."""
        if isinstance(value, tuple):
            return value
        host, colon, port = str(value).rpartition(":")
        if not (colon and re.fullmatch(r"[A-Za-z0-9.:_\[\]-]{1,253}", host) and port.isascii() and port.isdigit()):
            self.fail(f"{str(value)[:80]!r} is no address with a port, such as 10.0.0.5:5557", param, ctx)
        if not 1 <= int(port) <= 65535:
            self.fail(f"{port[:10]} is no port: expected 1 to 65535", param, ctx)
        return host.strip("[]"), int(port)


@click.command()
@click.argument("url", required=False)
@click.option("--target", "file", type=NamedPath(path_type=Path), help="Target file of the service. See docs/load.md.")
@click.option(
    "--rate", type=RateType(), show_default=f"{RATE:g}/s, or what the target file allows", metavar="RATE",
    help="Calls that arrive a second, such as 50/s or 90/m. With --users: calls a second at most.",
)  # fmt: skip
@click.option(
    "--users", type=click.IntRange(1, MOST_USERS),
    help="Users who each make one call after the other. Without it, calls arrive at --rate, answered or not.",
)  # fmt: skip
@click.option(
    "--think", type=DurationType(3600), default=f"{THINK:g}s", show_default=True, metavar="DURATION",
    help="Pause of a user after each answer.",
)  # fmt: skip
@click.option(
    "--duration", type=DurationType(LONGEST), default=f"{DURATION:g}s", show_default=True, metavar="DURATION",
    help="How long it takes, such as 5m or 8h.",
)  # fmt: skip
@click.option(
    "--ramp", type=DurationType(LONGEST), show_default=f"{RAMP:g}s, or a tenth of the duration", metavar="DURATION",
    help="Time in which rate or users rise from nothing.",
)  # fmt: skip
@click.option("--batch", type=click.IntRange(1, 10_000), default=BATCH, show_default=True, help="Reports of a listing.")
@click.option(
    "--poll", type=DurationType(3600), default=f"{POLL:g}s", show_default=True, metavar="DURATION",
    help="Time between two questions about one order, and between two listings.",
)  # fmt: skip
@click.option("--report-type", type=Word(list(REPORT_TYPES)), help="Type of the fetched reports. Without it: json.")
@click.option(
    "--orders", type=NamedPath(path_type=Path), help="File with ids of orders to poll, one a line. For --target."
)
@click.option(
    "--clients", type=click.IntRange(1, MOST_CLIENTS), help="Clients of a mock's world, each of its own organization."
)
@click.option("--dialect", metavar="FILE", help="Dialect of the mock's world: a file, or a shipped one such as camel.")
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Seed of the mock's data."
)
@click.option(
    "--processes", type=click.IntRange(1, MOST_PROCESSES), default=1, show_default=True,
    help="Processes that make the load. With --master: workers to wait for.",
)  # fmt: skip
@click.option("--master", type=PlaceType(), metavar="ADDRESS:PORT", help="Let workers on other machines connect here.")
@click.option("--worker", type=PlaceType(), metavar="ADDRESS:PORT", help="Make a share of the load of this master.")
@click.option(
    "--p50", multiple=True, metavar="BOUND", help="At most this median: 50ms, or status=50ms for one operation."
)
@click.option("--p90", multiple=True, metavar="BOUND", help="At most this time for 90 % of the calls.")
@click.option("--p95", multiple=True, metavar="BOUND", help="At most this time for 95 % of the calls.")
@click.option("--p99", multiple=True, metavar="BOUND", help="At most this time for 99 % of the calls. Repeatable.")
@click.option("--errors", metavar="BOUND", help="At most so many errors: 0, or 0.1% of the calls.")
@click.option("--report", "folder", type=NamedPath(path_type=Path, file_okay=False), help="Write reports here.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON. Progress goes to standard error.")
@click.option(
    "--yes-this-host", "hosts", multiple=True, metavar="NAME",
    help="Allow load on this host. The target file must allow it too.",
)  # fmt: skip
@click.option(
    "--allow-acknowledge", metavar="ORG",
    help="Allow acknowledgements for this organization. The target file must allow it too.",
)  # fmt: skip
@click.option("--share-identifiers", is_flag=True, help="Write real identifiers into the reports.")
@click.option(
    "--share-report", is_flag=True, help="Create the reports with the umask's permissions, not for your user only."
)
@CONTROL_TOKEN
def command(url: str | None, **given: Any) -> None:
    """Put load on a service as clients that poll do, and check its answers meanwhile.

    Without URL and --target, a mock is started for it. URL is a mock on this
    machine; it gets a new world, so your data is not touched. Every other
    server needs a target file, which says what may be done and how fast.
    Needs the extra `load`. See docs/load.md.

    Exit status: 0 every threshold was met and nothing was violated, 1 a
    threshold was missed or a requirement violated, 2 wrong usage, 4 no
    verdict because of an error, 130 interrupted (the reports are written).
    """
    with stopped_in_order():
        raise guarded(lambda: _load(url, **given))


def _load(url: str | None, **given: Any) -> int:
    from pacsimile_contract.load import driver

    driver.check_installed()
    if url is not None and given["file"] is not None:
        raise UsageError("give either the URL of a mock, or --target FILE")
    try:
        if given["worker"] is not None:
            return _work(url, **given)
        return _run(url, **given)
    except CannotTell as error:
        click.echo(f"pacsimile: {one_line(str(error))}: no verdict on the service", err=True)
        return ERROR


def _work(url: str | None, **given: Any) -> int:
    """Make a share of a master's load."""
    from pacsimile_contract.load import driver

    if given["file"] is None or url is not None or given["master"] is not None:
        raise UsageError("--worker needs --target FILE, the same as the master has, and no URL or --master")
    with _target_job(Plan(), **given) as job:
        host, port = given["worker"]
        driver.work(job, (host, port), lambda: click.echo(f"connected to the master at {host}:{port}"))
    return 0


def _run(url: str | None, **given: Any) -> int:
    from pacsimile_contract.load import driver, report_files, terminal
    from pacsimile_contract.load.report import report
    from pacsimile_contract.load.thresholds import error_bound, threshold
    from pacsimile_contract.reporting.console import console_on

    bounds = [threshold(share / 100, text) for share in (50, 90, 95, 99) for text in given[f"p{share}"]]
    errors = None if given["errors"] is None else error_bound(given["errors"])
    plan = _plan(**given)
    if given["master"] is not None and given["file"] is None:
        raise UsageError("--master needs --target FILE, which each worker has too")
    console = console_on(sys.stderr if given["as_json"] else sys.stdout, survives_close=given["folder"] is not None)
    if given["folder"] is not None:
        report_files.make_folder(given["folder"])
    with _target_job(plan, **given) if given["file"] is not None else _mock_job(url, plan, **given) as job:
        console.line(f"load on {job.target.base_url}: {job.plan.described()}")
        result = driver.run(job, terminal.Progress(console, job.plan), given["master"])
    made = report(job, result, bounds, errors, share_identifiers=given["share_identifiers"])
    page, unwritten = None, None
    if given["folder"] is not None:
        try:
            report_files.write(made, given["folder"], shared=given["share_report"])
            page = str(given["folder"] / "load.html")
        except UsageError as error:  # the figures of a long load are shown all the same
            unwritten = error
    if given["as_json"]:
        click.echo(json.dumps(report_files.document(made), indent=1))
    terminal.show(made, console, page)
    if unwritten is not None:
        raise unwritten
    if console.closed:
        raise BrokenPipeError(errno.EPIPE, "nobody reads on")
    return made.exit_status


def _plan(*, rate: float | None, users: int | None, duration: float, ramp: float | None, **given: Any) -> Plan:
    if duration < 1:
        raise UsageError("--duration: expected one second at least")
    if ramp is not None and ramp > duration:
        raise UsageError("--ramp is longer than --duration")
    return Plan(
        rate=RATE if rate is None else rate, users=users, duration=duration,
        ramp=min(RAMP, duration / 10) if ramp is None else ramp,
        think=given["think"], batch=given["batch"], poll=given["poll"], report_type=given["report_type"],
        processes=given["processes"],
    )  # fmt: skip


@contextmanager
def _target_job(plan: Plan, **given: Any) -> Iterator[Any]:
    """Yield the load on the service of a target file."""
    from dataclasses import replace

    from pacsimile_contract.load.job import Job
    from pacsimile_contract.load.permission import check_host, most_rate, pollers, read_orders
    from pacsimile_contract.target.reading import load_target

    for option, name in (("dialect", "--dialect"), ("clients", "--clients")):
        if given[option] is not None:
            raise UsageError(f"{name} is for a mock's world; it has no meaning with --target")
    target = load_target(given["file"])
    check_host(target, given["hosts"])
    bound = most_rate(target)
    if bound and plan.rate > bound:
        if given["rate"] is not None:
            raise UsageError(f"--rate {given['rate']:g}/s is more than the {bound:g}/s that the target file allows")
        plan = replace(plan, rate=bound)
    orders = () if given["orders"] is None else read_orders(given["orders"])
    chosen = tuple(pollers(target, given["allow_acknowledge"], orders))
    _check_processes(plan, len(chosen))
    yield Job(target, chosen, plan, bound, hosts=tuple(name.lower() for name in given["hosts"]))


@contextmanager
def _mock_job(url: str | None, plan: Plan, **given: Any) -> Iterator[Any]:
    """Yield the load on a new world of a mock: of the one at `url`, or of one that is started for it."""
    from pacsimile_contract.load.job import Job
    from pacsimile_contract.load.mock_orders import world
    from pacsimile_contract.load.permission import check_host
    from pacsimile_contract.provider.mock_worlds import mock_at
    from pacsimile_contract.target.model import Target
    from pacsimile_mock.testing.server import Server, ServerDidNotStart
    from pacsimile_spec.addresses import fault_of_base

    for option, name in (("orders", "--orders"), ("allow_acknowledge", "--allow-acknowledge")):
        if given[option] is not None:
            raise UsageError(
                f"{name} needs --target FILE: a mock's world has orders of its own, which are acknowledged"
            )
    clients = given["clients"] or max(2, plan.processes)
    _check_processes(plan, clients)
    dialect = spoken_dialect(given["dialect"])
    with ExitStack() as stack:
        token = given["control_token"]
        if url is None:
            try:
                server = stack.enter_context(Server("--scenario", "empty", survives_interrupt=True))
            except ServerDidNotStart as error:
                raise UsageError(f"the mock did not start: {error}") from None
            url, token = server.url, str(server.line["control_token"])
        elif fault_of_base(url) is None:
            check_host(Target(url, url, {}), ())  # before anything is sent there
        mock = mock_at(url, token)
        stack.callback(mock.close)
        target, chosen = stack.enter_context(world(mock, plan, clients, given["seed"], dialect))
        check_host(target, given["hosts"])
        yield Job(target, tuple(chosen), plan, 0.0)


def _check_processes(plan: Plan, clients: int) -> None:
    if plan.processes > clients:
        raise UsageError(
            f"--processes {plan.processes}: there {'is' if clients == 1 else 'are'} {clients} "
            f"client{'' if clients == 1 else 's'}; expected as many processes at most, since two cannot share a listing"
        )
