"""A process of a load, which runs Locust: alone, as the master, or as a worker.

It must be a process of its own: importing Locust replaces the standard library's sockets and threads by gevent's. The
first line of standard input is its order, with the job and the secrets in it; the end of that input, or another line,
stops the load. It writes a JSON object a line to standard output: see `driver.py`, which starts it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import gevent
import locust  # first: it makes sockets and threads cooperative, before anything else takes hold of them
from gevent.event import Event
from gevent.pool import Pool
from locust.env import Environment
from locust.runners import Runner

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
WORKER_ENDS = 2.0
"""Seconds that a worker gets to end by itself once nobody waits for its result."""
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
        self.failure: str | None = None
        """An error of ours, by its type and place."""
        environment.events.user_error.add_listener(self._fail)

    def _fail(self, exception: Exception, **_: Any) -> None:
        self.failure = f"{type(exception).__name__}{place(exception)}"
        self.begin_end()

    def arrive(self) -> None:
        """Make the arrivals of an open model."""
        self.load.arrive(self._spawn)

    def begin_end(self) -> None:
        """Let nothing more begin."""
        self.load.ended = True
        self.over.set()

    def _spawn(self, call: Callable[[], object]) -> bool:
        room = not self.pool.full()
        self.pool.spawn(self._call, call)
        return room

    def _call(self, call: Callable[[], object]) -> None:
        try:
            call()
        except Exception as error:
            self._fail(error)

    def end(self, patience: float, *, check: bool) -> None:
        """Wait for the calls under way, and count those that do not end; then list once more, where `check` says so."""
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
            self.served = not share().load.over and share().load.call()

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
    _wait(job.plan, lambda: stopped.is_set() or share.over.is_set(), lambda: [share.load.progress()])
    share.begin_end()
    interrupted = stopped.is_set()
    runner.stop()
    share.end(0.5 if interrupted else _patience(job), check=not interrupted)
    if share.failure:
        emit(failed=share.failure)
        return
    emit(result={**share.load.result(), "interrupted": interrupted, "busy": runner.cpu_warning_emitted, "missing": 0})
    share.load.close()


def _patience(job: Job) -> float:
    """Return how long a call under way may take: the timeout of the service's slowest operation."""
    return max(job.target.limits.timeout, job.target.limits.listing_timeout) + 1


def _wait(plan: Plan, ended: Callable[[], bool], progress: Callable[[], list[dict[str, Any]]]) -> None:
    """Wait until the time of the load is over, or `ended` says that it is, and tell how far it is."""
    began = time.monotonic()
    while (left := began + plan.duration - time.monotonic()) > 0 and not ended():
        _until(ended, min(EVERY, left))
        emit(progress={"elapsed": time.monotonic() - began, "processes": progress()})


def run_master(order: dict[str, Any], stopped: Event) -> None:
    """Let workers make the load."""
    plan, patience = Plan.from_json(order["plan"]), order["patience"]
    environment = Environment(user_classes=[user_classes(_nothing)[plan.is_open]])
    runner = environment.create_master_runner(*order["bind"])
    progress, prepared, results, failures = dict[str, Any](), list[Any](), list[Any](), list[str]()
    listening = list[str]()
    _register(runner, "listening", lambda message: listening.append(message.node_id))
    _register(runner, "progress", lambda message: progress.update({message.node_id: message.data}))
    _register(runner, "prepared", lambda message: prepared.append(message.data["refused"]))
    _register(runner, "result", lambda message: results.append(message.data))
    _register(runner, "failed", lambda message: failures.append(message.data["failure"]))
    emit(port=getattr(runner.server, "port", order["bind"][1]))

    def ended() -> bool:
        return stopped.is_set() or bool(failures)

    _until(lambda: len(listening) >= plan.processes or ended(), order["connects"])
    for index, worker in enumerate(listening[: plan.processes]):
        runner.send_message("share", {"plan": order["plan"], "index": index}, client_id=worker)
    _until(lambda: len(prepared) >= plan.processes or ended(), CONNECTS)
    if refused := _refused(prepared, plan, interrupted=stopped.is_set()):
        emit(refused=refused)
    else:
        gevent.spawn(runner.start, *_users(plan))
        _wait(plan, ended, lambda: list(progress.values()))
        interrupted = stopped.is_set()
        runner.send_message("over", {"interrupted": interrupted})
        _until(lambda: len(results) >= plan.processes or bool(failures), patience + LAST_CALLS)
        if failures:
            emit(failed=failures[0])
        else:
            missing = plan.processes - len(results)
            emit(result={**merged(results), "interrupted": interrupted, "missing": missing})
    runner.quit()


def _refused(prepared: list[str | None], plan: Plan, *, interrupted: bool) -> str | None:
    """Return why the load cannot begin; None where it can."""
    if interrupted:
        return "interrupted before it began"
    if len(prepared) < plan.processes:
        return f"{len(prepared)} of {plan.processes} workers were there in time"
    return next((refused for refused in prepared if refused), None)


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
        if share.failure:
            runner.send_message("failed", {"failure": share.failure})

    def over(message: Any) -> None:
        share, interrupted = shares[0], message.data["interrupted"]
        share.begin_end()
        runner.stop()
        share.end(0.5 if interrupted else _patience(share.load.job), check=not interrupted)
        runner.send_message("result", {**share.load.result(), "busy": runner.cpu_warning_emitted})
        share.load.close()

    _register(runner, "share", prepare)
    _register(runner, "over", over)
    # Locust drops a message that nothing is registered for: a share that came with its greeting would be lost
    runner.send_message("listening")

    def begin(**_: Any) -> None:
        shares[0].load.begin()

    environment.events.test_start.add_listener(begin)
    emit(connected=True)
    while not stopped.is_set() and len(runner.greenlet):  # Locust ends them when the master says that it is over
        gevent.sleep(0.1)


def _register(runner: Runner, kind: str, handler: Callable[[Any], object]) -> None:
    runner.register_message(kind, lambda environment, msg: handler(msg), concurrent=True)


def _until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds, or so many seconds have passed."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        gevent.sleep(min(0.02, max(end - time.monotonic(), 0)))
    return holds()


def _listen(stopped: Event, role: str) -> None:
    gevent.get_hub().threadpool.apply(sys.stdin.readline)
    stopped.set()
    if role == "worker":  # which may be waiting for a master that does not come
        gevent.sleep(WORKER_ENDS)
        os._exit(0)


RUNS = {"alone": run_alone, "master": run_master, "worker": run_worker}


def main() -> None:
    """Do what the order says. An error is told by its type and place alone: its text may hold what a service said."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this process ends it
    try:
        order = json.loads(sys.stdin.readline())
        stopped = Event()
        gevent.spawn(_listen, stopped, order["role"])
        RUNS[order["role"]](order, stopped)
    except Exception as error:
        emit(failed=f"{type(error).__name__}{place(error)}")
    sys.stdout.flush()
    os._exit(0)  # the thread that reads standard input does not end by itself


if __name__ == "__main__":
    main()
