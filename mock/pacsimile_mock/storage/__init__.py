"""Stores orders, queues, faults and journals, in memory or in a database."""
