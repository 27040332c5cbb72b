"""The offline bundle: which wheels are in it, and what its script refuses. `check_bundle.sh` installs a whole one."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts" / "bundle"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture(scope="module")
def load() -> Iterator[Any]:
    """Import the scripts' modules by their name, and let no other test see them."""
    before = set(sys.modules)
    sys.path[:0] = [str(SCRIPTS), str(SCRIPTS / "inside")]
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(SCRIPTS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
    del sys.path[:2]


# --- what is in it


def wheel(folder: Path, filename: str, *requires: str) -> Path:
    """Write a wheel that has nothing but its metadata."""
    name, version = filename.split("-")[:2]
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    with zipfile.ZipFile(folder / filename, "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines) + "\n")
    return folder / filename


def names(load: Any, folder: Path, platform: str, python: str, pins: tuple[str, ...]) -> list[str]:
    """Return the files that a bundle takes from a folder, without the network."""
    wheels, platforms = load("wheels"), load("platforms")
    project = wheels.Wheel(folder / "pacsimile-1-py3-none-any.whl")
    finder = wheels.Finder(platforms.PLATFORMS[platform], project, [Requirement(pin) for pin in pins], folder)
    finder._pip = lambda wanted, python: 1
    return [each.path.name for each in finder.wheels(python)[0].values()]


def test_what_a_platform_needs_is_followed_by_its_own_markers(load: Any, tmp_path: Path) -> None:
    """Of several wheels of the pinned version the best; extras, and what another platform or Python alone needs."""
    wheel(
        tmp_path, "pacsimile-1-py3-none-any.whl", 'a; extra == "contract"', 'b; extra == "dev"', "c",
        'd; sys_platform == "win32"', 'e; python_version < "3.12"',
    )  # fmt: skip
    wheel(tmp_path, "a-2-py3-none-any.whl", "f[x]")
    for name in ("c-1-cp313-cp313-manylinux_2_17_x86_64", "c-1-cp39-abi3-manylinux2014_x86_64", "c-1-py3-none-any"):
        wheel(tmp_path, f"{name}.whl")
    wheel(tmp_path, "c-1-cp313-cp313-manylinux_2_34_x86_64.whl")
    for name in ("c-0.9", "d-1", "e-1", "g-1"):
        wheel(tmp_path, f"{name}-py3-none-any.whl")
    wheel(tmp_path, "f-1-py3-none-any.whl", 'g; extra == "x"')
    pins = ("a==2", "c==1", "d==1", "e==1", "f==1", "g==1")
    both = ["a-2-py3-none-any.whl", "f-1-py3-none-any.whl", "g-1-py3-none-any.whl", "pacsimile-1-py3-none-any.whl"]
    linux = names(load, tmp_path, "linux-x86_64", "3.13", pins)
    assert sorted(linux) == sorted([*both, "c-1-cp313-cp313-manylinux_2_17_x86_64.whl"])
    assert "c-1-cp39-abi3-manylinux2014_x86_64.whl" in names(load, tmp_path, "linux-x86_64", "3.14", pins)
    windows = names(load, tmp_path, "windows-x86_64", "3.11", pins)
    assert sorted(windows) == sorted([*both, *(f"{n}-1-py3-none-any.whl" for n in "cde")])


def test_a_missing_wheel_or_version_is_named(load: Any, tmp_path: Path) -> None:
    """With the platform, the Python and what to do."""
    wheel(tmp_path, "pacsimile-1-py3-none-any.whl", "a")
    unavailable = load("wheels").Unavailable
    with pytest.raises(unavailable, match="no version of a, which macos-arm64 needs: add it"):
        names(load, tmp_path, "macos-arm64", "3.14", ())
    with pytest.raises(unavailable, match=r"no wheel for macos-arm64, Python 3\.14: a==1; .*without\.yaml"):
        names(load, tmp_path, "macos-arm64", "3.14", ("a==1",))


def test_what_is_declared_missing_is_left_out(
    load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And said, with the reason."""
    build = load("build")
    monkeypatch.setattr(build, "WITHOUT", tmp_path / "without.yaml")
    build.WITHOUT.write_text("- {platform: macos-arm64, python: '3.14', reason: no wheel of a}\n")
    platforms = load("platforms").PLATFORMS
    assert build.pythons_of(platforms["macos-arm64"], ["3.13", "3.14"]) == ["3.13"]
    assert "macos-arm64 has no wheels for Python 3.14: no wheel of a" in capsys.readouterr().out
    assert build.pythons_of(platforms["linux-x86_64"], ["3.13", "3.14"]) == ["3.13", "3.14"]


def test_the_sums_are_of_every_zip_that_is_there(
    load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One platform after the other, and it says what to carry over."""
    build = load("build")

    def built(platform: Any, project: Any, constraints: Any, options: Any) -> Path:
        path: Path = options.output / f"pacsimile-1-{platform.name}.zip"
        path.write_bytes(platform.name.encode())
        return path

    monkeypatch.setattr(build, "build", built)
    own = wheel(tmp_path, "pacsimile-1-py3-none-any.whl")
    for name in ("linux-x86_64", "macos-arm64"):
        words = ["build.py", "--platform", name, "--output", str(tmp_path), "--wheel", str(own)]
        monkeypatch.setattr(sys, "argv", words)
        assert build.main() == 0
        assert f"Carry over {tmp_path}/pacsimile-1-{name}.zip" in capsys.readouterr().out
    listed = [line.split("  ")[1] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()]
    assert listed == ["pacsimile-1-linux-x86_64.zip", "pacsimile-1-macos-arm64.zip"]


def test_every_dependency_of_users_is_pinned(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """constraints.txt has the version of each that is installed here, so that what is tested is what is shipped."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts" / "supply"))
    installed = load("installed")
    held = {name: each.version for name, each in installed.closure(*installed.PUBLISHED)[0].items()}
    pins = [pin for pin in load("wheels").pins(ROOT / "constraints.txt") if not pin.marker or pin.marker.evaluate()]
    pinned = {pin.name.lower(): str(pin.specifier) for pin in pins}
    assert {name: f"=={version}" for name, version in held.items() if name != "pacsimile"}.items() <= pinned.items()


def test_the_same_files_give_the_same_bytes(load: Any, tmp_path: Path) -> None:
    """Whatever their order and their time; scripts can be run."""
    archive = load("archive")
    files = {"wheels/a.whl": b"a" * 999, "install.sh": b"#!/bin/sh\n"}
    archive.write(tmp_path / "1.zip", "top", files)
    archive.write(tmp_path / "2.zip", "top", dict(reversed(files.items())))
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as written:
        assert written.namelist() == ["top/install.sh", "top/wheels/a.whl"]
        assert written.getinfo("top/install.sh").external_attr >> 16 == 0o100755


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "a//b", "./a", "a\\b", "C:a", "a\nb"])
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str, load: Any, tmp_path: Path) -> None:
    """Licences have the names that a wheel gives them: none may lead elsewhere where the zip is unpacked."""
    with pytest.raises(ValueError, match="cannot be the name of a file"):
        load("archive").write(tmp_path / "1.zip", "top", {name: b""})


# --- what its install script refuses


@pytest.fixture
def install(load: Any) -> ModuleType:
    """The script of the bundle."""
    module: ModuleType = load("install")
    return module


@pytest.fixture
def bundle(tmp_path: Path, load: Any) -> Path:
    """An unpacked bundle of this machine and this Python, without its wheels but one."""
    folder = tmp_path / "bundle"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels/a.whl").write_bytes(b"a")
    describe(folder, load("platforms").PLATFORMS["linux-x86_64"])
    return folder


def describe(folder: Path, platform: Any, **other: Any) -> None:
    """Write what a bundle says about itself, and its checksums."""
    facts = {
        "version": "1", "extras": [], "needs": platform.needs, "system": sys.platform, "oldest": [0, 0],
        "machine": os.uname().machine, "pythons": [VERSION],
    }  # fmt: skip
    (folder / "bundle.json").write_text(json.dumps(facts | other))
    listed = [folder / "bundle.json", *(folder / "wheels").iterdir()]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in listed]
    (folder / "SHA256SUMS").write_text("".join(lines))


def refused(install: ModuleType, bundle: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line of a refusal. Nothing may be installed."""
    there = folder.exists()
    assert install.main([str(folder)], bundle) == 1
    output = capsys.readouterr()
    assert output.out == ""
    (line,) = output.err.splitlines()
    assert line.startswith("install.sh: ")
    assert folder.exists() == there
    return line


def test_a_damaged_bundle_is_refused(
    install: ModuleType, bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed file, a missing one, one that was added, and no list at all."""
    (bundle / "wheels/a.whl").write_bytes(b"b")
    assert "wheels/a.whl is damaged: unpack the bundle again" in refused(install, bundle, tmp_path / "v", capsys)
    (bundle / "wheels/a.whl").unlink()
    (bundle / "wheels/b.whl").write_bytes(b"b")
    line = refused(install, bundle, tmp_path / "v", capsys)
    assert "wheels/a.whl is missing; wheels/b.whl is not of this bundle" in line
    (bundle / "SHA256SUMS").write_text("")
    assert "bundle.json is not of this bundle" in refused(install, bundle, tmp_path / "v", capsys)
    (bundle / "SHA256SUMS").unlink()
    assert "SHA256SUMS is missing or damaged" in refused(install, bundle, tmp_path / "v", capsys)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"machine": "sparc"}, "this bundle is for Linux x86_64 with glibc 2.28 or newer; here is "),
        ({"system": "plan9"}, ": take the bundle of this platform"),
        ({"oldest": [99, 0]}, ": take the bundle of this platform"),
        ({"pythons": ["3.9", "3.10"]}, f"this bundle has wheels for CPython 3.9, 3.10; {sys.executable} is CPython"),
    ],
)
def test_another_machine_or_python_is_refused(
    facts: dict[str, Any],
    words: str,
    install: ModuleType,
    bundle: Path,
    load: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With what the bundle is for, what is here, and what to do."""
    describe(bundle, load("platforms").PLATFORMS["linux-x86_64"], **facts)
    assert words in refused(install, bundle, tmp_path / "v", capsys)


def test_a_folder_of_somebody_is_left_alone(
    install: ModuleType, bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with files, a file, an environment of another Python, and one that does not start."""
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file"):
        assert "is there and is no virtual environment: give another" in refused(install, bundle, path, capsys)
    other = tmp_path / "other"
    (other / "bin").mkdir(parents=True)
    (other / "pyvenv.cfg").touch()
    assert "its Python does not start: remove the folder" in refused(install, bundle, other, capsys)
    (other / "bin/python").write_text("#!/bin/sh\necho 3.9\n")
    (other / "bin/python").chmod(0o755)
    assert f"{other} has Python 3.9: remove the folder" in refused(install, bundle, other, capsys)
    (other / "bin/python").write_text(f"#!/bin/sh\necho {VERSION} False\n")
    assert f"{other} has no pip: run {other}/bin/python -m ensurepip" in refused(install, bundle, other, capsys)


def test_an_environment_that_cannot_be_finished_is_removed(
    install: ModuleType,
    bundle: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the next attempt would take it for one that can be used."""
    errors = {
        "no virtual environment can be made": subprocess.CalledProcessError(1, "ensurepip"),
        "interrupted": KeyboardInterrupt(),
    }
    for words, error in errors.items():

        def create(folder: Path, error: BaseException = error, **_: Any) -> None:
            folder.mkdir()
            (folder / "pyvenv.cfg").touch()
            raise error

        monkeypatch.setattr(install.venv, "create", create)
        assert words in refused(install, bundle, tmp_path / "v", capsys)


def test_no_setting_of_the_user_chooses_what_runs_before_the_files_are_compared(tmp_path: Path) -> None:
    """Python starts isolated each time: it imports nothing that a variable or the current folder offers."""
    python = tmp_path / "my python"
    python.write_text('#!/bin/sh\necho "$@" >> "$RECORD"\n')
    python.chmod(0o755)
    record = tmp_path / "record"
    env = {"PATH": "/usr/bin:/bin", "PYTHON": str(python), "RECORD": str(record)}
    subprocess.run(["/bin/sh", SCRIPTS / "inside/install.sh", "v"], env=env, cwd=tmp_path, check=True)
    calls = record.read_text().splitlines()
    assert len(calls) == 2
    assert all(call.startswith("-I ") for call in calls)
    windows = (SCRIPTS / "inside/install.ps1").read_text()
    assert windows.count("& $program @options -I") == windows.count("& $program") == 2


def test_what_to_do_next_can_be_pasted(install: ModuleType) -> None:
    """Also where the folder has a space, with the explanations below each other."""
    lines = install.farewell(Path("/my own"), {"version": "1"}, slim=False).splitlines()
    assert lines[2].startswith("  '/my own/bin/pacsimile' serve")
    effects = ("starts", "says", "runs")
    assert len({line.index(effect) for line, effect in zip(lines[2:5], effects, strict=True)}) == 1


def test_without_a_python_the_script_says_what_to_do(tmp_path: Path) -> None:
    """It names what it tried."""
    done = subprocess.run(
        ["/bin/sh", SCRIPTS / "inside/install.sh", "v"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": "/no/python"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no Python 3.11 or newer was found. Tried: /no/python." in done.stderr
    assert "name yours: PYTHON=/path/to/python3 sh install.sh FOLDER" in done.stderr
