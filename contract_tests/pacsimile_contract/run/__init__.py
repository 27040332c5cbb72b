"""A run: its options, its events, its retries."""
