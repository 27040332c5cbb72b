"""For tests of clients: a server for each session, a world for each test, in pytest, unittest or anything else.

    with Server() as server:
        world = server.world()
        ...  # your client, with world.client_id and world.client_secret, against world.url

pytest users have it as the fixture `pacsimile`. `InProcess` costs no port: a WSGI application for transports.
"""

from pacsimile_mock.testing.in_process import InProcess
from pacsimile_mock.testing.order import TestOrder
from pacsimile_mock.testing.server import Server, ServerDidNotStart
from pacsimile_mock.testing.world import TestWorld

__all__ = ["InProcess", "Server", "ServerDidNotStart", "TestOrder", "TestWorld"]
