"""What a world begins with: scenario files, and the orders that they submit."""
