"""The platforms and Pythons that have a bundle, and which wheels fit them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""The versions of CPython whose wheels are in a bundle."""

GLIBC = (2, 28)
"""The oldest glibc that a Linux bundle runs on: that of Debian 10 and RHEL 8."""
MACOS = (11, 0)


@dataclass(frozen=True)
class Platform:
    """A platform that has its own bundle. `markers` are what environment markers (PEP 508) say there."""

    name: str
    system: str
    needs: str
    """What the platform is called in a message."""
    tags: tuple[str, ...]
    """Platform tags of wheels, the best first."""
    markers: Mapping[str, str] = field(hash=False)
    oldest: tuple[int, ...] = ()
    """The oldest glibc or macOS."""

    def fits(self, python: str) -> Mapping[Tag, int]:
        """Return the tags that fit a Python here, each with its rank: the lowest is the best."""
        version = tuple(map(int, python.split(".")))
        interpreter = f"cp{''.join(python.split('.'))}"
        ordered = [*cpython_tags(version, platforms=self.tags), *compatible_tags(version, interpreter, self.tags)]
        return {tag: rank for rank, tag in reversed(list(enumerate(ordered)))}

    def environment(self, python: str) -> dict[str, str]:
        """Return the values of environment markers for a Python here."""
        return {
            **self.markers,
            "python_version": python,
            "python_full_version": f"{python}.0",
            "implementation_name": "cpython",
            "implementation_version": f"{python}.0",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_version": "",
            "extra": "",
        }

    @cached_property
    def pip_options(self) -> list[str]:
        """Return the options by which pip looks for this platform's wheels."""
        return [word for tag in self.tags for word in ("--platform", tag)]


def _linux(machine: str, legacy: Mapping[int, str]) -> Platform:
    def tags() -> Iterator[str]:
        for minor in range(GLIBC[1], 16 if machine == "aarch64" else 4, -1):
            yield f"manylinux_2_{minor}_{machine}"
            if minor in legacy:
                yield f"{legacy[minor]}_{machine}"
        yield f"linux_{machine}"

    markers = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": machine}
    needs = f"Linux {machine} with glibc {GLIBC[0]}.{GLIBC[1]} or newer"
    return Platform(f"linux-{machine}", "linux", needs, tuple(tags()), markers, GLIBC)


def _macos(machine: str) -> Platform:
    markers = {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": machine}
    tags = tuple(mac_platforms(MACOS, machine))
    return Platform(f"macos-{machine}", "darwin", f"macOS {MACOS[0]} or newer on {machine}", tags, markers, MACOS)


_WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"}

PLATFORMS = {
    platform.name: platform
    for platform in (
        _linux("x86_64", {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}),
        _linux("aarch64", {17: "manylinux2014"}),
        _macos("arm64"),
        _macos("x86_64"),
        Platform("windows-x86_64", "win32", "Windows on x86-64", ("win_amd64",), _WINDOWS),
    )
}
"""Every platform by its name."""
