"""Learns how a service spells the contract, from its description, from traffic, and from safe calls."""
