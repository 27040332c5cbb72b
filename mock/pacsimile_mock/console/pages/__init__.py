"""The pages. Each function takes a `Visit` and the variables of the address, and returns the answer."""
