"""Reads scenario files, and fills worlds with their organizations, clients, orders and faults."""
