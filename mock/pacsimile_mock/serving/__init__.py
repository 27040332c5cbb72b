"""The socket, the front and the Flask application."""
