"""What a user types to get an extra: from whatever pacsimile was installed from, and in the folder where he is."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pacsimile_spec import extras
from pacsimile_spec.extras import how_to_install, how_to_install_typst


class Installed:
    """An installation as its metadata tell it."""

    def __init__(self, origin: dict[str, Any] | None, installer: str) -> None:
        self._files = {"INSTALLER": f"{installer}\n", "direct_url.json": None if origin is None else json.dumps(origin)}

    def read_text(self, name: str) -> str | None:
        """Return a file of the metadata."""
        return self._files[name]


@pytest.mark.parametrize(
    ("origin", "installer", "command"),
    [
        ({"url": "file://{here}", "dir_info": {"editable": True}}, "pip", "{python} -m pip install -e '.[contract]'"),
        ({"url": "file://{here}/src", "dir_info": {}}, "pip", "{python} -m pip install './src[contract]'"),
        ({"url": "file:///opt/a%20b", "dir_info": {}}, "pip", "{python} -m pip install '/opt/a b[contract]'"),
        ({"url": "file://{here}/p-1.whl", "archive_info": {}}, "pip", "{python} -m pip install './p-1.whl[contract]'"),
        (
            {"url": "https://git.example/p", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "pip",
            "{python} -m pip install 'pacsimile[contract] @ git+https://git.example/p@abc'",
        ),
        (
            {"url": "https://host.example/p-1.whl", "archive_info": {}},
            "pip",
            "{python} -m pip install 'pacsimile[contract] @ https://host.example/p-1.whl'",
        ),
        (None, "pip", "{python} -m pip install 'pacsimile[contract]'"),
        (
            {"url": "file://{here}", "dir_info": {"editable": True}},
            "uv",
            "uv pip install --python {python} -e '.[contract]'",
        ),
    ],
)
def test_the_command_names_what_was_installed(
    origin: dict[str, Any] | None, installer: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkout, a folder, a wheel, a repository; a name only where it came by its name."""
    if origin is not None:
        origin = {**origin, "url": origin["url"].replace("{here}", str(tmp_path))}
    monkeypatch.setattr(extras, "distribution", lambda name: Installed(origin, installer))
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.chdir(tmp_path)
    assert how_to_install("contract") == command.replace("{python}", ".venv/bin/python")


def test_elsewhere_whole_paths_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path from here would not be found there."""
    monkeypatch.chdir(tmp_path)
    assert how_to_install("dev").startswith(f"{sys.executable} -m pip install ")


def test_without_pip_the_image_is_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container has no pip, and nothing could be written there."""
    monkeypatch.setattr(extras, "distribution", lambda name: Installed({"url": "file:///wheels/p-1.whl"}, "pip"))
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    assert how_to_install("contract").startswith(
        "scripts/build_image.sh --build-arg EXTRAS=postgresql,contract (no pip"
    )
    assert how_to_install_typst().startswith("scripts/build_image.sh without PDF=no (no pip")
