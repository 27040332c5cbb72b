"""The console: pages that show a mock, and change it, in a browser. They are a client of the control API."""
