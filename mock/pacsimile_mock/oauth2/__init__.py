"""The authorization server: clients, their credentials, the tokens they are granted."""
