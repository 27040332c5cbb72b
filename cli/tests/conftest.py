"""What the command's tests share."""

import shutil
from collections.abc import Iterator

import pytest

from mock.tests.helpers.served import Served, serving

collect_ignore = [] if shutil.which("java") else ["serve/test_jdk.py"]
"""Java's client is tried where there is a Java; its upgrade, byte by byte, in serve/test_wire.py everywhere."""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One mock for all who change nothing in it: the demo, whose orders stand. At the end it must have kept silent."""
    with serving(tmp_path_factory.mktemp("served"), "--pace", "manual", forked=False) as running:
        yield running
