"""What the mock's tests share."""

import pytest
from faulty import Faulty
from in_process import Caller, Service


@pytest.fixture
def service() -> Service:
    """A mock without a socket, its world empty and its clock standing."""
    return Service()


@pytest.fixture
def caller(service: Service) -> Caller:
    """A client of `hospital` that may do everything."""
    return service.client()


@pytest.fixture
def faults(service: Service) -> Faulty:
    """The faults of the mock's default world."""
    return Faulty(service)
