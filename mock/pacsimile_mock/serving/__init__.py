"""Serves HTTP: sockets, the front, and the Flask application."""
