"""What a mock of our own answers to sample calls: the other side of a comparison with a service."""
