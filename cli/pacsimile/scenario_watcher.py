"""`serve --watch`: looks at the scenario's files, and hands the world what has become of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.logs import LOG
from pacsimile_mock.seed.load import load
from pacsimile_mock.seed.model import Scenario, ScenarioError
from pacsimile_mock.worlds.reloading import reload_scenario

INTERVAL = 0.2
"""Seconds between two looks; a file that two of them find the same is taken to be written."""

Look = tuple[tuple[int, int, int] | None, ...]
"""Time of the last change, size and inode of each file; None for one that is not there."""


class Watcher:
    """Watches in a thread of its own, until it is stopped."""

    def __init__(self, state: ServerState) -> None:
        self._state = state
        self._scenario: Scenario = load(state.options.world.scenario)
        self._taken = _look(self._scenario.sources)
        self._before = self._taken
        self._said = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="pacsimile-watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is under way."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(INTERVAL):
            now = _look(self._scenario.sources)
            if now != self._taken and now == self._before:
                self._reload(now)
            self._before = now

    def _reload(self, now: Look) -> None:
        """Take the file as it is; one that is broken is tried again and again, and told once."""
        options = self._state.options.world
        try:
            scenario = load(options.scenario)
        except ScenarioError as error:
            message = f"{error}; the old scenario continues"
            if message != self._said:
                LOG.warning("%s", message)
            self._said = message
            return
        self._taken = now if scenario.sources == self._scenario.sources else _look(scenario.sources)
        if scenario != self._scenario:
            reload_scenario(self._state.worlds.default, self._scenario, scenario, options)
            self._scenario = scenario
            LOG.info("%s has changed: the world has restarted", options.scenario)
        elif self._said:
            LOG.info("%s is as before: the world continues", options.scenario)
        self._said = ""


def _look(paths: Iterable[Path]) -> Look:
    return tuple(_look_at(path) for path in paths)


def _look_at(path: Path) -> tuple[int, int, int] | None:
    try:
        metadata = path.stat()
    except OSError:
        return None
    return metadata.st_mtime_ns, metadata.st_size, metadata.st_ino
