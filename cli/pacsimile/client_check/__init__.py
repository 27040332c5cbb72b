"""Runs a user's program under hard conditions, each in a world of its own, and scores what it did.

It stands in the command because it drives a mock and starts programs. `pacsimile_advice.score` judges, and is pure.
"""
