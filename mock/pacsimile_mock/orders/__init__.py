"""Orders: what they are, how they move, where they are kept, what is told of them."""
