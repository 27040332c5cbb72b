"""Defects of tokens."""
