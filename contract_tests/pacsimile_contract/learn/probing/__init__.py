"""Learns from safe calls: at most 200 requests, sent by the contract tests' transport under its safety rules."""
