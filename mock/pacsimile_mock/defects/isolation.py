"""Defects of isolation."""
