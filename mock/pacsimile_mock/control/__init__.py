"""The control API under `/_mock`: worlds, clocks and provider states, for tests and for people who look on."""
