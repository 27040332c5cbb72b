"""Provider states: what a test needs to find, made in a world on request."""
