"""A process of a load, which runs Locust: alone, as the master, or as a worker.

It must be a process of its own: importing Locust replaces the standard library's sockets and threads by gevent's. The
first line of standard input is its order, with the job and the secrets in it; the end of that input, or another line,
stops the load. It writes a JSON object a line to standard output: see `driver.py`, which starts it.
"""

from __future__ import annotations

import locust  # first: it makes sockets and threads cooperative, before anything else takes hold of them

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event
from gevent.pool import Pool
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner, Runner, WorkerRunner

from pacsimile_contract.errors import place
from pacsimile_contract.load.job import Job
from pacsimile_contract.load.plan import MOST_IN_FLIGHT, Plan
from pacsimile_contract.load.polling_client import Observation
from pacsimile_contract.load.process_load import SHORTEST_PAUSE, ProcessLoad
from pacsimile_contract.load.results import merged

EVERY = 1.0
"""Seconds between two reports of progress."""
CONNECTS = 60.0
"""Seconds in which the workers must have connected and got their tokens."""
LAST_CALLS = 90.0
"""Seconds that a worker may take for its last calls and the final listing."""


def emit(**members: Any) -> None:
    """Write a line to the process that started this one."""
    sys.stdout.write(json.dumps(members) + "\n")
    sys.stdout.flush()


class Share:
    """The load of this process, and how it ends."""

    def __init__(self, job: Job, environment: Environment) -> None:
        self.pool, self.over = Pool(MOST_IN_FLIGHT), Event()
        self.load = ProcessLoad(job, lambda observation: _fire(environment, observation))

    def arrive(self) -> None:
        """Make the arrivals of an open model."""
        self.load.arrive(self._spawn)

    def _spawn(self, call: Callable[[], object]) -> bool:
        room = not self.pool.full()
        self.pool.spawn(call)
        return room

    def end(self, patience: float, *, check: bool) -> None:
        """Wait for the calls under way, and count those that do not end; then list once more, where `check` says so."""
        self.load.ended = True
        self.pool.join(timeout=patience)
        self.load.recorder.unfinished += len(self.pool)
        self.pool.kill(block=False)
        if check:
            self.load.finish()


def _fire(environment: Environment, observation: Observation) -> None:
    """Tell Locust of a call, so that its own statistics and listeners have it."""
    environment.events.request.fire(
        request_type=observation.method, name=observation.operation, response_time=observation.seconds * 1000,
        response_length=observation.length, exception=observation.error, context={},
    )  # fmt: skip


def user_classes(share: Callable[[], Share]) -> dict[bool, type[locust.User]]:
    """Return the kinds of users by whether the model is open: one that makes all arrivals, or one of many."""

    class Arrivals(locust.User):
        """Makes the arrivals of this process (open model)."""

        @locust.task
        def make_arrivals(self) -> None:
            share().arrive()
            share().over.wait()

    class Integrator(locust.User):
        """Makes one call after the other (closed model)."""

        served = True

        def wait_time(self) -> float:
            return max(share().load.plan.think, 0.0 if self.served else SHORTEST_PAUSE)

        @locust.task
        def make_call(self) -> None:
            self.served = share().load.call()

    return {True: Arrivals, False: Integrator}


def _users(plan: Plan) -> tuple[int, float]:
    """Return the number of users, and how many of them start in a second."""
    users = plan.processes if plan.users is None else plan.users
    return users, users if plan.is_open or not plan.ramp else max(users / plan.ramp, 0.01)


def run_alone(order: dict[str, Any], stopped: Event) -> None:
    """Make the whole load here."""
    job = Job.from_json(order["job"])
    environment = Environment(user_classes=[user_classes(lambda: share)[job.plan.is_open]], stop_timeout=_patience(job))
    runner = environment.create_local_runner()
    share = Share(job, environment)
    if refused := share.load.prepare():
        emit(refused=refused)
        return
    share.load.begin()
    runner.start(*_users(job.plan))
    _wait(job.plan, stopped, lambda: [share.load.progress()])
    share.over.set()
    interrupted = stopped.is_set()
    runner.stop()
    share.end(0.5 if interrupted else _patience(job), check=not interrupted)
    emit(result={**share.load.result(), "interrupted": interrupted, "busy": runner.cpu_warning_emitted, "missing": 0})
    share.load.close()


def _patience(job: Job) -> float:
    """Return how long a call under way may take: the timeout of the service's slowest operation."""
    return max(job.target.limits.timeout, job.target.limits.listing_timeout) + 1


def _wait(plan: Plan, stopped: Event, progress: Callable[[], list[dict[str, Any]]]) -> None:
    """Wait until the load is over or stopped, and tell how far it is."""
    began = gevent.get_hub().loop.now()
    while (left := began + plan.duration - gevent.get_hub().loop.now()) > 0 and not stopped.is_set():
        stopped.wait(min(EVERY, left))
        emit(progress={"elapsed": gevent.get_hub().loop.now() - began, "processes": progress()})


def run_master(order: dict[str, Any], stopped: Event) -> None:
    """Let workers make the load."""
    plan, progress, results, prepared = Plan.from_json(order["plan"]), dict[str, Any](), list[Any](), list[Any]()
    environment = Environment(user_classes=[user_classes(_nothing)[plan.is_open]], stop_timeout=order["patience"])
    runner = environment.create_master_runner(*order["bind"])
    _register(runner, "progress", lambda message: progress.update({message.node_id: message.data}))
    _register(runner, "prepared", lambda message: prepared.append(message.data))
    _register(runner, "result", lambda message: results.append(message.data))
    emit(port=runner.server.port if hasattr(runner.server, "port") else order["bind"][1])
    if _until(lambda: len(runner.clients.ready) >= plan.processes, stopped, order.get("connects", CONNECTS)):
        for index, worker in enumerate(runner.clients.ready[: plan.processes]):
            runner.send_message("share", {"plan": order["plan"], "index": index}, client_id=worker.id)
        _until(lambda: len(prepared) >= plan.processes, stopped, CONNECTS)
    refused = next((one["refused"] for one in prepared if one["refused"]), None)
    if len(prepared) < plan.processes and not stopped.is_set():
        refused = refused or f"{len(prepared)} of {plan.processes} workers were there in time"
    if refused or len(prepared) < plan.processes:
        emit(refused=refused or "stopped before it began")
    else:
        gevent.spawn(runner.start, *_users(plan))
        _wait(plan, stopped, lambda: list(progress.values()))
        interrupted = stopped.is_set()
        runner.send_message("over", {"interrupted": interrupted})
        _until(lambda: len(results) >= plan.processes, Event(), order["patience"] + LAST_CALLS)
        emit(result={**merged(results), "interrupted": interrupted, "missing": plan.processes - len(results)})
    runner.quit()


def _nothing() -> Share:
    raise AssertionError("a master has no share")


def run_worker(order: dict[str, Any], stopped: Event) -> None:
    """Make the share that a master gives."""
    shares, job = list[Share](), order["job"]
    environment = Environment(user_classes=list(user_classes(lambda: shares[0]).values()))
    runner = environment.create_worker_runner(*order["master"])

    def prepare(message: Any) -> None:
        share = Share(Job.from_json({**job, "plan": message.data["plan"], "index": message.data["index"]}), environment)
        shares.append(share)
        runner.send_message("prepared", {"refused": share.load.prepare() if share.load.clients else None})
        share.load.begin()
        gevent.spawn(report, share)

    def report(share: Share) -> None:
        while not share.over.wait(EVERY):
            runner.send_message("progress", share.load.progress())

    def over(message: Any) -> None:
        share, interrupted = shares[0], message.data["interrupted"]
        share.over.set()
        runner.stop()
        share.end(0.5 if interrupted else _patience(share.load.job), check=not interrupted)
        runner.send_message("result", {**share.load.result(), "busy": runner.cpu_warning_emitted})
        share.load.close()

    _register(runner, "share", prepare)
    _register(runner, "over", over)

    def begin(**_: Any) -> None:
        shares[0].load.begin()

    environment.events.test_start.add_listener(begin)
    emit(connected=True)
    gevent.wait([runner.greenlet, stopped], count=1)


def _register(runner: Runner, kind: str, handler: Callable[[Any], object]) -> None:
    runner.register_message(kind, lambda environment, msg: handler(msg), concurrent=True)


def _until(holds: Callable[[], bool], stopped: Event, seconds: float) -> bool:
    """Wait until something holds, the load is stopped, or so many seconds have passed."""
    with gevent.Timeout(seconds, False):
        while not holds() and not stopped.is_set():
            gevent.sleep(0.02)
    return holds()


def _listen(stopped: Event) -> None:
    gevent.get_hub().threadpool.apply(sys.stdin.readline)
    stopped.set()


RUNS = {"alone": run_alone, "master": run_master, "worker": run_worker}


def main() -> None:
    """Do what the order says. An error is told by its type and place alone: its text may hold what a service said."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    try:
        order = json.loads(sys.stdin.readline())
        stopped = Event()
        gevent.spawn(_listen, stopped)
        RUNS[order["role"]](order, stopped)
    except Exception as error:
        emit(failed=f"{type(error).__name__}{place(error)}")
    sys.stdout.flush()
    os._exit(0)  # the thread that reads standard input does not end by itself


if __name__ == "__main__":
    main()
