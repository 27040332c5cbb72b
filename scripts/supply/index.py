"""What a package index says about a project: its files with their hashes and dates (PEP 691, PEP 700)."""

import os
import subprocess
import sys
from datetime import datetime
from typing import Any

import requests

TYPE = "application/vnd.pypi.simple.v1+json"
PATIENCE_S = 20.0


class IndexUnavailable(Exception):
    """The index gave no readable answer."""


def index_url() -> str:
    """Return the index that pip uses here: from the environment, then pip's configuration, then pip's default."""
    if from_environment := os.environ.get("PIP_INDEX_URL"):
        return from_environment
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    configured = subprocess.run(command, capture_output=True, text=True, check=False)
    if configured.returncode == 0:
        return configured.stdout.strip()
    from pip._internal.models.index import PyPI  # the one place where pip names its default

    return PyPI.simple_url


def files(url: str, name: str) -> list[dict[str, Any]]:
    """Return the files of a project, as in PEP 691.

    Raises:
        IndexUnavailable: There is no answer, a status other than 200, or an index with HTML only.
    """
    try:
        answer = requests.get(f"{url.rstrip('/')}/{name}/", headers={"Accept": TYPE}, timeout=PATIENCE_S)
        answer.raise_for_status()
        listed: list[dict[str, Any]] = answer.json()["files"]
    except (requests.RequestException, ValueError, KeyError) as error:
        raise IndexUnavailable(f"{name}: {type(error).__name__}") from error
    return listed


def last_release(listed: list[dict[str, Any]]) -> datetime:
    """Return when the newest file was uploaded that is not yanked.

    Raises:
        IndexUnavailable: The index does not give times.
    """
    times = [str(file["upload-time"]) for file in listed if file.get("upload-time") and not file.get("yanked")]
    if not times:
        raise IndexUnavailable("the index tells no upload times")
    return max(map(datetime.fromisoformat, times))
