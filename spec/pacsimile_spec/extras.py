"""Say how to install an extra of pacsimile here: a command to type, however pacsimile was installed."""

import json
import os
import shlex
import sys
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

NAME = "pacsimile"
BUILD_IMAGE = "scripts/build_image.sh"
NO_PIP = "(no pip is here, as in a container's image)"


def how_to_install(extra: str) -> str:
    """Return the command that adds an extra to this installation, such as `python -m pip install -e '.[contract]'`.

    It names the source that pacsimile was installed from (PEP 610, `direct_url.json`): a checkout, a wheel, a
    repository. It names the package itself only if pacsimile was installed by its name. In a container, where there is
    no pip, it is the command that builds the image.
    """
    try:
        installed = distribution(NAME)
    except PackageNotFoundError:  # run from a checkout, by PYTHONPATH
        return _command("pip", ["-e", f"{_near(_checkout())}[{extra}]"])
    installer = _installer(installed)
    if _is_without_pip(installer):
        return f"{BUILD_IMAGE} --build-arg EXTRAS=postgresql,{extra} {NO_PIP}"
    return _command(installer, _what(_origin(installed), extra))


def how_to_install_typst() -> str:
    """Return the command that adds Typst, which a slim installation leaves out."""
    try:
        installed = distribution(NAME)
    except PackageNotFoundError:
        return _command("pip", ["-e", str(_near(_checkout()))])
    installer = _installer(installed)
    if _is_without_pip(installer):
        return f"{BUILD_IMAGE} without PDF=no {NO_PIP}"
    wanted = next((line for line in installed.requires or [] if line.startswith("typst")), "typst")
    return f"{_command(installer, [wanted])}, or run the offline bundle's install script again without --slim"


def _installer(installed: Distribution) -> str:
    return (installed.read_text("INSTALLER") or "pip").strip()


def _is_without_pip(installer: str) -> bool:
    """Tell whether pip installed pacsimile and was removed since, as in a container's image."""
    return installer == "pip" and find_spec("pip") is None


def _origin(installed: Distribution) -> Mapping[str, Any]:
    try:
        origin = json.loads(installed.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return origin if isinstance(origin, dict) else {}


def _what(origin: Mapping[str, Any], extra: str) -> list[str]:
    url = str(origin.get("url", ""))
    if "vcs_info" in origin:
        vcs = origin["vcs_info"]
        return [f"{NAME}[{extra}] @ {vcs.get('vcs', 'git')}+{url}@{vcs.get('commit_id', '')}".rstrip("@")]
    if not url.startswith("file:"):
        return [f"{NAME}[{extra}] @ {url}" if url else f"{NAME}[{extra}]"]
    place = f"{_near(Path(unquote(urlsplit(url).path)))}[{extra}]"
    return ["-e", place] if origin.get("dir_info", {}).get("editable") else [place]


def _command(installer: str, what: list[str]) -> str:
    python = str(_near(Path(sys.executable)))
    words = ["uv", "pip", "install", "--python", python] if installer == "uv" else [python, "-m", "pip", "install"]
    return " ".join(_quoted(word) for word in [*words, *what])


def _quoted(word: str) -> str:
    return f'"{word}"' if os.name == "nt" and shlex.quote(word) != word else shlex.quote(word)


def _near(place: Path) -> str:
    """Return a path to type in the working folder: relative if it is below this folder, else absolute."""
    try:
        below = place.absolute().relative_to(Path.cwd())
    except (ValueError, OSError):
        return str(place)
    return str(below) if len(below.parts) != 1 else f"./{below}"  # pip takes a plain name for a package of an index


def _checkout() -> Path:
    return Path(__file__).resolve().parents[2]
