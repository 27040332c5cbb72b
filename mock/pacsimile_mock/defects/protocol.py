"""Defects of protocol."""
