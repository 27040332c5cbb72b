"""Dialects: reads calls and writes answers in a dialect's spelling. Worlds that speak the identity do not use it."""
