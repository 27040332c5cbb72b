"""Print what this project requires on another platform, one requirement per line.

pip evaluates environment markers (`sys_platform == 'win32'`) for the machine that it runs on, even if it is asked for
another platform's wheels. So the markers are evaluated here, and pip gets plain requirements.

    requirements_for.py windows 3.12                  what pyproject.toml requires
    requirements_for.py windows 3.12 WHEELS           what the wheels in that folder require
"""

import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("", "contract", "load", "postgresql")
PLATFORMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


def of_the_project() -> Iterator[str]:
    """Return the requirements in pyproject.toml for users: the plain ones and those of the published extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield from project["dependencies"]
    for extra in filter(None, EXTRAS):
        lines = project["optional-dependencies"][extra]
        yield from (line for line in lines if Requirement(line).name != project["name"])  # an extra that has another


def of_the_wheels(folder: Path) -> Iterator[str]:
    """Return the requirements (`Requires-Dist`) of every wheel in `folder`."""
    for path in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            metadata = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            text = wheel.read(metadata).decode("utf-8")
        yield from Parser().parsestr(text).get_all("Requires-Dist", [])


def that_apply(lines: Iterable[str], environment: dict[str, str]) -> Iterator[str]:
    """Return the requirements whose markers hold in `environment` without any extra, and without the markers."""
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({**environment, "extra": ""}):
            requirement.marker = None
            yield str(requirement)


def main(platform: str, python: str, folder: str | None = None) -> None:
    """Print the requirements for a platform (a key of PLATFORMS) and a Python version such as `3.12`."""
    environment = {
        **PLATFORMS[platform],
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    lines = of_the_wheels(Path(folder)) if folder else of_the_project()
    print("\n".join(sorted(set(that_apply(lines, environment)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
