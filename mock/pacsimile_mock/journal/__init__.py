"""What was asked and answered: one entry a call, refused ones too, without tokens, secrets or patient data (SEC-6)."""
