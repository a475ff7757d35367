"""Texts: folded, compared, cut into clauses, and what is stock in them."""
