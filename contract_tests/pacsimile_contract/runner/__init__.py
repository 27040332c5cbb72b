"""Plays the scenarios, in an order that never changes, and judges what they asked; replay and matrix enter here."""
