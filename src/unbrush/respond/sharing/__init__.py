"""Sharing between bodies: indicators of organisations and tools, never of people.

Read `indicators` for what may leave, `shares` for who decides it, `stix` for its form, `hints` for
what comes from others.
"""
