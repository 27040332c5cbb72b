"""Serves the reports of orders and study groups."""
