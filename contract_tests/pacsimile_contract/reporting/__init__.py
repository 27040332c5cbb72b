"""Writes the reports of a run: listeners to its events, which redact every text that they write."""
