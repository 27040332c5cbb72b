"""What the tests of the console share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock.tests.helpers.console_browser import Console


@pytest.fixture(scope="module")
def console() -> Iterator[Console]:
    made = Console()
    yield made
    made.state.close()
