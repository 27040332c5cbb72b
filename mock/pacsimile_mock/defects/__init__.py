"""Ways of being wrong on purpose: each overrides one method of a part of a world, and names the clause it breaks."""
