"""Orders: the model, the life-cycle, the store, and the service."""
