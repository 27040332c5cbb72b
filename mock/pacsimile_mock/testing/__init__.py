"""Provides a server and worlds to tests of clients, in pytest, unittest or any other framework.

    with Server() as server:
        world = server.world()
        ...  # your client, with world.client_id and world.client_secret, against world.url

pytest has the fixture `pacsimile`, a world for each test. `InProcess` is a server without a port: a WSGI application.
"""

from pacsimile_mock.testing.in_process import InProcess
from pacsimile_mock.testing.order import TestOrder
from pacsimile_mock.testing.server import Server, ServerDidNotStart
from pacsimile_mock.testing.world import TestWorld

__all__ = ["InProcess", "Server", "ServerDidNotStart", "TestOrder", "TestWorld"]
