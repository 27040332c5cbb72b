"""A call's way through the world: the pipeline, the endpoints, and how facts are spelled."""
