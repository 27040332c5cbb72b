"""Defines orders, their life cycle, the interface of their store, and the service that answers questions about them."""
