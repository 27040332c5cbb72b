"""What is judged: a mock and two servers of `examples/`, each right and with one of its defects."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from contract_tests.tests.helpers.example_servers import LATER_SERVERS, Example, build_once
from pacsimile_mock.worlds import defect_registry
from pacsimile_mock.worlds.defect_registry import Defect
from pacsimile_spec import requirements
from scripts.compare_judges.results import ROOT
from scripts.compare_judges.serve_permitted import CONDUCTS

MOCK, PANEL, PERMITTED = "mock", "panel", "permitted"
RIGHT = "none"
"""The name of the defect of a server that has none."""


@dataclass(frozen=True)
class Subject:
    """A server with one defect; `origin` is where the defect stands, and `requirement` the clause that it breaks."""

    origin: str
    defect: str = RIGHT
    requirement: str = ""
    summary: str = ""

    @property
    def name(self) -> str:
        """Tells it from the others."""
        return f"{self.origin}/{self.defect}"

    @property
    def server(self) -> str:
        """Which server it is: the panel's defects are defects of the mock."""
        return MOCK if self.origin == PANEL else self.origin

    @property
    def group(self) -> str:
        """The group of its requirement, such as `AUTH`."""
        return self.requirement.partition("-")[0]


@dataclass(frozen=True)
class Address:
    """Where a server listens that was started, and how its states are asked for."""

    url: str
    oauth2_endpoint: str
    states_url: str
    states_token: str


def example_servers() -> dict[str, Example]:
    """Return the servers of `examples/` that are judged, whose defects were written before any judge saw them."""
    return {example.name: example for example in LATER_SERVERS}


def right_servers() -> list[Subject]:
    """Return each server without a defect, then some that do what the contract permits and few do."""
    return [
        *(Subject(origin) for origin in (MOCK, *example_servers())),
        *(Subject(PERMITTED, name) for name in CONDUCTS),
    ]


def all_defects() -> list[Subject]:
    """Return all defects of MUST clauses: the mock's own, those of the first panel, and those of the servers."""
    own = [defect for defect in defect_registry._all().values() if not _is_of_panel(defect)]
    subjects = [
        Subject(origin, defect.name, defect.requirement, defect.summary)
        for origin, defects in ((MOCK, own), (PANEL, _panel_defects()))
        for defect in defects
    ]
    for example in example_servers().values():
        subjects += [Subject(example.name, name, clause) for name, clause in example.defects]
    return [subject for subject in subjects if requirements()[subject.requirement].level == "MUST"]


@cache
def _panel_defects() -> tuple[Defect, ...]:
    """Return the defects of the first panel, and leave none of them among the mock's own."""
    import scripts.panels.first  # noqa: F401  # registers its defects

    names = [name for name, defect in defect_registry._registered.items() if _is_of_panel(defect)]
    return tuple(defect_registry._registered.pop(name) for name in names)


def _is_of_panel(defect: Defect) -> bool:
    return defect.override.__module__.startswith("scripts.panels")


def origins(size: int) -> dict[str, int]:
    """Return how many defects of each origin a sample of this size has: half are the mock's own."""
    others = (PANEL, *example_servers())
    share = size // (2 * len(others))
    return {MOCK: size - share * len(others), **dict.fromkeys(others, share)}


def drawn(sizes: dict[str, int], seed: int) -> list[Subject]:
    """Draw so many defects of each origin, the mock's from all groups in turn; then mix them.

    The order is drawn too, so that a run that was stopped has judged a sample as well.
    """
    draw = random.Random(seed)
    chosen: list[Subject] = []
    for origin, size in sizes.items():
        groups: dict[str, list[Subject]] = {}
        for subject in all_defects():
            if subject.origin == origin:
                groups.setdefault(subject.group, []).append(subject)
        for members in groups.values():
            draw.shuffle(members)
        turns = [(place / len(members), group) for group, members in groups.items() for place in range(len(members))]
        ranked = [groups[group].pop() for _, group in sorted(turns)]
        chosen += ranked[:size]
    draw.shuffle(chosen)
    return chosen


def build_all() -> None:
    """Compile what has to be compiled, once for all processes that are forked later."""
    for example in example_servers().values():
        if example.build:
            build_once(example.build)


@contextmanager
def started(subject: Subject) -> Iterator[Address]:
    """Run a server on a free port until the block ends.

    Raises:
        RuntimeError: it did not start; the message is what it wrote.
    """
    command, environment = _command(subject)
    with (
        TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT, env={**os.environ, **environment}
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                errors.seek(0)
                raise RuntimeError(f"{subject.name} did not start: {errors.read()[-1000:]}")
            yield _address(json.loads(line))
        finally:
            process.terminate()


def _command(subject: Subject) -> tuple[Sequence[str | Path], dict[str, str]]:
    if subject.server == MOCK:
        serve = ROOT / "scripts" / "panels" / "serve.py"
        options = ["--port", "0", "--json", "--no-runtime-file", "--scenario", "empty", "--pace", "manual"]
        return [sys.executable, serve, "first", subject.defect, *options], {}
    if subject.server == PERMITTED:
        return [sys.executable, ROOT / "scripts" / "compare_judges" / "serve_permitted.py", subject.defect], {}
    example = example_servers()[subject.server]
    if example.build:
        build_once(example.build)
    defect = [] if subject.defect == RIGHT else ["--defect", subject.defect]
    return [*example.command, "--port", "0", *defect], example.environment


def _address(line: dict[str, Any]) -> Address:
    states_url = line.get("states_url") or f"{line['url']}/_mock/states"
    states_token = line.get("states_token") or line["control_token"]
    return Address(line["url"], line["oauth2_endpoint"], states_url, states_token)
