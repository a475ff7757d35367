"""Integrity credit: what adjudicated conduct leaves behind, for how long, and how it is repaired.

Two quantities are kept strictly apart. *Risk* (`risk.py`) is read from the newest run, is seen by
the desk alone and leads to nothing by itself. *Integrity* is fed by what people decided and could
be appealed against: steps, closed cases, decisions of authorities. Inspections are in a package
of their own, which imports nothing of this one: goods that fail a test are no dishonesty.
"""
