"""The authorization server: clients, their credentials, and the tokens that they are granted."""
