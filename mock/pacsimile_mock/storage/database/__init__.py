"""Stores everything in SQLite or PostgreSQL."""
