"""Serves the control API under `/_mock`, by which tests and people manage worlds, clocks and provider states."""
