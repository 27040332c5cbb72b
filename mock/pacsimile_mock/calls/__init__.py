"""Answers calls: the pipeline, the endpoints, and how facts are spelled."""
