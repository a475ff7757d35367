"""What fake orders and reviews brought whom, cost whom, and expose whom to: three families.

Illegal gains, victims' losses and statutory exposure are never summed. Each amount stands as proved
(confirmed by people), expected (with P5-P95) and at most, with its method, what must hold for it
and its placebo test. What the data cannot give is said to be so, with what is missing.
"""
