"""Reports: what is retrieved of an order or of a study group."""
