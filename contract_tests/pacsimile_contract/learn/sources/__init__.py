"""Sources: what is read of a service, from its description, from recorded traffic, and from safe calls."""
