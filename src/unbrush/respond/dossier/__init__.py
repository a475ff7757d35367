"""The case file: one organiser, merchant or case of a run, for those who have to decide on it.

It gives facts, what they rest on and what speaks against them, and names the dated provisions
that they may touch. It never gives a verdict.
"""
