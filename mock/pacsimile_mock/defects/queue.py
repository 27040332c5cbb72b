"""Defects of queue."""
