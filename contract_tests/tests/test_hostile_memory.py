"""A run before a service that answers in a hostile way: it ends in time and in 500 MiB, with a report and no 4."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "hostile" / "answers.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """Return the script that judges every place and kind, to be asked for a few of them."""
    spec = importlib.util.spec_from_file_location("hostile_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("place", "kind", "judged"),
    [
        ("status", "300000-members", ("STATUS-1",)),
        ("status", "lists-900-deep", ("STATUS-1",)),
        ("status", "gzip-in-gzip", ("STATUS-1",)),
    ],
)
def test_it_ends_in_time_and_memory(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str, kind: str, judged: tuple[str, ...]
) -> None:
    """Of what the script judges, one case for each way of being too much: members, depth, and bytes once decoded."""
    monkeypatch.setattr(script, "JUDGED", judged)
    wrong, line = script.faults(place, kind, tmp_path)
    assert not wrong, line
