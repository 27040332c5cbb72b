"""What is installed for this project: each distribution once, from the metadata of pip."""

import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ("contract", "load", "postgresql")
"""The extras that users install."""


def direct() -> dict[str, str]:
    """Return the canonical names that pyproject.toml requires, each with its first extra (`""`: none)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    names: dict[str, str] = {}
    for extra, lines in groups.items():
        for line in lines:
            names.setdefault(canonicalize_name(Requirement(line).name), extra)
    names.pop("pacsimile", None)
    return names


def requirements(owner: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    """Yield what a distribution requires on this machine, with the given extras."""
    for requirement in map(Requirement, owner.requires or []):
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            yield requirement


def closure(*extras: str) -> tuple[dict[str, Distribution], dict[str, set[str]]]:
    """Follow the requirements of pacsimile with `extras`.

    Returns:
        The distributions by canonical name, sorted, with pacsimile; and for each name the names that it requires.

    Raises:
        SystemExit: A requirement is not installed.
    """
    waiting = [("pacsimile", frozenset(extras))]
    seen: set[tuple[str, frozenset[str]]] = set()
    installed: dict[str, Distribution] = {}
    edges: dict[str, set[str]] = {}
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        installed[name] = _installed(name)
        for requirement in requirements(installed[name], wanted):
            needed = canonicalize_name(requirement.name)
            if needed != name:
                edges.setdefault(name, set()).add(needed)
            waiting.append((needed, frozenset(requirement.extras)))
    return dict(sorted(installed.items())), edges


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise SystemExit(f"{name} is required but not installed: run make .venv/.installed-dev") from None
