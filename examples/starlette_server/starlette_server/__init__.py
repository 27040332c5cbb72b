"""The results API on Starlette and SQLAlchemy: an example for people who implement the service."""
