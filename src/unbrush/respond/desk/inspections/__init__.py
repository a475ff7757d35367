"""Inspections: third parties buy a shop's goods, test them, and say how many conform.

They move one axis alone, *quality*: the share of a shop's goods that conform, with what tests
cannot tell left in its interval. Nothing here reads or writes integrity (`credit`), and nothing
there reads this: whoever sells poor goods honestly is not dishonest.
"""
