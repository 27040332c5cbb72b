"""Defects of orders."""
