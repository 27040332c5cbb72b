"""Dialects: reads calls that a dialect spells, and writes answers as it does. The identity has no part in it."""
