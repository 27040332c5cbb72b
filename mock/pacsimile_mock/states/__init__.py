"""Makes provider states: data in a world that a test needs."""
