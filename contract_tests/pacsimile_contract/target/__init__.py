"""The target file: what it says, read strictly."""
