"""Worlds: isolated universes, and the parts that one is made of."""
