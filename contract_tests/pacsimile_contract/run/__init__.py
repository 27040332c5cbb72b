"""A run: its options, its events, and what its scenarios share."""
