"""Scenarios: which organizations, clients and orders a world begins with."""
