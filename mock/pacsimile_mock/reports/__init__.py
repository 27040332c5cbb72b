"""Reports of orders and study groups."""
