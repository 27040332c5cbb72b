"""Provider states: from a state URL, fixtures or discovery, and the worlds of a mock."""
