"""Pure functions from the story of a scenario to what is said of each part. One file a theme."""
