"""The panel of lawful services: each is odd in a way that the documents permit, and none may fail.

Written from openapi.yaml, requirements.yaml and docs/ before a look at scenarios and checkers, and frozen by digests before the first run.
"""
