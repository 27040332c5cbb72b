"""Install pacsimile from the offline bundle that this file is in. `install.sh` and `install.ps1` call it.

It needs the standard library alone, and Python 3.11 or newer. Exit status: 0 installed, 1 failed, 2 wrong usage.
"""

import argparse
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCRIPT = "install.ps1" if os.name == "nt" else "install.sh"


class CannotInstall(Exception):
    """The bundle cannot be installed. The message says why, and what to do."""


def check_files(bundle: Path) -> None:
    """Compare every file with SHA256SUMS.

    Raises:
        CannotInstall: A file is missing or differs, or the list lacks a file that is used.
    """
    try:
        lines = (bundle / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise CannotInstall("SHA256SUMS is missing or damaged: unpack the bundle again, or copy it again") from None
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    wrong = []
    for name, digest in listed.items():
        try:
            held = hashlib.sha256((bundle / name).read_bytes()).hexdigest()
        except OSError:
            wrong.append(f"{name} is missing")
            continue
        if held != digest:
            wrong.append(f"{name} is damaged")
    used = [bundle / "bundle.json", *sorted((bundle / "wheels").glob("*"))]
    names = [path.relative_to(bundle).as_posix() for path in used]
    wrong += [f"{name} is not of this bundle" for name in names if name not in listed]
    if wrong:
        raise CannotInstall(f"{'; '.join(wrong[:5])}: unpack the bundle again, or copy it again")


def check_machine(facts: dict[str, Any]) -> None:
    """Compare this machine and this Python with those that the bundle is for.

    Raises:
        CannotInstall: The bundle is for another machine or another Python.
    """
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    wanted = {"amd64": "x86_64", "arm64": "aarch64"}.get(facts["machine"].lower(), facts["machine"])
    if os.name == "nt":  # an emulated Python on ARM is one for x86-64
        machine = {"win-amd64": "x86_64", "win-arm64": "aarch64"}.get(sysconfig.get_platform(), "x86")
    if (sys.platform, machine) != (facts["system"], wanted) or sys.maxsize < 2**32 or not _libc_fits(facts):
        here = f"{platform.system()} {platform.machine()} {' '.join(platform.libc_ver())}".strip()
        raise CannotInstall(f"this bundle is for {facts['needs']}; here is {here}: take the bundle of this platform")
    version = ".".join(map(str, sys.version_info[:2]))
    ordinary = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
    if version not in facts["pythons"] or not ordinary:
        kind = "CPython" if ordinary else f"{platform.python_implementation()}, free-threaded or another"
        raise CannotInstall(
            f"this bundle has wheels for CPython {', '.join(facts['pythons'])}; {sys.executable} is {kind} {version}: "
            "name another by the variable PYTHON"
        )


def _libc_fits(facts: dict[str, Any]) -> bool:
    """Tell whether the C library or macOS is new enough."""
    if sys.platform == "darwin":
        return int(platform.mac_ver()[0].partition(".")[0]) >= facts["oldest"][0]
    if sys.platform != "linux":
        return True
    name, version = platform.libc_ver()
    return name == "glibc" and [int(part) for part in version.split(".")[:2]] >= facts["oldest"]


def python_of(folder: Path) -> Path:
    """Return the Python of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(folder: Path, facts: dict[str, Any]) -> bool:
    """Make a virtual environment in a folder, or take the one that is there. Tell whether it was made.

    Raises:
        CannotInstall: The folder is no virtual environment and not empty, or cannot be made or used.
    """
    if (folder / "pyvenv.cfg").exists():
        question = "import sys, importlib.util as i; print('%d.%d' % sys.version_info[:2], bool(i.find_spec('pip')))"
        asked = [python_of(folder), "-I", "-c", question]
        try:
            answer = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            raise CannotInstall(f"{folder}: its Python does not start: remove the folder, or give another") from None
        version, _, has_pip = answer.partition(" ")
        if version not in facts["pythons"]:
            raise CannotInstall(f"{folder} has Python {version}: remove the folder, or give another")
        if has_pip == "False":
            raise CannotInstall(f"{folder} has no pip: run {_pasted(python_of(folder))} -m ensurepip, then this again")
        return False
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CannotInstall(f"{folder} is there and is no virtual environment: give another folder")
        make(folder)
    except ImportError:
        raise CannotInstall(
            f"{sys.executable} cannot make virtual environments: install its venv (Debian, Ubuntu: python3-venv)"
        ) from None
    except OSError as error:
        raise CannotInstall(f"{error.filename or folder}: {error.strerror}: give another folder") from None
    except subprocess.CalledProcessError as error:
        raise CannotInstall(f"{folder}: no virtual environment can be made: {error}") from None
    return True


def make(folder: Path) -> None:
    """Make a virtual environment with pip. Leave nothing of one that cannot be finished."""
    import ensurepip  # noqa: F401  # Debian has it in a package of its own

    try:
        venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def install(bundle: Path, folder: Path, facts: dict[str, Any], *, slim: bool) -> None:
    """Install pacsimile and what it needs from the wheels of the bundle, and from nowhere else.

    pip gets the wheel's path: so the installation knows that it is of no index (PEP 610).

    Raises:
        CannotInstall: pip failed. It has said why.
    """
    wheel = bundle / "wheels" / f"pacsimile-{facts['version']}-py3-none-any.whl"
    wanted = f"{wheel}[{','.join(facts['extras'])}]"
    pip(folder, "install", "--quiet", "--no-index", "--find-links", str(bundle / "wheels"), "--upgrade", wanted)
    if slim:
        pip(folder, "uninstall", "--quiet", "--yes", "typst")


def pip(folder: Path, *words: str) -> None:
    """Run pip in a virtual environment without anybody's settings."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    settings |= {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    command = [str(python_of(folder)), "-I", "-m", "pip", "--isolated", *words]
    try:
        failed = subprocess.run(command, env=settings, check=False).returncode
    except OSError as error:
        raise CannotInstall(f"{folder}: its Python does not start: {error.strerror}") from None
    if failed:
        raise CannotInstall(f"pip failed in {folder}: it says why above")


def _pasted(program: Path) -> str:
    """Return a program's path as a terminal takes it, also where it has spaces."""
    if os.name == "nt":
        return f'& "{program}"' if " " in str(program) else str(program)
    return shlex.quote(str(program))


def farewell(folder: Path, facts: dict[str, Any], *, slim: bool) -> str:
    """Return what to do next."""
    python = python_of(folder)
    program = _pasted(python.with_name("pacsimile"))
    commands = {
        f"{program} serve": "starts the mock",
        f"{program} verify --help": "says how to test a service",
        f"{_pasted(python)} -m pytest": "runs your tests with the pytest fixture",
    }
    width = max(map(len, commands))
    lines = [
        f"pacsimile {facts['version']} is installed in {folder}{', without PDF' if slim else ''}.",
        "",
        *(f"  {command:{width}}   {effect}" for command, effect in commands.items()),
        "",
        f"A newer bundle's {SCRIPT} with the same folder upgrades it. To remove it, delete the folder.",
    ]
    return "\n".join(lines)


def main(words: list[str] | None = None, bundle: Path = HERE) -> int:
    """Check, make a virtual environment, install, and say what to do next."""
    parser = argparse.ArgumentParser(prog=SCRIPT, description="Install pacsimile without a network.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder, or a virtual environment")
    parser.add_argument("--slim", action="store_true", help="leave out typst (81 MB): then there are no PDF reports")
    options = parser.parse_args(words)
    folder: Path = options.folder.absolute()
    made = False
    try:
        check_files(bundle)
        facts = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
        check_machine(facts)
        made = prepare(folder, facts)
        install(bundle, folder, facts, slim=options.slim)
    except (CannotInstall, KeyboardInterrupt) as error:
        print(f"{SCRIPT}: {str(error) or 'interrupted'}", file=sys.stderr)
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        return 1
    print(farewell(folder, facts, slim=options.slim))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
