"""Kinds of brushing, one file each, built from how they work, not from how we look for them."""
