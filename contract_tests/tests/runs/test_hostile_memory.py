"""A run before a service that answers in a hostile way: it ends in 500 MiB, with a report and no 4."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "hostile" / "answers.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """Return the script that judges every place and kind, to be asked for a few of them."""
    spec = importlib.util.spec_from_file_location("hostile_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # as `dataclass` wants it
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
@pytest.mark.parametrize(
    ("place", "kind", "judged"),
    [
        ("status", "an-endless-body", "STATUS-1"),
        ("listing", "gzip-in-gzip", "BATCH-4"),
        ("order-ids", "lists-a-million-deep", "ORDERID-1"),
        ("status", "integers-of-4000-digits", "STATUS-1"),
        ("status", "300000-members", "STATUS-1"),
        ("order-ids", "lists-of-300000", "ORDERID-1"),
        ("token", "texts-of-a-mebibyte", "AUTH-1"),
        ("report", "all-less-than", "RESULTS-1"),
        ("group-report", "tokens-without-a-dot", "GROUP-1"),
    ],
)
def test_it_ends_in_memory(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str, kind: str, judged: str
) -> None:
    """A case for each way of being too much: bytes before and after decoding, depth, digits, members, entries, a token.

    And a report's bytes. The process gets no more memory than the limit: one that wants more ends with status 4.
    """
    monkeypatch.setattr(script, "JUDGED", (judged,))
    monkeypatch.setattr(script, "AFTER", 300)  # of time other tests judge: here it would be a matter of what else runs
    outcome = script.outcome(place, kind, tmp_path)
    assert not outcome.wrong, str(outcome)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
def test_the_limit_is_seen(script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A run that would need more memory than the limit is lost."""
    monkeypatch.setattr(script, "JUDGED", ("STATUS-1",))
    monkeypatch.setattr(script, "MOST_MEMORY", 60)
    assert script.outcome("status", "300000-members", tmp_path).wrong
