"""The part of a load that one process makes: its clients, its arrivals, and what it saw. It knows nothing of Locust."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.load.caller import Caller
from pacsimile_contract.load.job import Job
from pacsimile_contract.load.ledger import Ledger, Owners
from pacsimile_contract.load.polling_client import Observation, PollingClient
from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.load.schedule import Slots, arrivals
from pacsimile_contract.load.violations import Violations

SHORTEST_PAUSE = 0.02
"""Seconds that a user without anything to ask waits at least."""


class ProcessLoad:
    """What one process does.

    Args:
        job: Its work.
        observe: Told of each call, beside the process's own record; None for nobody.
        clock: Returns monotonic seconds.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        job: Job,
        observe: Callable[[Observation], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.job, self.plan = job, job.plan
        self._outside, self._clock, self._sleep = observe, clock, sleep
        self.recorder, self.violations = Recorder(self.plan.duration), Violations()
        self.owners = Owners(
            {order: self._organization(poller.client) for poller in job.pollers for order in poller.orders}
        )
        self._began = clock()
        self._slots = self._limiter()
        self.clients: list[PollingClient] = []
        self._ledgers: list[Ledger] = []
        for poller in job.own_pollers:
            ledger = Ledger(
                self._organization(poller.client), self.violations, self.owners,
                exclusive=job.target.exclusive or job.target.world_of_its_own, began=self._began,
            )  # fmt: skip
            caller = Caller(job.target, job.target.clients[poller.client], clock, hosts=job.hosts)
            self._ledgers.append(ledger)
            self.clients.append(
                PollingClient(job.target, poller, self.plan, ledger, caller, self._observe, self._slots.take)
            )
        self._turns = count()
        self._left_out = 0
        self.ended = False

    def _organization(self, client: str) -> str:
        return str(self.job.target.clients[client].organization_id)

    def _limiter(self) -> Slots:
        rate = self.job.most_rate if self.plan.is_open else min(self.plan.rate, self.job.most_rate or self.plan.rate)
        return Slots(rate / self.plan.processes, self._clock, self._sleep)

    def prepare(self) -> str | None:
        """Get each client's token; return in one line why a client got none."""
        for client in self.clients:
            exchange = client.get_token()
            if exchange is not None and not (exchange.succeeded and facts.token(exchange).access_token is not None):
                hint = "; check the id and secret of the client" if exchange.status in (400, 401, 403) else ""
                return f"{self.job.target.oauth2_endpoint}/token: no token ({exchange}){hint}"
        return None

    def begin(self) -> None:
        """Start the clock of the load."""
        self._began = self._clock()
        for ledger in self._ledgers:
            ledger.began = self._began

    def arrive(self, spawn: Callable[[Callable[[], object]], bool]) -> None:
        """Make the calls of an open model, each when it is due; return when the last has begun.

        Args:
            spawn: Runs a function beside this one; it waits for room where too many run, and then returns False.
        """
        plan = self.plan
        for start in arrivals(plan.rate, plan.ramp, plan.duration, self.job.index, plan.processes):
            due = self._began + start
            if (wait := due - self._clock()) > 0:
                self._sleep(wait)
            if self.ended:
                return
            if not spawn(lambda due=due: self.call(due)):  # type: ignore[misc]
                self.recorder.late += 1

    def call(self, due: float | None = None) -> bool:
        """Let the next client make a call; the others in turn, where that one has nothing to ask."""
        if due is not None and self._left_out < sum(client.extra_calls for client in self.clients):
            self._left_out += 1
            self.recorder.withheld += 1
            return False
        for _ in self.clients:
            if self.clients[next(self._turns) % len(self.clients)].step(due):
                return True
        if due is not None:
            self.recorder.withheld += 1
        return False

    def finish(self) -> None:
        """List once more without a limit, so that nothing that was left out of batches goes unnoticed."""
        for client in self.clients:
            client.check_listing()

    def close(self) -> None:
        """Close the connections."""
        for client in self.clients:
            client.close()

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return self._clock() - self._began

    @property
    def over(self) -> bool:
        """Whether no more calls may begin: the load was ended, or its time is over, whoever forgot to end it."""
        return self.ended or self.elapsed >= self.plan.duration

    def _observe(self, observation: Observation) -> None:
        at = observation.ended - self._began
        self.recorder.add(observation.operation, observation.seconds, at, observation.error)
        if self._outside is not None:
            self._outside(observation)

    def progress(self) -> dict[str, Any]:
        """Return how far it is, as JSON."""
        return {
            "calls": self.recorder.calls,
            "failed": self.recorder.failed,
            "violations": self.violations.count,
            "times": self.recorder.all_times.as_json(),
        }

    def result(self) -> dict[str, Any]:
        """Return all that it saw, as JSON."""
        return {
            "seconds": self.elapsed,
            "recorder": self.recorder.as_json(),
            "violations": self.violations.as_json(),
            "reports": dict(self.owners.reports) if self.plan.processes > 1 else {},
        }
