"""Makes and runs worlds, which are isolated from each other."""
