"""Builds and renders the HTML pages."""
