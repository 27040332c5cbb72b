"""The conformance statement of a stored run: what a vendor hands out, and what two hospitals compare."""
