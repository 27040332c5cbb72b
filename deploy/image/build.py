"""Install the mock in a virtual environment, and collect all that it needs to run as the root of an image.

    build.py WHEELS VENV ROOT        (in the image that the Dockerfile names as BASE)

`EXTRAS` names what is installed besides: `postgresql`, say. `PDF=no` leaves out Typst. Of the base image, the mock
needs Python, its standard library and the libraries that both are linked to. Nothing here depends on the processor.
"""

from __future__ import annotations

import base64
import json
import os
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

USER = 65532
UNUSED = (
    *("test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "pydoc_data"),
    *("site-packages", "dist-packages"),
)
"""Folders of the standard library that a server does not use."""
UNUSED_MODULES = (
    *("turtle.py", "_tkinter", "_test", "_xxtestfuzz", "_ctypes_test", "xxlimited", "xxsubtype"),
    *("_curses", "readline", "_dbm", "_gdbm"),  # and with them ncurses, readline and Berkeley DB
)
"""Modules of the standard library that no server imports, by how their names begin. Some would bring libraries too."""
UNUSED_OF_PACKAGES = (
    "faker/decode",
    *(f"faker/providers/{letters}*" for letters in ("[!_p]", "p[!e]")),  # all but `person`
    "faker/sphinx",
    "pydicom/data/test_files",
    "pydicom/sr",  # names of codes, which nothing here imports
    "cffi",  # compiles modules, with pycparser; compiled ones need only `_cffi_backend`
    "pycparser",
)
"""Folders of packages that neither the mock nor the contract tests import."""
SOURCES = {".c", ".h", ".pxd", ".pyx", ".pyi", ".a"}
"""Files for compilers and type checkers."""


def main(wheels: Path, venv: Path, root: Path) -> None:
    """Make `root` from the wheel in `wheels`."""
    install(next(wheels.glob("pacsimile-*.whl")), venv)
    (root / "data").mkdir(parents=True)
    shutil.chown(root / "data", USER, USER)
    interpreter = Path(sys.executable).resolve()
    copy(interpreter, root)
    copy_standard_library(root)
    shutil.copytree(venv, inside(root, venv), symlinks=True)
    prune(inside(root, venv))
    for name in ("python", "python3"):
        link = inside(root, venv) / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(interpreter)
    for binary in list(binaries(root)):
        strip(binary)
    taken = [interpreter, *copy_libraries(root)]
    write_users(root)
    copy_package_records(root, taken)
    write_bytecode(root, venv)
    print(f"{root}: {sum(file.lstat().st_size for file in root.rglob('*')) / 1e6:.1f} MB")


def install(wheel: Path, venv: Path) -> None:
    """Install the wheel with its extras in a new virtual environment, which has no pip."""
    extras = os.environ.get("EXTRAS", "")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    python = venv / "bin/python"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-compile",
        "--no-cache-dir",
        "--only-binary=:all:",
    ]
    subprocess.run([*pip, "--constraint", "constraints.txt", f"{wheel}[{extras}]"], check=True)
    if os.environ.get("PDF") == "no":
        subprocess.run([sys.executable, "-m", "pip", "--python", python, "uninstall", "--yes", "typst"], check=True)


def inside(root: Path, path: Path) -> Path:
    """Return where an absolute path lies in the image."""
    return root / path.relative_to("/")


def copy(path: Path, root: Path) -> None:
    """Copy a file to the same place in the image, with what a link leads to."""
    place = inside(root, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        shutil.copy2(path, place)


def copy_standard_library(root: Path) -> None:
    """Copy the standard library without what a server does not use."""
    for name in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}:
        library = Path(name).resolve()

        def unused(folder: str, names: list[str]) -> set[str]:
            return {
                name
                for name in names
                if name in UNUSED
                or name == "__pycache__"
                or name.startswith((*UNUSED_MODULES, "config-"))
                or Path(name).suffix in SOURCES
            }

        shutil.copytree(library, inside(root, library), ignore=unused, dirs_exist_ok=True)


def prune(venv: Path) -> None:
    """Remove from the virtual environment what only compilers, type checkers, tests and shells use."""
    for path in sorted(venv.rglob("*")):
        if path.is_dir() and path.name in ("tests", "test", "__pycache__"):
            shutil.rmtree(path)
        elif path.suffix in SOURCES or path.name.lower().startswith("activate"):
            path.unlink(missing_ok=True)
    for pattern in UNUSED_OF_PACKAGES:
        for folder in venv.glob(f"lib/python3.*/site-packages/{pattern}"):
            shutil.rmtree(folder)


def binaries(root: Path) -> Iterator[Path]:
    """Yield the ELF files."""
    for path in root.rglob("*"):
        if path.is_file() and not path.is_symlink() and (".so" in path.name or os.access(path, os.X_OK)):
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def strip(binary: Path) -> None:
    """Remove debugging information, where `strip` is at hand. What auditwheel patched stays: strip would damage it."""
    program = shutil.which("strip")
    if program is not None and ".libs" not in binary.parent.name and b"$ORIGIN" not in binary.read_bytes():
        subprocess.run([program, "--strip-unneeded", binary], check=True)


def copy_libraries(root: Path) -> list[Path]:
    """Copy the shared libraries that the ELF files are linked to, and the loader. Return those of the base image."""
    wanted: dict[Path, None] = {}
    for binary in list(binaries(root)):
        linked = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
        if "not found" in linked:
            raise SystemExit(f"{binary} lacks a library:\n{linked}")
        for line in linked.splitlines():
            library = re.search(r"(?:=> |^\s*)(/\S+) \(0x", line)
            if library is not None and not Path(library[1]).is_relative_to(root):
                wanted[Path(library[1])] = None
    for library in wanted:
        copy(library, root)
    return list(wanted)


def write_users(root: Path) -> None:
    """Write who the user is, how names are looked up, and whom TLS trusts."""
    etc = root / "etc"
    etc.mkdir(exist_ok=True)
    (etc / "passwd").write_text(f"root:x:0:0::/:/nologin\npacsimile:x:{USER}:{USER}::/data:/nologin\n")
    (etc / "group").write_text(f"root:x:0:\npacsimile:x:{USER}:\n")
    (etc / "nsswitch.conf").write_text("hosts: files dns\n")
    trusted = Path("/etc/ssl/certs/ca-certificates.crt")
    if trusted.exists():
        copy(trusted, root)


def copy_package_records(root: Path, taken: Iterable[Path]) -> None:
    """Copy Debian's records and licences of the packages that files were taken from, which scanners read."""
    if shutil.which("dpkg-query") is None:
        return
    owners = set()
    for path in taken:
        for name in (path, path.resolve(), Path("/usr") / path.relative_to("/"), Path("/", *path.parts[2:])):
            query = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True, check=False)
            owners.update(re.findall(r"^([a-z0-9][a-z0-9.+-]+)(?::\w+)?: ", query.stdout, re.MULTILINE))
    for owner in sorted(owners):
        status = subprocess.run(["dpkg-query", "--status", owner], capture_output=True, text=True, check=True).stdout
        place = root / "var/lib/dpkg/status.d" / owner
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(status)
        licence = Path("/usr/share/doc", owner, "copyright")
        if licence.exists():
            copy(licence, root)


def write_bytecode(root: Path, venv: Path) -> None:
    """Compile the modules that a server imports, and no others: bytecode of all would take 40 MB.

    The image's root is read-only, so what is not compiled here is compiled at each start.
    """
    with tempfile.TemporaryDirectory() as folder:
        exercise(venv / "bin/pacsimile", os.environ | {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""})
        suffix = f".{sys.implementation.cache_tag}.pyc"
        for compiled in Path(folder).rglob(f"*{suffix}"):
            source = Path("/", compiled.relative_to(folder)).with_name(compiled.name.removesuffix(suffix) + ".py")
            if inside(root, source).exists():
                py_compile.compile(
                    str(inside(root, source)), dfile=str(source), doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )  # fmt: skip


def exercise(program: Path, environment: dict[str, str]) -> None:
    """Start a server, make the calls that a client makes first, and stop it."""
    command = [program, "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = json.loads(server.stdout.readline())
        client = line["clients"][0]
        secret = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
        token = json.loads(get(line["token_endpoint"], f"Basic {secret}"))["access_token"]
        get(f"{line['url']}/reports?organizationId={client['organization_id']}", f"Bearer {token}")
        subprocess.run([program, "health", "--url", line["url"]], env=environment, check=True)
        server.terminate()


def get(url: str, authorization: str) -> bytes:
    """Return the body of an answer."""
    request = urllib.request.Request(url, headers={"Authorization": authorization})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
