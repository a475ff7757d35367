"""Settlement: money that is kept back for a time, payers that are blocked, and who is told.

What comes in: steps in force, and what a run says does not count. What goes out: holds that end by
themselves, a list of blocked payers, and events for the platform's systems, each told at least
once, signed, in the order of its subject.
"""
