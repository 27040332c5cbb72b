"""Find the wheels of a bundle: what pacsimile requires on a platform, in the versions of constraints.txt."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from functools import cached_property
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version
from platforms import Platform

EXTRAS = ("contract", "postgresql")
"""The extras of pacsimile that a bundle installs."""


class Unavailable(Exception):
    """A wheel that a bundle needs is missing. The message says which, and what to do."""


@dataclass(frozen=True)
class Wheel:
    """A wheel file."""

    path: Path

    @property
    def name(self) -> str:
        """Return the canonical name of its project."""
        return str(parse_wheel_filename(self.path.name)[0])

    @property
    def version(self) -> Version:
        """Return its version."""
        return parse_wheel_filename(self.path.name)[1]

    @cached_property
    def metadata(self) -> Message:
        """Return its METADATA."""
        with zipfile.ZipFile(self.path) as archive:
            (entry,) = [
                name for name in archive.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1
            ]
            return Parser().parsestr(archive.read(entry).decode("utf-8"))

    def rank(self, platform: Platform, python: str) -> int | None:
        """Return how well it fits, 0 for best; None if it cannot be installed there."""
        fits = platform.fits(python)
        return min((fits[tag] for tag in parse_wheel_filename(self.path.name)[3] if tag in fits), default=None)


def pins(constraints: Path) -> list[Requirement]:
    """Return the exact versions of a constraints file, one for each name and marker."""
    lines = (line.partition("#")[0].strip() for line in constraints.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line]


class Finder:
    """Finds the wheels of one platform in a folder, and downloads with pip what is not in it."""

    def __init__(self, platform: Platform, project: Wheel, constraints: Sequence[Requirement], folder: Path) -> None:
        self.platform, self.project, self.constraints, self.folder = platform, project, constraints, folder
        folder.mkdir(parents=True, exist_ok=True)

    def wheels(self, python: str) -> tuple[dict[str, Wheel], dict[str, set[str]]]:
        """Return the wheels that pacsimile needs for a Python, by name, and for each name those that it requires.

        Raises:
            Unavailable: A version is not pinned, or has no wheel that fits.
        """
        while True:
            wheels, edges, missing = self._closure(python)
            if not missing:
                return wheels, edges
            self._download(missing, python)

    def _closure(self, python: str) -> tuple[dict[str, Wheel], dict[str, set[str]], list[str]]:
        """Follow requirements as far as wheels are here. Return also the pins of what is missing."""
        waiting: list[tuple[str, frozenset[str]]] = [(self.project.name, frozenset(EXTRAS))]
        seen, missing = set(waiting), set[str]()
        wheels: dict[str, Wheel] = {}
        edges: dict[str, set[str]] = {}
        here = self._here(python)
        while waiting:
            name, extras = waiting.pop()
            wheel = self.project if name == self.project.name else here.get(name)
            if wheel is None:
                missing.add(self._pin(name, python))
                continue
            wheels[name] = wheel
            for requirement in self._required(wheel, extras, python):
                needed = (canonicalize_name(requirement.name), frozenset(requirement.extras))
                edges.setdefault(name, set()).update({needed[0]} - {name})
                if needed not in seen:
                    seen.add(needed)
                    waiting.append(needed)
        return dict(sorted(wheels.items())), edges, sorted(missing)

    def _here(self, python: str) -> dict[str, Wheel]:
        """Return the wheels in the folder that have the pinned version and fit, the best of each name."""
        best: dict[str, tuple[int, Wheel]] = {}
        for wheel in map(Wheel, sorted(self.folder.glob("*.whl"))):
            rank = wheel.rank(self.platform, python)
            if rank is None or not any(
                canonicalize_name(pin.name) == wheel.name and pin.specifier.contains(wheel.version, prereleases=True)
                for pin in self._pins(python)
            ):
                continue
            if wheel.name not in best or rank < best[wheel.name][0]:
                best[wheel.name] = (rank, wheel)
        return {name: wheel for name, (_, wheel) in best.items()}

    def _pins(self, python: str) -> Iterator[Requirement]:
        environment = self.platform.environment(python)
        yield from (pin for pin in self.constraints if pin.marker is None or pin.marker.evaluate(environment))

    def _pin(self, name: str, python: str) -> str:
        pin = next((pin for pin in self._pins(python) if canonicalize_name(pin.name) == name), None)
        if pin is None:
            raise Unavailable(f"constraints.txt has no version of {name}, which {self.platform.name} needs: add it")
        return f"{name}{pin.specifier}"

    def _required(self, wheel: Wheel, extras: frozenset[str], python: str) -> Iterator[Requirement]:
        environment = self.platform.environment(python)
        for requirement in map(Requirement, wheel.metadata.get_all("Requires-Dist", [])):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in {"", *extras}):
                yield requirement

    def _download(self, wanted: list[str], python: str) -> None:
        if self._pip(wanted, python) == 0:
            return
        failed = [pin for pin in wanted if self._pip([pin], python) != 0]
        if failed:
            raise Unavailable(
                f"no wheel for {self.platform.name}, Python {python}: {', '.join(failed)}; take another version into "
                "constraints.txt, or declare it in scripts/bundle/without.yaml"
            )

    def _pip(self, wanted: list[str], python: str) -> int:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--dest", str(self.folder), "--python-version", python, "--implementation", "cp"]
        done = subprocess.run(
            [*command, *self.platform.pip_options, *wanted], check=False, capture_output=True, text=True
        )
        return done.returncode
