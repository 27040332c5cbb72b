"""Defects of reports."""
