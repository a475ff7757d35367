"""Honest populations that resemble brushing, one file each."""
