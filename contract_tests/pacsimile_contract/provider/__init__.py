"""Where states come from: a state URL, fixtures, discovery, and the worlds of a mock."""
