"""The same without pytest: `python -m unittest tests/test_with_unittest.py`."""

import unittest

from results_client import ResultsClient

from pacsimile_mock.testing import Server


class TakingOver(unittest.TestCase):
    """One server for the class, one world for each test."""

    @classmethod
    def setUpClass(cls):
        """Start the server; it ends with the class."""
        cls.server = cls.enterClassContext(Server())

    def setUp(self):
        """Make a world."""
        self.world = self.server.world()
        self.addCleanup(self.world.delete)

    def client(self):
        """The client, told where the world is."""
        world = self.world
        return ResultsClient(world.url, world.client_id, world.client_secret, world.organization_id)

    def test_every_report_once(self):
        """What was taken over is not listed again."""
        orders = [self.world.order("COMPLETED") for _ in range(3)]
        self.assertEqual(self.client().take_over(lambda report_id, report: None), 3)
        self.assertTrue(all(order.acknowledged for order in orders))
        self.assertEqual(self.client().take_over(lambda report_id, report: None), 0)


if __name__ == "__main__":
    unittest.main()
