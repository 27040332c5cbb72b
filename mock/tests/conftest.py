"""What the mock's tests share."""

import pytest
from in_process import Caller, Service


@pytest.fixture
def service() -> Service:
    """A mock without a socket, its world empty and its clock standing."""
    return Service()


@pytest.fixture
def caller(service: Service) -> Caller:
    """A client of `hospital` that may do everything."""
    return service.client()
