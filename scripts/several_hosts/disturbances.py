"""What happens to a cluster: processes are killed, PostgreSQL is restarted and failed over. Each is counted."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cluster import Cluster
from invariants import Invariants


@dataclass
class Disturbances:
    """The disturbances of a cluster, in an order that the seed decides."""

    cluster: Cluster
    invariants: Invariants
    seed: int = 1
    done: dict[str, int] = field(default_factory=dict)
    pauses: dict[str, list[float]] = field(default_factory=dict)
    """The longest time without any answer to anybody, after each."""

    def __post_init__(self) -> None:
        """Draw from the seed."""
        self._random = random.Random(self.seed)
        self.done = dict.fromkeys(self.kinds(), 0)

    def kinds(self) -> dict[str, Callable[[], None]]:
        """Return what can happen, by name."""
        return {
            "worker killed": self.kill_worker,
            "host killed": self.kill_host,
            "balancer killed": self.kill_balancer,
            "PostgreSQL restarted": self.cluster.pair.restart,
            "PostgreSQL killed": self.cluster.pair.crash,
            "PostgreSQL failed over": self.cluster.pair.fail_over,
        }

    def run(self, seconds: float, quiet: float) -> None:
        """Disturb until the time is over and everything happened at least once.

        Args:
            seconds: How long.
            quiet: Seconds without a disturbance after each, at most.
        """
        began = time.monotonic()
        while time.monotonic() < began + seconds or not all(self.done.values()):
            kinds = list(self.kinds().items())
            self._random.shuffle(kinds)
            for name, act in kinds:
                if time.monotonic() > began + seconds and self.done[name]:
                    continue
                at = time.monotonic()
                act()
                self.done[name] += 1
                self.cluster.wait_until_healthy()
                time.sleep(self._random.uniform(0.3, 1.0) * quiet)
                self.pauses.setdefault(name, []).append(self.invariants.longest_pause(at, time.monotonic()))

    def kill_worker(self) -> None:
        """Kill a worker of any host; its parent starts another."""
        host = self._random.choice(self.cluster.hosts)
        count = len(host.workers())
        host.kill_worker(self._random.randrange(count))
        host.wait_for_workers(count)

    def kill_host(self) -> None:
        """Kill all processes of any host, and start it again a moment later."""
        host = self._random.choice(self.cluster.hosts)
        host.kill()
        time.sleep(self._random.uniform(0.2, 1.0))
        host.start()

    def kill_balancer(self) -> None:
        """Kill the balancer with its processes, and start it again."""
        self.cluster.balancer.kill()
        self.cluster.balancer.start()

    def table(self) -> str:
        """Return a line for each kind: how often, and the longest pauses."""
        rows = [f"  {'':<24}{'times':>5}{'median pause':>14}{'longest':>9}"]
        for name, number in self.done.items():
            pauses = sorted(self.pauses.get(name, [0.0]))
            rows.append(f"  {name:<24}{number:>5}{pauses[len(pauses) // 2]:>12.1f} s{pauses[-1]:>7.1f} s")
        return "\n".join(rows)
