"""Answers calls: the pipeline, the endpoints, and the serialization of results."""
