"""Sends a registry to systems that are pushed to."""
