"""`serve --watch`: watch the scenario's files, and reload them in the world when they change."""

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
"""Seconds between two looks. A file that has not changed between two of them is taken to be complete."""

Look = tuple[tuple[int, int, int] | None, ...]
"""For each file, the time of its last change, its size and its inode; None if it does not exist."""


class Watcher:
    """Watch in a separate thread, until stopped."""

    def __init__(self, state: ServerState) -> None:
        self._state = state
        self._scenario: Scenario = load(state.options.world.scenario)
        self._taken = _look(self._scenario.sources)
        self._before = self._taken
        self._said = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="pacsimile-watch", daemon=True)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, after what is in progress."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(INTERVAL):
            now = _look(self._scenario.sources)
            if now != self._taken and now == self._before:
                self._reload(now)
            self._before = now

    def _reload(self, now: Look) -> None:
        """Load the file as it is. A broken file is tried again each time, and reported once."""
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
